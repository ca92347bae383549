from __future__ import annotations

from typing import TYPE_CHECKING

from gridlab.plots.headline import Headline, best_line, header, headline, leaderboard
from gridlab.plots.parallel_data import parallel_data

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
    assert (found.engine, found.date) == ("single, 19 min 2 s", "1 March 2026, 10:00 UTC")
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
    assert (found.engine, found.date) == ("single, 2 h 3 min", "2 March 2026, 04:30 UTC")
    assert told(make({"dropout": [0.2]}, provenance={"finished": "yesterday"})).date == "yesterday"


def test_the_leaderboard_is_best_first_and_short(broken: Results) -> None:
    page = leaderboard(parallel_data(broken), "accuracy")
    assert page.count("<tr>") == 11
    assert page.index(told(broken).score) < page.index("<td", page.index(told(broken).score))
    assert "and 62 more candidates" in page


def test_the_leaderboard_marks_what_failed(make: Callable[..., Results]) -> None:
    results = make({"dropout": [0.2, 0.4]}, failed=lambda i, s: i == 1)
    page = leaderboard(parallel_data(results), "accuracy")
    assert '<td class="bad">failed</td>' in page
    assert "loss became NaN in epoch 3" in page


def test_hostile_words_stay_text(hostile: Results) -> None:
    data = parallel_data(hostile)
    for page in (header(told(hostile)), header(told(hostile), "<b>"), leaderboard(data, "<i>")):
        assert "<script" not in page
        assert "<img" not in page
        assert "<b>" not in page.replace("<b>", "", page.count("</b>"))
        assert "<i>" not in page
