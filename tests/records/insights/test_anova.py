from __future__ import annotations

import numpy as np
import pytest

from gridlab.records.insights.anova import exact_shares, is_full_grid, noise_variance


def test_an_additive_function_by_hand(trials):
    """2a + b on ±1: variances 4 and 1, so four fifths and one fifth, and nothing for the pair."""
    shares = exact_shares(trials(lambda _, a, b: 2.0 * a + b, {"a": [-1, 1], "b": [-1, 1]}))
    assert shares.variance == pytest.approx(5)
    assert shares.main == pytest.approx({"a": 0.8, "b": 0.2})
    assert shares.pairs == pytest.approx({("a", "b"): 0.0}, abs=1e-12)
    assert shares.higher == pytest.approx(0, abs=1e-12)


def test_a_product_is_all_interaction(trials):
    shares = exact_shares(trials(lambda _, a, b, c: 1.0 * a * b, {"a": [-1, 1], "b": [-1, 1], "c": [0, 1, 2]}))
    assert shares.main == pytest.approx({"a": 0, "b": 0, "c": 0}, abs=1e-12)
    assert shares.pairs == pytest.approx({("a", "b"): 1, ("a", "c"): 0, ("b", "c"): 0}, abs=1e-12)


def test_three_together_are_of_higher_order(trials):
    axes = {"a": [-1, 1], "b": [-1, 1], "c": [-1, 1]}
    shares = exact_shares(trials(lambda _, a, b, c: 1.0 * a * b * c, axes))
    assert sum(shares.main.values()) + sum(shares.pairs.values()) == pytest.approx(0, abs=1e-12)
    assert shares.higher == pytest.approx(1)


def test_a_mixture_with_unequal_numbers_of_values(trials):
    """f = x + y + xy for x in {-1, 0, 1}, y in {-1, 1}: variances 2/3, 1 and 2/3."""
    shares = exact_shares(trials(lambda _, x, y: float(x + y + x * y), {"x": [-1, 0, 1], "y": [-1, 1]}))
    assert shares.variance == pytest.approx(7 / 3)
    assert shares.main == pytest.approx({"x": 2 / 7, "y": 3 / 7})
    assert shares.pairs == pytest.approx({("x", "y"): 2 / 7})


def test_noise_is_what_candidate_and_split_leave_over(trials):
    even = trials(lambda s, a, b: a + 10.0 * s, {"a": [0, 1], "b": [0, 1]})
    assert noise_variance(even) == pytest.approx(0, abs=1e-12), "splits that are hard for all are no noise"
    rng = np.random.default_rng(0)
    noisy = trials(lambda s, a, b: rng.normal(), {"a": range(20), "b": range(20)}, n_splits=5)
    assert noise_variance(noisy) == pytest.approx(1 / 5, rel=0.1)
    shares = exact_shares(noisy)
    assert shares.noise == pytest.approx(1, rel=0.15), "were nothing to matter, noise would be all"
    assert sum(shares.by_noise.values()) == pytest.approx(shares.noise)
    assert shares.main["a"] == pytest.approx(shares.by_noise["a",], abs=0.04)


def test_one_split_says_nothing_of_noise(trials):
    shares = exact_shares(trials(lambda _, a: float(a), {"a": [0, 1]}, n_splits=1))
    assert (shares.noise, shares.by_noise) == (None, {})


def test_equal_scores_have_no_shares(trials):
    assert exact_shares(trials(lambda _, a: 0.1 + 0.2, {"a": [0, 1]})) is None


def test_what_is_a_full_grid(trials):
    def score(_, **params):
        return float(sum(params.values()))

    points = [{"a": a, "b": b} for a in (0, 1) for b in (0, 1)]
    assert is_full_grid(trials(score, points))
    assert is_full_grid(trials(score, points[::-1])), "in any order"
    assert not is_full_grid(trials(score, points[:-1]))
    assert not is_full_grid(trials(score, [*points, {"a": 2}]))
    assert not is_full_grid(trials(score, [*points[:-1], points[0]])), "one twice and one not at all"
    assert not is_full_grid(trials(score, [{"a": 1}])), "one candidate"
