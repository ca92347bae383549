"""SingleEngine: one training at a time through the scikeras estimator, watched on the way.

Stock scikit-learn loses its time where every fit traces its training step and its predictions anew. Here both are kept
by structure (`programs.py`), the held-out rows go through the network in few large batches, and candidates that differ
only in `epochs` are one training.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

from gridlab.errors import described
from gridlab.sweep.grid import Fit
from gridlab.training.engines import Progress, Trained, Unit
from gridlab.training.engines.estimator import EstimatorEngine
from gridlab.training.engines.watch import Checkpoint, Watch
from gridlab.training.estimators import make_estimator
from gridlab.training.programs import Programs
from gridlab.training.scoring import evaluate
from gridlab.training.task import Task

CHUNK_BYTES = 2**28
"""Memory that predicting a chunk of held-out rows may take, where a row's activations take ACTIVATIONS times itself."""
ACTIVATIONS = 64


class SingleEngine(EstimatorEngine):
    """Trains Keras builders; a builder inside a pipeline is fitted as any estimator."""

    name = "single"

    def __init__(self, task: Task) -> None:
        super().__init__(task)
        self._programs = Programs()

    def train(self, unit: Unit) -> Iterator[Trained | Progress]:
        """Train the fits of one trajectory as one training, if it can be watched; else each by itself."""
        if not self._task.recipe.keras_alone:
            return super().train(unit)
        return self._train_together(sorted(unit, key=self._epochs))

    def _epochs(self, fit: Fit) -> int:
        return self._task.recipe.epochs(fit.candidate.params)

    def _train_together(self, fits: Unit) -> Iterator[Trained]:
        """One training as long as the longest fit asks, scored where each fit ends."""
        *earlier, longest = fits
        X, y, X_test, y_test = self._rows(longest)
        watch, error = None, ""
        try:
            estimator = make_estimator(self._task.recipe, longest.candidate.params, longest.seed)
            at = {self._epochs(fit) for fit in earlier}
            rows = max(CHUNK_BYTES // (ACTIVATIONS * X[0].nbytes), 1)
            watch = Watch(estimator, X_test, y_test, at=at, rows=rows, curves=self._task.curves)
            estimator.watched(watch, programs=self._programs).fit(X, y)
        except Exception as failure:  # whatever somebody's builder raises belongs into the record of this fit
            error = described(failure)
        if watch is None:
            yield from (self._failed(fit, error) for fit in fits)
            return
        if watch.diverged is not None:
            error = f"training diverged: the loss was no finite number after epoch {watch.diverged}"
        for fit in fits:
            reached = watch.last if fit is longest else watch.checkpoints.get(self._epochs(fit))
            yield self._scored(fit, watch, reached, y_test) if reached else self._failed(fit, error, watch.curves)

    def _scored(self, fit: Fit, watch: Watch, reached: Checkpoint, y_test: Any) -> Trained:
        began = time.perf_counter()
        try:
            scores = evaluate(self._scorers, reached.predicted, None, y_test)
            predictions = self._compact(reached.predicted)
        except Exception as failure:  # a network whose output is none of the task's: any of numpy's or scikit-learn's
            return self._failed(fit, described(failure), watch.curves)
        record = self._record(
            fit,
            "ok",
            scores=scores,
            curves={name: values[: reached.epochs] for name, values in watch.curves.items()},
            fit_time=reached.fit_time,
            score_time=reached.score_time + time.perf_counter() - began,
        )
        return Trained(record, predictions)
