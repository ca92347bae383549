from __future__ import annotations

import numpy as np
import pytest

from gridlab.records.insights.of_contrasts import of_contrasts
from gridlab.records.insights.telling import Context


def told(trials):
    return of_contrasts(Context(trials))


def test_a_difference_that_holds(trials):
    found, _ = told(trials(lambda s, a, b: 0.5 + 0.1 * a + 0.001 * s * a + 0.01 * b, {"a": [0, 1], "b": range(5)}))
    assert found[0].sentence == (
        "a 1 is better than 0: accuracy higher by 0.101 (95 % interval 0.097 to 0.105, better in 5 of 5 paired "
        "comparisons, p < 0.001 adjusted for 11 contrasts)."
    )
    assert found[0].numbers["contrasts"][0]["by_split"] == pytest.approx([0.1, 0.101, 0.102])
    assert found[0].charts[0].x == ("1 − 0",)


def test_a_difference_that_three_splits_do_not_settle(trials):
    found, _ = told(trials(lambda s, a, b: 0.5 + 0.1 * a * s + 0.001 * a, {"a": [0, 1], "b": range(5)}))
    assert found[0].sentence.startswith(
        "a 1 did better than 0 in 5 of 5 paired comparisons, accuracy higher by 0.101 on average; with 3 splits that "
        "may still be chance (95 % interval "
    )


def test_values_that_are_shown_to_make_no_difference(trials):
    rng = np.random.default_rng(0)
    axes = {"kind": ["x", "y"], "a": [0, 1]}
    found, _ = told(trials(lambda s, kind, a: 0.5 + a / 10 + rng.normal() / 2000, axes, n_splits=5, rows=(400, 100)))
    assert found[0].kind == "equivalence"
    assert found[0].sentence.startswith("kind makes no difference: x and y are within 0.010 accuracy of one another (")


def test_neither_different_nor_equivalent(trials):
    found, _ = told(trials(lambda s, a, b: 0.5 + 0.1 * a * (s - 1) * b + a / 100, {"a": [0, 1], "b": [-1, 1, 1.5]}))
    assert found[0].kind == "contrast"
    assert found[0].sentence.startswith("a: 1 and 0 are neither told apart nor shown to be within 0.010 of one another")


def test_an_error_is_told_as_an_error(trials):
    found, _ = told(trials(lambda s, a: -1.0 - a - 0.1 * s * a, {"a": [0, 1]}, metric="neg_mean_squared_error"))
    assert found[0].sentence.startswith(
        "a 0 is better than 1: mean squared error lower by 1.100 (95 % interval 0.707 to 1"
    )


def test_differences_without_any_spread_are_not_tested(trials):
    (contrast,), _ = told(trials(lambda s, a: 0.5 + 0.1 * a, {"a": [0, 1]}))
    assert contrast.numbers["contrasts"][0]["p"] is None
    assert (
        contrast.sentence
        == "a 1 did better than 0: accuracy higher by 0.100 on average, better in 1 of 1 paired comparison."
    )


def test_an_average_that_the_best_candidate_goes_against_is_said(trials):
    """a=1 is better in seven of eight pairs; the best candidate of all is in the eighth."""
    axes = {"a": [0, 1], "b": range(8)}
    found, _ = told(trials(lambda s, a, b: (0.1 + s / 100) * b + 0.05 * a + 0.1 * (a == 0 and b == 7), axes))
    assert found[0].sentence.startswith("a 1 did better than 0: accuracy higher by 0.03")
    assert found[0].sentence.endswith("The best candidate of all has 0 nevertheless.")


def test_too_many_values_are_not_compared(trials):
    found, omitted = told(trials(lambda s, a: a / 99, {"a": range(40)}))
    assert found == []
    assert omitted[0].reason == "a has 40 values, too many to compare them two by two"


def test_of_many_values_the_nearest_rivals_are_told(trials):
    found, _ = told(trials(lambda s, a: 0.1 * a + 0.001 * s * a, {"a": range(5)}))
    assert "Other differences: 4 over 3 0.101 (" in found[0].sentence
    assert "; 4 over 2 0.202 (" in found[0].sentence
    assert len(found[0].numbers["contrasts"]) == 10
