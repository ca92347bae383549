from __future__ import annotations

import numpy as np

from gridlab.records.insights.anova import exact_shares
from gridlab.records.insights.of_variance import of_variance
from gridlab.records.insights.telling import Context


def told(trials):
    found, omitted = of_variance(Context(trials))
    return found, {left_out.kind: left_out.reason for left_out in omitted}


def test_importance_on_a_full_grid(trials):
    """2a + b + c/10 on ±1: variances 4, 1 and 0.01."""
    grid = trials(lambda s, a, b, c: 2.0 * a + b + c / 10, {"a": [-1, 1], "b": [-1, 1], "c": [-1, 1]})
    (importance,), omitted = told(grid)
    assert importance.about == ("a", "b", "c")
    assert importance.sentence == (
        "a explains 80 % of the variance between the 8 candidates, b 20 %; c under 1 %. "
        "0 % belongs to combinations of parameters; noise over splits and seeds alone would put 0 % there."
    )
    assert importance.numbers["shares"] == exact_shares(grid).main
    assert importance.charts[0].x == ("a", "b", "c")
    assert omitted == {"interaction": "no pair of parameters stands out"}


def test_pairs_that_go_together(trials):
    """±1 times ±1, and a little of a alone: of the variance 1.01 the pair has 1."""
    found, _ = told(trials(lambda s, a, b: 1.0 * a * b + 0.1 * a, {"a": [-1, 1], "b": [-1, 1]}, metric="score"))
    pair = found[1]
    assert (pair.kind, pair.about) == ("interaction", ("a", "b"))
    assert "together they explain a further 99 % of the variance; a does best at -1 with b -1 and 1 with b 1" in (
        pair.sentence
    )
    chart = pair.charts[0]
    assert (chart.x, chart.y) == (("-1", "1"), ("-1", "1"))
    np.testing.assert_allclose(chart.z, [[0.9, -0.9], [-1.1, 1.1]])


def test_a_random_search_goes_through_the_surrogate(trials):
    rng = np.random.default_rng(0)
    points = [{"rate": float(x), "units": int(u)} for x, u in zip(rng.uniform(0, 1, 80), range(80), strict=True)]
    (importance,), omitted = told(trials(lambda s, rate, units: rate + 0.001 * s * units / 80, points))
    assert importance.about[0] == "rate"
    assert "as far as a random forest can tell (its R² on candidates not seen is 1.00)" in importance.sentence
    assert "a full grid only" in omitted["interaction"]


def test_equal_scores_have_no_importance(trials):
    assert told(trials(lambda s, a: 0.5, {"a": [0, 1]})) == (
        [],
        dict.fromkeys(("importance", "interaction"), "all candidates have the same score"),
    )
