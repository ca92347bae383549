from __future__ import annotations

import math

import numpy as np
import pytest

from gridlab.records.insights.corrected import estimate
from gridlab.records.insights.margins import margins, trend


def test_marginal_means_by_hand(trials):
    """On split s a value a has a mean of a + 0.1·s over b; three splits, 200 rows trained and 100 scored."""
    found = trials(lambda s, a, b: a + 0.1 * s + b, {"a": [0, 1], "b": [-1, 1]}, metric="score")
    means = margins(found, found.factors[0])
    assert means.sizes.tolist() == [2, 2]
    assert means.mean.tolist() == pytest.approx([0.1, 1.1])
    wanted = estimate([0.0, 0.1, 0.2], 0.5)
    assert (means.low[0], means.high[0]) == pytest.approx((wanted.low, wanted.high))


def test_intervals_of_a_share_do_not_leave_it(trials):
    found = trials(lambda s, a: 0.9 + 0.04 * s + 0.01 * a, {"a": [0, 1]})
    assert margins(found, found.factors[0]).high.max() == 1.0


def test_candidates_without_the_parameter_do_not_count(trials):
    found = trials(lambda _, a=None, b=0: float(a or 0) + b, [{"a": 1, "b": 0}, {"a": 3, "b": 0}, {"b": 9}])
    assert margins(found, found.factors[0]).mean.tolist() == [1.0, 3.0]


def test_a_trend_on_a_logarithmic_axis_by_hand(trials):
    """The score rises by slope[s] with each factor of 10: twice that from 0.001 to 0.1."""
    slope = (0.01, 0.02, 0.06)
    axes = {"rate": [0.001, 0.01, 0.1], "b": [0, 1]}
    found = trials(lambda s, rate, b: 0.5 + slope[s] * math.log10(rate) + b, axes)
    line = trend(found, found.factors[0])
    wanted = estimate(2 * np.array(slope), 0.5)
    assert line.change == pytest.approx(0.06)
    assert (line.low, line.high, line.p) == pytest.approx((wanted.low, wanted.high, float(wanted.p)))
    assert line.blocks == 2
    assert line.steady


def test_a_peak_is_no_steady_trend(trials):
    found = trials(lambda _, a: -((a - 1.0) ** 2), {"a": [0, 1, 2]})
    line = trend(found, found.factors[0])
    assert line.change == pytest.approx(0)
    assert not line.steady


def test_where_there_is_no_trend(trials):
    two = trials(lambda _, a: float(a), {"a": [0, 1]})
    words = trials(lambda _, a: float(len(a)), {"a": ["x", "yy", "zzz"]})
    apart = trials(lambda _, a, b: float(a), [{"a": i, "b": i} for i in range(4)])
    assert [trend(t, t.factors[0]) for t in (two, words, apart)] == [None, None, None]
