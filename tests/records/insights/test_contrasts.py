from __future__ import annotations

import math

import numpy as np
import pytest

from gridlab.records.insights.contrasts import contrasts, margin_of
from gridlab.records.insights.corrected import estimate

BY_SPLIT = (0.01, 0.02, 0.06)


def test_a_contrast_by_hand(trials):
    """b shifts both values alike, and split s favours True by BY_SPLIT[s]: three observations, whatever b has."""
    found = trials(lambda s, a, b: 0.5 + 0.1 * b + a * BY_SPLIT[s] * (1 + 0.5 * b), {"a": [False, True], "b": [-1, 1]})
    (contrast,) = contrasts(found, found.factors[0], margin=0.01)
    assert (contrast.a, contrast.b) == (1, 0), "the better one first"
    assert (contrast.pairs, contrast.won) == (2, 2)
    assert contrast.by_split == pytest.approx(BY_SPLIT)
    assert contrast.difference == pytest.approx(0.03)
    assert contrast.error == pytest.approx(math.sqrt((1 / 3 + 100 / 200) * 0.0007))  # s² = (4 + 1 + 9)·1e-4/2
    wanted = estimate(BY_SPLIT, 0.5)
    assert (contrast.low, contrast.high, contrast.p) == pytest.approx((wanted.low, wanted.high, float(wanted.p)))


def test_only_candidates_alike_in_all_else_are_compared(trials):
    points = [{"a": 0, "b": 0}, {"a": 1, "b": 0}, {"a": 1, "b": 1}, {"a": 2, "b": 1}]
    found = trials(lambda _, a, b: float(a + 10 * b), points)
    assert [(c.a, c.b, c.pairs) for c in contrasts(found, found.factors[0], 0.01)] == [(1, 0, 1), (2, 1, 1)]
    assert [(c.a, c.b, c.difference) for c in contrasts(found, found.factors[1], 0.01)] == [(1, 0, 10.0)]


def test_of_many_values_each_is_compared_with_the_best_on_average(trials):
    found = trials(lambda _, a: -abs(a - 4.0), {"a": range(10)})
    compared = contrasts(found, found.factors[0], 0.01)
    assert {c.a for c in compared} == {4}
    assert sorted(c.b for c in compared) == [0, 1, 2, 3, 5, 6, 7, 8, 9]
    many = trials(lambda _, a: float(a), {"a": range(31)})
    assert contrasts(many, many.factors[0], 0.01) == []


def test_turned_it_says_the_same(trials):
    found = trials(lambda s, a: a * BY_SPLIT[s], {"a": [0, 1]})
    (contrast,) = contrasts(found, found.factors[0], 0.01)
    turned = contrast.turned()
    assert (turned.a, turned.b, turned.won) == (0, 1, 0)
    assert (turned.difference, turned.low, turned.high) == (-contrast.difference, -contrast.high, -contrast.low)
    assert turned.turned() == contrast


def test_one_split_has_differences_and_no_tests(trials):
    found = trials(lambda s, a: float(a), {"a": [0, 1]}, n_splits=1)
    (contrast,) = contrasts(found, found.factors[0], 0.01)
    assert contrast.difference == 1.0
    assert all(math.isnan(value) for value in (contrast.low, contrast.p, contrast.p_within))


def test_the_margin_of_no_difference(trials):
    found = trials(lambda _, a: float(a), {"a": [0, 1]})
    assert margin_of(found, bounded=True) == 0.01
    assert margin_of(found, bounded=False) == pytest.approx(0.05), "a tenth of the standard deviation, 0.5"


def test_small_differences_are_shown_to_be_small(trials):
    rng = np.random.default_rng(0)
    axes = {"a": [0, 1], "b": range(20)}
    found = trials(lambda s, a, b: 0.9 + rng.normal() * 0.002, axes, n_splits=5, rows=(400, 100))
    (contrast,) = contrasts(found, found.factors[0], margin=0.01)
    assert contrast.p_within < 0.001
    assert max(abs(contrast.low90), abs(contrast.high90)) < 0.01
