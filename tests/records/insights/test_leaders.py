from __future__ import annotations

import numpy as np
import pytest

from gridlab.records.insights.corrected import estimate, holm
from gridlab.records.insights.leaders import leaders
from gridlab.records.insights.trials import make_trials


def board(results):
    return leaders(make_trials(results), results.summary.params)


def test_leaders_by_hand(sweep):
    table = np.array([[0.90, 0.92, 0.91, 0.93], [0.89, 0.93, 0.90, 0.93], [0.50, 0.53, 0.50, 0.54]])
    results = sweep(
        lambda s, a: float(table[a, s]), {"a": [0, 1, 2]}, n_splits=4, rows=(300, 100), fit_time=lambda s, a: 3.0 - a
    )
    best, second, worst = board(results)
    assert [leader.candidate for leader in (best, second, worst)] == [0, 1, 2]
    assert [leader.rank for leader in (best, second, worst)] == [1, 2, 3]
    wanted = estimate(table[0], 1 / 3)
    assert (best.mean, best.low, best.high) == pytest.approx((0.915, wanted.low, wanted.high))
    assert best.splits == pytest.approx(tuple(table[0]))
    p = holm(estimate(table[0] - table[1:], 1 / 3).p)
    assert (second.p, worst.p) == pytest.approx(tuple(p))
    assert (best.tied, second.tied, worst.tied) == (True, True, False)
    assert best.p is None
    assert [leader.cheapest for leader in (best, second, worst)] == [False, True, False], "worst is faster and far off"


def test_one_split_tells_nothing_apart(sweep):
    best, second = board(sweep(lambda s, a: 0.1 * a, {"a": [0, 1]}, n_splits=1))
    assert (best.candidate, best.low, best.tied, best.cheapest) == (1, None, True, False)
    assert (second.tied, second.p, second.cheapest) == (None, None, False)


def test_failed_candidates_are_not_on_it_and_equals_share_a_rank(sweep):
    found = board(sweep(lambda s, a: None if a == 1 and s == 1 else 0.5, {"a": [0, 1, 2]}))
    assert [(leader.candidate, leader.rank) for leader in found] == [(0, 1), (2, 1)]
    assert found[1].tied is True


def test_nobody_has_a_score(sweep):
    assert board(sweep(lambda s, a: None, {"a": [0, 1]})) == ()
