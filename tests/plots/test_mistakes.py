from __future__ import annotations

import re
from typing import TYPE_CHECKING

import numpy as np

from gridlab.plots import mistakes
from gridlab.plots.findings import Charts
from gridlab.records.misread import write_misread
from gridlab.records.results import load_results
from gridlab.records.store import RunStore
from gridlab.records.truth import Truth, write_truth
from tests.plots.conftest import make_predicted, make_results

if TYPE_CHECKING:
    from pathlib import Path

    from gridlab.records.results import Results


def test_the_best_candidates_mistakes_are_counted(predicted: Results) -> None:
    found = mistakes.mistakes(predicted)
    assert found is not None
    assert (found.candidate, found.n, found.wrong) == (0, 12, 3)
    assert [(p.truth, p.predicted, p.times, p.share) for p in found.pairs] == [(0, 1, 2, 0.5), (1, 2, 1, 0.25)]
    assert found.chart is not None
    assert found.chart.z == ((2, 2, 0), (0, 3, 1), (0, 0, 4))


def test_the_page_shows_pairs_and_pictures_as_text_and_png(predicted: Results) -> None:
    found = mistakes.mistakes(predicted)
    assert found is not None
    charts = Charts()
    page = mistakes.written(found, charts)
    assert "3 of 12 held-out predictions are wrong (25.00%)." in page
    assert len(charts.values) == 1
    assert len(re.findall(r'<img src="data:image/png;base64,[^"]+" alt="true ', page)) == page.count("<img") == 3
    assert "<b>one</b> → &lt;img src=x onerror=window.pwned=5&gt;</span><small>55% sure</small>" in page
    assert page.count("% sure") == 2  # one has no probability


def test_pictures_of_another_candidate_are_not_shown(tmp_path: Path) -> None:
    results = make_predicted(tmp_path / "run")
    found = mistakes.mistakes(results)
    assert found is not None
    assert found.pictures is not None
    write_misread(tmp_path / "run", found.pictures._replace(candidate=2))
    again = mistakes.mistakes(results)
    assert again is not None
    assert again.pictures is None


def test_regression_is_predicted_against_true_values(tmp_path: Path) -> None:
    results = make_results({"a": [1, 2]}, splits=2)
    with RunStore(tmp_path / "run", write=True) as store:
        store.write_info({**results.info, "data": {"name": "x", "kind": "regression", "classes": []}})
        for record in results.records.values():
            store.append(record, {"value": np.linspace(0, 1, 2000, dtype=np.float32)})
    halves = (np.arange(2000), np.arange(2000, 4000))
    write_truth(tmp_path / "run", Truth(np.linspace(0, 2, 4000, dtype=np.float32), halves))
    found = mistakes.mistakes(load_results(tmp_path / "run"))
    assert found is not None
    assert (found.n, found.wrong, found.pairs) == (4000, None, ())
    assert found.chart is not None
    assert found.chart.kind == "scatter"
    assert len(found.chart.x) == mistakes.POINTS
    assert list(found.chart.x) == sorted(found.chart.x)
    assert "4,000 held-out predictions." in mistakes.written(found, Charts())


def test_without_predictions_there_is_nothing_to_say(fc3: Results) -> None:
    assert mistakes.mistakes(fc3) is None


def test_damaged_predictions_do_not_keep_the_page(tmp_path: Path) -> None:
    make_predicted(tmp_path / "run")
    (tmp_path / "run" / "predictions.bin").write_bytes(b"")
    assert mistakes.mistakes(load_results(tmp_path / "run")) is None
