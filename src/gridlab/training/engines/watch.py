"""Watch: what an engine sees of a Keras training while it runs: curves, predictions on the way, divergence."""

from __future__ import annotations

import math
import time
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any

import keras
import numpy as np
from numpy.typing import NDArray

from gridlab.training.scoring import Predicted, PredictedClasses, PredictedValues


@dataclass(frozen=True)
class Checkpoint:
    """What the network said of the held-out rows at one moment of its training."""

    predicted: Predicted
    fit_time: float
    """Seconds of training until then, without the time that watching took."""
    score_time: float
    """Seconds to predict."""
    epochs: int
    """Epochs trained until then."""


class Watch(keras.callbacks.Callback):  # type: ignore[misc]
    """Joins a fit as its last callback; sees the held-out rows, which the training does not."""

    def __init__(
        self, estimator: Any, X: NDArray[Any], y: NDArray[Any], *, at: Collection[int], rows: int, curves: bool
    ) -> None:
        """Watch a fit of a scikeras estimator.

        Args:
            estimator: the estimator about to be fitted.
            X: held-out rows.
            y: (n,): their labels or targets.
            at: epochs after which predictions are wanted; the end of the training is always one.
            rows: how many rows are predicted at a time.
            curves: whether the held-out rows are evaluated after each epoch.
        """
        super().__init__()
        self.checkpoints: dict[int, Checkpoint] = {}
        self.last: Checkpoint | None = None
        self.curves: dict[str, list[float]] = {}
        self.diverged: int | None = None
        """The epoch after which the loss was no number any more."""
        self._estimator, self._X, self._y = estimator, X, y
        self._at, self._rows, self._evaluates = at, rows, curves
        self._aside = 0.0
        self._targets: NDArray[Any] | None = None

    def on_train_begin(self, logs: dict[str, float] | None = None) -> None:
        """Start the clock."""
        self._begin = time.perf_counter()

    def on_epoch_end(self, epoch: int, logs: dict[str, float] | None = None) -> None:
        """Note the epoch's losses and metrics; stop a training that has left the numbers."""
        began = time.perf_counter()
        seen = dict(logs or {})
        if self._evaluates:
            seen |= {f"test_{name}": value for name, value in self._evaluate().items()}
        for name, value in seen.items():
            self.curves.setdefault(name, []).append(float(value))
        if not math.isfinite(seen.get("loss", 0.0)):
            self.diverged, self.model.stop_training = epoch + 1, True
        self._aside += time.perf_counter() - began
        if epoch + 1 in self._at and self.diverged is None:
            self.checkpoints[epoch + 1] = self._checkpoint(epoch + 1)

    def on_train_end(self, logs: dict[str, float] | None = None) -> None:
        """Predict with the final weights, which a callback may just have restored from an earlier epoch."""
        if self.diverged is None:
            self.last = self._checkpoint(len(self.curves.get("loss", ())))

    def _checkpoint(self, epochs: int) -> Checkpoint:
        began = time.perf_counter()
        raw = np.concatenate([self.model.predict_on_batch(rows) for rows in self._chunks(self._X)])
        encoder = self._estimator.target_encoder_
        if hasattr(self._estimator, "classes_"):
            proba = encoder.inverse_transform(raw, return_proba=True).reshape(len(raw), -1)  # scikeras drops a lone row
            predicted: Predicted = PredictedClasses(
                np.asarray(self._estimator.classes_), encoder.inverse_transform(raw), proba
            )
        else:
            predicted = PredictedValues(encoder.inverse_transform(raw))
        now = time.perf_counter()
        trained = began - self._begin - self._aside
        self._aside += now - began
        return Checkpoint(predicted, trained, now - began, epochs)

    def _evaluate(self) -> dict[str, float]:
        """Loss and metrics of the held-out rows.

        `Model.evaluate` would set up a data pipeline after each epoch, which costs more than a small network's epoch.
        """
        if self._targets is None:
            self._targets = self._estimator.target_encoder_.transform(self._y)
        self.model.reset_metrics()
        seen: dict[str, float] = {}
        for rows, targets in zip(self._chunks(self._X), self._chunks(self._targets), strict=True):
            seen = self.model.test_on_batch(rows, targets, return_dict=True)
        return seen

    def _chunks(self, array: NDArray[Any]) -> Iterator[NDArray[Any]]:
        for start in range(0, len(array), self._rows):
            yield array[start : start + self._rows]
