"""scikit-learn's own scorers, asked of predictions that are already there."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.base import BaseEstimator, ClassifierMixin, RegressorMixin
from sklearn.metrics import get_scorer

Scorer = Callable[..., float]
Scorers = Mapping[str, Scorer]
Scores = dict[str, float | None]

DEFAULT = {"classification": "accuracy", "regression": "r2"}
"""The scorer that an estimator's own `score` is, where a sweep names none."""


def scorers(metrics: Sequence[str]) -> dict[str, Scorer]:
    """Name → scikit-learn's scorer of that name."""
    return {name: get_scorer(name) for name in metrics}


def evaluate(found: Scorers, estimator: Any, X: Any, y: Any) -> Scores:
    """Every scorer's verdict; None where it cannot tell (probabilities that are NaN, say)."""
    return {name: _score(scorer, estimator, X, y) for name, scorer in found.items()}


def _score(scorer: Scorer, estimator: Any, X: Any, y: Any) -> float | None:
    try:
        return float(scorer(estimator, X, y))
    except ValueError:  # what scikit-learn's metrics raise for values that they cannot take
        return None


@dataclass
class PredictedClasses(ClassifierMixin, BaseEstimator):  # type: ignore[misc]
    """A classifier that has predicted already: scorers ask it as they ask any other."""

    classes_: NDArray[Any]
    label: NDArray[Any]
    """(n,): the predicted labels."""
    proba: NDArray[Any] | None
    """(n, n_classes), in the order of `classes_`."""

    def predict(self, X: Any) -> NDArray[Any]:
        """The labels predicted before, whatever `X` is."""
        return self.label

    def predict_proba(self, X: Any) -> NDArray[Any]:
        """The probabilities predicted before, whatever `X` is."""
        if self.proba is None:
            raise AttributeError("predict_proba")
        return self.proba


@dataclass
class PredictedValues(RegressorMixin, BaseEstimator):  # type: ignore[misc]
    """A regressor that has predicted already."""

    value: NDArray[Any]
    """(n,) or (n, targets)."""

    def predict(self, X: Any) -> NDArray[Any]:
        """The values predicted before, whatever `X` is."""
        return self.value


Predicted = PredictedClasses | PredictedValues


def compact(predicted: Predicted, classes: NDArray[Any]) -> dict[str, NDArray[Any]]:
    """Predictions as they are kept: label codes in the smallest integers, probabilities in half precision.

    Args:
        predicted: what the estimator said.
        classes: (n_classes,) all labels of the data, sorted; a split's estimator may know fewer.
    """
    if isinstance(predicted, PredictedValues):
        return {"value": np.asarray(predicted.value, dtype=np.float32)}
    codes = np.searchsorted(classes, predicted.label)
    arrays = {"label": codes.astype(np.min_scalar_type(max(len(classes) - 1, 0)))}
    if predicted.proba is not None:
        proba = np.zeros((len(codes), len(classes)), dtype=np.float16)
        proba[:, np.searchsorted(classes, predicted.classes_)] = predicted.proba
        arrays["proba"] = proba
    return arrays


def predict(estimator: Any, X: Any) -> Predicted:
    """What a fitted estimator says of `X`, asked once for all scorers and for the record."""
    if hasattr(estimator, "classes_"):
        proba = estimator.predict_proba(X) if hasattr(estimator, "predict_proba") else None
        return PredictedClasses(estimator.classes_, estimator.predict(X), proba)
    return PredictedValues(estimator.predict(X))


def mean_of(found: Sequence[Predicted], classes: NDArray[Any]) -> Predicted:
    """The mean of several models' predictions: of probabilities, of votes where one gives none, or of numbers.

    Args:
        found: what each model says of the same rows.
        classes: (n_classes,) all classes, sorted; a model may know fewer.
    """
    values = [predicted.value for predicted in found if isinstance(predicted, PredictedValues)]
    if values:
        return PredictedValues(np.mean(values, axis=0, dtype=np.float64))
    shares = [_shares(predicted, classes) for predicted in found if isinstance(predicted, PredictedClasses)]
    proba = np.mean(shares, axis=0)
    sure = all(isinstance(predicted, PredictedClasses) and predicted.proba is not None for predicted in found)
    return PredictedClasses(classes, classes[proba.argmax(axis=1)], proba if sure else None)


def _shares(predicted: PredictedClasses, classes: NDArray[Any]) -> NDArray[np.float64]:
    shares = np.zeros((len(predicted.label), len(classes)))
    if predicted.proba is None:
        shares[np.arange(len(shares)), np.searchsorted(classes, predicted.label)] = 1
    else:
        shares[:, np.searchsorted(classes, predicted.classes_)] = predicted.proba
    return shares
