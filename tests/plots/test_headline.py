from __future__ import annotations

from typing import TYPE_CHECKING

from gridlab.plots.headline import Headline, best_line, header, headline
from gridlab.plots.parallel_data import parallel_data
from gridlab.records.insights.insight import Winner

if TYPE_CHECKING:
    from collections.abc import Callable

    from gridlab.records.results import Results


def told(results: Results) -> Headline:
    return headline(results, parallel_data(results))


def test_a_finished_sweep_in_a_few_words(fc3: Results) -> None:
    found = told(fc3)
    assert found.name == "fc3"
    assert found.candidates == "72 × 3 splits"
    assert found.data == "digits: 1,257 samples, 8 × 8 × 1, 10 classes, 540 more held out"
    assert (found.engine, found.cost, found.date) == ("single", "19 min 2 s", "1 March 2026, 10:00 UTC")
    assert found.machine == "Some CPU @ 2.9 GHz, Linux-6.1-x86_64"
    assert found.failed == 0


def test_the_best_candidate_with_what_tells_it_from_the_others(fc3: Results) -> None:
    found, best = told(fc3), fc3.best
    assert best is not None
    assert found.score == f"{best['mean_test_score']:.4f} ± {best['std_test_score']:.4f}"
    assert dict(found.params) == {
        name: str(value).lower() if isinstance(value, bool) else str(value)
        for name, value in best["params"].items()
        if name != "epochs"
    }
    assert best_line(found).startswith(f"fc3: best accuracy {found.score} with batch_norm true, dropout 0.2, ")


def test_failed_and_waiting_candidates_are_counted(broken: Results) -> None:
    assert told(broken).candidates == "72 × 3 splits (2 failed, 1 failed in part, 1 not done yet)"
    assert told(broken).failed == 3


def test_without_a_score_it_says_so(make: Callable[..., Results]) -> None:
    found = told(make({"dropout": [0.2, 0.4]}, pending=lambda i, s: True))
    assert best_line(found) == "fc3: no score"
    assert "no score" in header(found)


def test_what_is_unknown_is_left_out(make: Callable[..., Results]) -> None:
    bare = make({"dropout": [0.2, 0.4]}, provenance={}, data={}, description="")
    top = header(told(bare))
    assert "Date" not in top
    assert "Data" not in top
    assert "None" not in top


def test_times_and_dates_are_readable(make: Callable[..., Results]) -> None:
    seconds = {"seconds": 7384.0, "started": "2026-03-01T23:30:00-05:00", "finished": None}
    found = told(make({"dropout": [0.2]}, provenance=seconds))
    assert (found.cost, found.date) == ("2 h 3 min", "2 March 2026, 04:30 UTC")
    assert told(make({"dropout": [0.2]}, provenance={"seconds": 0.3})).cost == "under 1 s"
    assert told(make({"dropout": [0.2]}, provenance={"finished": "yesterday"})).date == "yesterday"


def test_how_sure_the_score_is_stands_beside_it(fc3: Results) -> None:
    best = Winner(0, {}, 0.97, 0.9612, 0.95, 0.9732, 0.9558, (), {})
    found = headline(fc3, parallel_data(fc3), best)
    assert (found.corrected, found.test) == ("0.9612 (0.9500 to 0.9732)", "0.9558")
    assert "held-out test <b>0.9558</b>" in header(found)
    unknown = headline(fc3, parallel_data(fc3), best._replace(corrected=None, test=None))
    assert "held-out test" not in header(unknown)


def test_hostile_words_stay_text(hostile: Results) -> None:
    for page in (header(told(hostile)), header(told(hostile), "<i>")):
        assert "<script" not in page
        assert "<img" not in page
        assert "<i>" not in page
