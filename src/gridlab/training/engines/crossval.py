"""CrossValEngine: one fit at a time by scikit-learn's own fit-and-score: its scores are scikit-learn's to the bit.

A Keras estimator is watched on the way: learning curves, divergence, kept programs.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import Any

import numpy as np
from sklearn.base import clone
from sklearn.utils import _safe_indexing

from gridlab.errors import described
from gridlab.records.record import FitRecord
from gridlab.sweep.plain import plain
from gridlab.training.asked import Asked, Called
from gridlab.training.engines import Trained, Unit
from gridlab.training.estimators import unset_random_states
from gridlab.training.loading import load_object
from gridlab.training.scoring import compact, predict
from gridlab.training.task import Task

ROWS = 1024
"""Held-out rows that a watched network is shown at a time."""


class CrossValEngine:
    """Lets scikit-learn fit and score, and keeps what it answers."""

    name = "sklearn"

    def __init__(self, task: Task) -> None:
        assert task.asked is not None, "a search says how it asks"
        self._task, self._asked = task, task.asked

    def train(self, unit: Unit) -> Iterator[Trained]:
        """Each fit by itself."""
        for fit in unit:
            assert isinstance(fit, Called)
            with self._asked.surroundings():
                trained = self._fit(fit)
            yield trained

    def _fit(self, fit: Called) -> Trained:
        asked: Asked = self._asked
        estimator, params = self._seeded(fit)
        watch = self._watch(fit, estimator)
        train, test = self._task.splits.indices[fit.split]
        try:
            answer = asked.function(
                estimator,
                self._task.dataset.X,
                self._task.dataset.y,
                train=train,
                test=test,
                parameters=params,
                split_progress=(fit.split, len(self._task.splits)),
                candidate_progress=(fit.candidate.index, asked.n_candidates),
                **asked.settings,
                **({} if fit.context is None else {"callback_ctx": fit.context}),
                **({"return_estimator": True} if asked.keep else {}),
            )
        except Exception as error:  # error_score="raise", or an error that scikit-learn never forgives
            return Trained(self._record(fit, watch, "failed", error=described(error)), None, error)
        fitted = answer.pop("estimator", None)
        if watch is not None and watch.diverged is not None:
            return self._diverged(fit, watch, answer)
        failed = answer["fit_error"]
        predictions = None if failed or fitted is None else self._predictions(fitted, test)
        return Trained(self._answered(fit, watch, answer), predictions, answer)

    def _seeded(self, fit: Called) -> tuple[Any, Mapping[str, Any]]:
        """The estimator, and its parameters with a seed for everything random that has none."""
        params = fit.candidate.params
        if not self._asked.seeded:
            return fit.estimator, params
        asked_for = clone(fit.estimator).set_params(**clone(dict(params), safe=False))
        return fit.estimator, {**params, **dict.fromkeys(unset_random_states(asked_for), fit.seed)}

    def _watch(self, fit: Called, estimator: Any) -> Any:
        """Who looks on while a Keras estimator is trained on an array; None for any other."""
        X, y = self._task.dataset.X, self._task.dataset.y
        if not hasattr(network := _last_step(estimator), "watched"):
            return None
        if network is not estimator or not network.watchable or not isinstance(X, np.ndarray) or y is None:
            network.watched(programs=self._programs)
            return None
        _, test = self._task.splits.indices[fit.split]
        kind = load_object("gridlab.training.engines.watch:Watch")
        held_out = _safe_indexing(X, test), np.asarray(_safe_indexing(y, test))
        watch = kind(estimator, *held_out, at=(), rows=ROWS, curves=self._task.curves)
        estimator.watched(watch, programs=self._programs)
        return watch

    @cached_property
    def _programs(self) -> Any:
        return load_object("gridlab.training.programs:Programs")()

    def _predictions(self, fitted: Any, test: Any) -> dict[str, Any] | None:
        """What the estimator says of the held-out rows, in the form that is kept; None where there is no such form."""
        try:
            return compact(predict(fitted, _safe_indexing(self._task.dataset.X, test)), self._classes)
        except Exception:  # transformers, clusterings, several outputs, estimators that cannot predict: nothing to keep
            return None

    @cached_property
    def _classes(self) -> Any:
        return np.asarray(self._task.dataset.classes)

    def _diverged(self, fit: Called, watch: Any, answer: Mapping[str, Any]) -> Trained:
        """A network that has left the numbers has failed, as in any sweep."""
        error = f"training diverged: the loss was no finite number after epoch {watch.diverged}"
        record = self._record(fit, watch, "failed", error=error, fit_time=answer["fit_time"])
        raised = self._asked.error_score == "raise"
        return Trained(record, None, FloatingPointError(error) if raised else self._asked.outcome(record))

    def _answered(self, fit: Called, watch: Any, answer: Mapping[str, Any]) -> FitRecord:
        times = {"fit_time": answer["fit_time"], "score_time": answer["score_time"]}
        if answer["fit_error"]:
            return self._record(fit, watch, "failed", error=_last_line(answer["fit_error"]), **times)
        return self._record(
            fit,
            watch,
            "ok",
            scores=self._asked.scores(answer["test_scores"]),
            train_scores=self._asked.scores(answer["train_scores"]) if "train_scores" in answer else {},
            n_test=answer["n_test_samples"],
            **times,
        )

    def _record(self, fit: Called, watch: Any, status: Any, **outcome: Any) -> FitRecord:
        train, test = self._task.splits.indices[fit.split]
        return FitRecord(
            fit.key,
            plain(fit.candidate.params),
            fit.split,
            status,
            seed=fit.seed if self._asked.seeded else None,
            engine=self.name,
            n_train=_count(train),
            finished=time.time(),
            curves={} if watch is None else watch.curves,
            **{"n_test": _count(test), **outcome},
        )


def _last_step(estimator: Any) -> Any:
    """What stands at a pipeline's end."""
    while hasattr(estimator, "steps"):
        estimator = estimator.steps[-1][1]
    return estimator


def _count(rows: Any) -> int:
    """How many rows a split's row numbers, or its mask, take."""
    rows = np.asarray(rows)
    return int(rows.sum()) if rows.dtype == bool else len(rows)


def _last_line(traceback: str) -> str:
    """The error itself, of a traceback."""
    return traceback.strip().rpartition("\n")[2][:500]
