from __future__ import annotations

import pytest

from gridlab.records.insights.of_sweep import of_ending, of_time, of_top
from gridlab.records.insights.telling import Context
from gridlab.records.insights.trials import make_trials


def test_the_top_tenth(trials):
    axes = {"x": [0, 1], "y": range(4), "z": range(10)}
    (top,), _ = of_top(Context(trials(lambda s, x, y, z: x + (7 * y + 3 * z) % 11 / 100 + s / 1000, axes)))
    assert top.about == ("x",)
    # C(40, 8) / C(80, 8) = 0.00265, for one of 16 values
    assert top.sentence == "Of the best 8 of 80 candidates 8 have x 1 (44 % of the rest do, p = 0.042)."
    assert top.numbers["values"][0]["lift"] == 2


def ended(sweep, last):
    curve = {"test_accuracy": [0.5] * 14 + last}
    results = sweep(lambda s, a: a / 10, {"a": [0, 1]}, curves=lambda s, a: curve)
    return of_ending(results, Context(make_trials(results)))


def test_curves_that_still_rise(sweep):
    (found,), _ = ended(sweep, [0.5, 0.51, 0.52, 0.53, 0.54, 0.55])
    assert found.sentence.startswith(
        "Training may not be over: from epoch 15 to 19 of 20 the held-out accuracy of the best 2 candidates rose by 0.0"
    )
    assert found.charts[0].x == tuple(range(1, 21))


@pytest.mark.parametrize("last", [[0.5] * 6, [0.5, 0.5, 0.5, 0.5, 0.5, 0.9], [0.54, 0.53, 0.52, 0.51, 0.5, 0.5]])
def test_curves_that_do_not(sweep, last):
    found, omitted = ended(sweep, last)
    assert found == []
    assert "no longer improves from epoch 15 to 19" in omitted[0].reason


def test_score_against_time(sweep):
    results = sweep(
        lambda s, a: (0.90, 0.899, 0.5)[a] + 0.01 * s, {"a": [0, 1, 2]}, fit_time=lambda s, a: (10.0, 5.0, 7.0)[a]
    )
    (found,), _ = of_time(Context(make_trials(results)), results.summary.params)
    assert found.sentence == (
        "Of 3 candidates 2 are not beaten in both score and time by another; the best takes 10.0 s a fit. Within one "
        "standard error of it the fastest takes 50 % of that, with accuracy 0.909: a 1."
    )
    assert [point["candidate"] for point in found.numbers["front"]] == [1, 0]
    assert found.charts[0].series == ("not dominated", "not dominated", "dominated")
