from __future__ import annotations

import numpy as np
import pytest
from sklearn import metrics

from gridlab.records.insights.measures import MEASURES

RNG = np.random.default_rng(0)
N, C, B = 60, 3, 4
Y = np.arange(N) % 3
LABELS = np.where(RNG.random((C, N)) < 0.7, Y, RNG.integers(0, 3, (C, N)))
TARGETS = RNG.normal(size=N)
VALUES = TARGETS + RNG.normal(size=(C, N)) * 0.5
PROBA = RNG.dirichlet((2, 1, 1), size=(C, N))
WEIGHTS = RNG.integers(0, 4, (N, B)).astype(float)


def averaged(score, average):
    return lambda y, predicted, sample_weight: score(
        y, predicted, average=average, sample_weight=sample_weight, zero_division=0
    )


SKLEARN = {
    "accuracy": metrics.accuracy_score,
    "balanced_accuracy": metrics.balanced_accuracy_score,
    **{
        f"{name}_{average}": averaged(score, average)
        for name, score in (
            ("f1", metrics.f1_score),
            ("precision", metrics.precision_score),
            ("recall", metrics.recall_score),
        )
        for average in ("micro", "macro", "weighted")
    },
    "neg_mean_absolute_error": lambda *a, **k: -metrics.mean_absolute_error(*a, **k),
    "neg_mean_squared_error": lambda *a, **k: -metrics.mean_squared_error(*a, **k),
    "neg_root_mean_squared_error": lambda *a, **k: -metrics.root_mean_squared_error(*a, **k),
    "r2": metrics.r2_score,
}


@pytest.mark.parametrize("name", sorted(MEASURES.keys() - {"neg_log_loss"}))
def test_measures_agree_with_scikit_learn(name):
    measure = MEASURES[name]
    predicted, y = (LABELS, Y) if measure.takes == "label" else (VALUES, TARGETS)
    found = measure.score(predicted, y, WEIGHTS)
    wanted = [[SKLEARN[name](y, row, sample_weight=WEIGHTS[:, b]) for b in range(B)] for row in predicted]
    np.testing.assert_allclose(found, wanted, rtol=1e-5)


def test_log_loss_takes_the_true_class_probability():
    found = MEASURES["neg_log_loss"].score(PROBA[:, np.arange(N), Y], Y, WEIGHTS)
    wanted = [[-metrics.log_loss(Y, p, sample_weight=WEIGHTS[:, b]) for b in range(B)] for p in PROBA]
    np.testing.assert_allclose(found, wanted, rtol=1e-5)
    assert np.isfinite(MEASURES["neg_log_loss"].score(np.zeros((1, N)), Y, WEIGHTS)).all()
