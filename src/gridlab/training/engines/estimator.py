"""EstimatorEngine: one fit at a time through any scikit-learn estimator's own `fit`; loads no Keras of itself."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from gridlab.errors import described
from gridlab.records.record import FitRecord
from gridlab.sweep.grid import Fit
from gridlab.sweep.plain import plain
from gridlab.training.engines import Progress, Trained, Unit
from gridlab.training.estimators import make_estimator
from gridlab.training.scoring import Predicted, compact, evaluate, predict, scorers
from gridlab.training.task import Task


class EstimatorEngine:
    """Fits estimators and pipelines, and lets scikit-learn's scorers ask them."""

    name = "estimator"

    def __init__(self, task: Task) -> None:
        self._task = task
        self._scorers = scorers(task.metrics)

    def train(self, unit: Unit) -> Iterator[Trained | Progress]:
        """Each fit by itself."""
        return map(self._fit, unit)

    def _fit(self, fit: Fit) -> Trained:
        X, y, X_test, y_test = self._rows(fit)
        began = time.perf_counter()
        try:
            estimator = make_estimator(self._task.recipe, fit.candidate.params, fit.seed).fit(X, y)
            fitted = time.perf_counter()
            scores = evaluate(self._scorers, estimator, X_test, y_test)
            scored = time.perf_counter()
            trained = evaluate(self._scorers, estimator, X, y) if self._task.train_scores else {}
            predictions = self._compact(predict(estimator, X_test))
        except Exception as error:  # whatever somebody's estimator raises belongs into the record of this fit
            return self._failed(fit, described(error))
        times = {"fit_time": fitted - began, "score_time": scored - fitted}
        return Trained(self._record(fit, "ok", scores=scores, train_scores=trained, **times), predictions)

    def _rows(self, fit: Fit) -> tuple[Any, Any, Any, Any]:
        """X and y to train on, X and y to score on."""
        data = self._task.dataset
        train, test = self._task.splits.indices[fit.split]
        return data.X[train], data.y[train], data.X[test], data.y[test]

    def _compact(self, predicted: Predicted) -> dict[str, Any]:
        return compact(predicted, np.asarray(self._task.dataset.classes))

    def _failed(self, fit: Fit, error: str, curves: Mapping[str, Any] | None = None) -> Trained:
        return Trained(self._record(fit, "failed", error=error, curves=curves or {}), None)

    def _record(self, fit: Fit, status: Any, **outcome: Any) -> FitRecord:
        train, test = self._task.splits.indices[fit.split]
        return FitRecord(
            fit.key,
            plain(fit.candidate.params),
            fit.split,
            status,
            seed=fit.seed,
            engine=self.name,
            n_train=len(train),
            n_test=len(test),
            finished=time.time(),
            **outcome,
        )
