from __future__ import annotations

from math import comb

import pytest

from gridlab.records.insights.top import common, top_tenth


def test_the_hypergeometric_probability_by_hand(trials):
    """40 candidates, the best 4 all with x=1, as 20 of all have: C(20,4)/C(40,4)."""
    found = trials(lambda _, x, y: float(100 * x + y), {"x": [0, 1], "y": range(20)})
    top = top_tenth(found)
    assert sorted(found.mean[top].tolist()) == [116, 117, 118, 119]
    first = common(found, top)[0]
    assert (first.factor.name, first.value, first.in_top, first.in_all) == ("x", 1, 4, 20)
    assert first.p == pytest.approx(comb(20, 4) / comb(40, 4))
    assert (first.lift, first.in_rest) == (2, 16 / 36)


def test_equals_of_the_last_one_belong_to_it(trials):
    found = trials(lambda _, y: float(y > 24), {"y": range(30)})
    assert len(top_tenth(found)) == 5


def test_where_there_is_no_top_tenth(trials):
    assert top_tenth(trials(lambda _, y: float(y), {"y": range(19)})) is None
    assert top_tenth(trials(lambda _, y: float(y > 10), {"y": range(30)})) is None, "most share the best score"
