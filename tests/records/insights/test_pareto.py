from __future__ import annotations

import math

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from gridlab.records.insights.pareto import pareto_front

few = st.integers(0, 4).map(float) | st.just(math.nan)


def test_by_hand():
    score, time = np.array([0.9, 0.8, 0.9, 0.7, 0.95]), np.array([2.0, 1.0, 3.0, 1.5, 9.0])
    assert pareto_front(score, time).tolist() == [1, 0, 4]


@given(st.lists(st.tuples(few, few), max_size=12))
def test_it_is_what_nothing_dominates(points):
    def dominated(a):
        return any(b[0] >= a[0] and b[1] <= a[1] and b != a for b in points)

    score, time = np.array(points).reshape(-1, 2).T
    known = [i for i, point in enumerate(points) if not any(map(math.isnan, point))]
    assert sorted(pareto_front(score, time)) == [i for i in known if not dominated(points[i])]
