from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gridlab.records.insights.corrected import estimate, holm, within


def two_sided(t):
    """Student's t with two degrees of freedom has a closed form."""
    return 1 - t / math.sqrt(t * t + 2)


def test_the_formula_of_nadeau_and_bengio():
    found = estimate([0.1, 0.2, 0.3], ratio=0.5)
    error = math.sqrt(1 / 3 + 0.5) * 0.1  # (1/J + n_test/n_train)·s², s² = 0.01
    assert found.mean == pytest.approx(0.2)
    assert found.error == pytest.approx(error)
    assert found.p == pytest.approx(two_sided(0.2 / error))
    quantile = math.sqrt(2 * 0.95**2 / (1 - 0.95**2))  # the same closed form, solved for t
    assert (found.low, found.high) == pytest.approx((0.2 - quantile * error, 0.2 + quantile * error))


def test_without_overlap_it_is_students_own_test():
    stats = pytest.importorskip("scipy.stats")
    values = np.random.default_rng(0).normal(0.1, 1, (4, 7))
    np.testing.assert_allclose(estimate(values, 0.0).p, stats.ttest_1samp(values, 0.0, axis=1).pvalue)


def test_it_calls_differences_of_nothing_real_about_as_often_as_it_says():
    """Differences on overlapping training sets are correlated by n_test/(n_test + n_train), as the paper assumes."""
    splits, ratio, rng = 5, 0.25, np.random.default_rng(1)
    share = ratio / (1 + ratio)
    shared = rng.normal(size=(20_000, 1)) * math.sqrt(share)
    values = shared + rng.normal(size=(20_000, splits)) * math.sqrt(1 - share)
    assert (estimate(values, ratio).p < 0.05).mean() == pytest.approx(0.05, abs=0.006)
    assert (estimate(values, 0.0).p < 0.05).mean() > 0.09, "uncorrected it does so much more often"


@pytest.mark.parametrize(("values", "mean"), [([0.3], 0.3), ([], math.nan)])
def test_fewer_than_two_splits_have_no_interval(values, mean):
    found = estimate(values, 0.5)
    assert found.mean == pytest.approx(mean, nan_ok=True)
    assert all(math.isnan(value) for value in found[1:])
    assert math.isnan(within(found, 0.1, len(values)))


def test_no_spread_is_no_test_unless_there_is_no_difference_either():
    found = estimate([[0.0, 0.0, 0.0], [0.1, 0.1, 0.1]], 0.5)
    assert [found.p[0], found.low[0], found.high[0], within(found, 0.2, 3)[0]] == [1.0, 0.0, 0.0, 0.0]
    assert all(math.isnan(value[1]) for value in (found.p, found.low, found.high, within(found, 0.2, 3)))
    assert math.isnan(estimate([0.1 + 0.2, 0.3, 0.3], 0.5).p), "what floating point leaves is no spread"


def test_equivalence_is_two_one_sided_tests():
    found = estimate([0.001, 0.002, 0.003], ratio=0.5)
    t = (0.01 - 0.002) / float(found.error)
    assert within(found, 0.01, 3) == pytest.approx(two_sided(t) / 2)
    narrow = estimate([0.001, 0.002, 0.003], 0.5, level=0.9)
    at_the_end = within(found, float(narrow.high), 3)
    assert at_the_end == pytest.approx(0.05), "the 90 % interval lies within the margin exactly then"


def test_holm_by_hand():
    assert holm([0.01, 0.04, 0.03, 0.005]).tolist() == pytest.approx([0.03, 0.06, 0.06, 0.02])
    adjusted = holm([0.6, math.nan, 0.02, 0.9])
    assert adjusted[[0, 2, 3]].tolist() == pytest.approx([1.0, 0.06, 1.0])
    assert math.isnan(adjusted[1])
    assert holm([]).tolist() == []


@given(st.lists(st.floats(0, 1), max_size=20))
def test_adjusting_raises_p_values_and_keeps_their_order(p):
    adjusted = holm(p)
    assert ((adjusted >= np.array(p)) & (adjusted <= 1)).all()
    assert (np.diff(adjusted[np.argsort(p, kind="stable")]) >= 0).all()
