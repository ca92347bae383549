from __future__ import annotations

import pytest

from gridlab.records.insights.trials import make_trials
from gridlab.records.insights.unfinished import ending


def told(results):
    return ending(results, make_trials(results))


def curves(rise, name="test_accuracy", length=20):
    """A curve that is flat, rises by `rise` from epoch to epoch in its last quarter, and jumps in its last epoch."""

    def of(s, a):
        flat = length - length // 4
        return {name: [0.5] * (flat - 1) + [0.5 + rise * (i + 1) for i in range(length - flat)] + [0.9]}

    return of


def test_a_line_by_hand(sweep):
    found = told(sweep(lambda s, a: a / 10, {"a": [1, 2]}, curves=curves(0.01)))
    assert (found.series, found.first, found.last, found.epochs, found.falls) == ("test_accuracy", 15, 19, 20, False)
    assert found.gain == pytest.approx(0.04), "from the first of five epochs to the last, without the jump"
    assert (found.improving, found.fits) == (6, 6)
    assert found.candidates == (1, 0)
    assert len(found.curve) == 20


def test_a_falling_loss_is_a_gain(sweep):
    found = told(sweep(lambda s, a: a / 10, {"a": [1]}, metric="roc_auc", curves=curves(-0.01, "val_loss")))
    assert (found.series, found.falls) == ("val_loss", True)
    assert found.gain == pytest.approx(0.04)


@pytest.mark.parametrize(
    ("of", "reason"),
    [
        (lambda s, a: {}, "no learning curves"),
        (curves(0.01, "accuracy"), "no curve on held-out rows"),
        (curves(0.01, length=5), "5 epochs are too few"),
        (lambda s, a: curves(0.01, length=20 if s == a == 0 else 12)(s, a), "ended before epoch 20"),
    ],
)
def test_why_nothing_can_be_said(sweep, of, reason):
    assert reason in told(sweep(lambda s, a: a / 10, {"a": [0, 1]}, curves=of))
