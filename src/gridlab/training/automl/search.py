"""AutoKeras, trial by trial; the only importer of it, in a process of its own.

Three things are mended or settled. Its heads take their size from numpy, whose integers Keras' `Dense` refuses. Where
it stopped early itself it trains its best model once more, for all epochs: given the same early stopping as a callback
it does not, and the model that is kept is the one that was scored. And all columns are numbers, so that what it calls
its pipeline leaves them alone, and the exported model takes the rows as they are.
"""

from __future__ import annotations

import time
from functools import cache
from pathlib import Path
from typing import Any

import autokeras
import keras
import numpy as np
from numpy.typing import NDArray

from gridlab.errors import described
from gridlab.records.record import FitRecord, finite
from gridlab.sweep.plain import plain
from gridlab.training.automl.asked import SPLIT, Asked
from gridlab.training.engines import Trained
from gridlab.training.saved_network import ROWS, predicted
from gridlab.training.scoring import compact, evaluate, scorers
from gridlab.training.task import Task

NAME = "autokeras"


def next_trial(task: Task, asked: Asked, number: int, key: str) -> Trained | None:
    """Trial `number`, counted from 0, trained if it has not ended already; None where AutoKeras has no more ideas."""
    return _search(asked, id(task)).trial(task, number, key)


def export(task: Task, asked: Asked, number: int, folder: Path) -> dict[str, Any]:
    """Save the model of a trial as `best.keras`: what `refit.refit` returns of one."""
    return _search(asked, id(task)).export(task, number, folder)


@cache
def _search(asked: Asked, task: int) -> _Search:
    return _Search(asked)


class _Search:
    """One AutoKeras search, which goes on from where its folder says it stopped."""

    def __init__(self, asked: Asked) -> None:
        self._asked, self._watch = asked, _Watch()
        self._model: Any = None

    def trial(self, task: Task, number: int, key: str) -> Trained | None:
        """Go on until this trial has ended, and tell what came of it."""
        X, y, X_test, y_test = _rows(task)
        tuner = self._made(task).tuner
        failure = ""
        while len(tuner.oracle.end_order) <= number:
            ended = len(tuner.oracle.end_order)
            tuner.oracle.max_trials, tuner._finished = ended + 1, False
            try:
                self._fit(X, _target(task, y), X_test, _target(task, y_test))
            except Exception as error:  # a model that cannot be built or trained; the search goes on
                failure = described(error)
            if len(tuner.oracle.end_order) == ended:
                return None
        trial = tuner.oracle.trials[tuner.oracle.end_order[number]]
        return self._told(task, trial, key, failure)

    def export(self, task: Task, number: int, folder: Path) -> dict[str, Any]:
        """Save a trial's model, as it was in its best epoch, and test it on the held-out part."""
        tuner, data = self._made(task).tuner, task.dataset
        model = tuner.load_model(tuner.oracle.trials[tuner.oracle.end_order[number]])
        unfinished = folder / "unfinished.keras"
        model.save(unfinished)
        unfinished.replace(folder / "best.keras")
        tested = {}
        if data.X_test is not None:
            tested = evaluate(scorers(task.metrics), _ask(model, data.X_test, task), None, data.y_test)
        return {
            "file": "best.keras",
            "test_scores": {name: finite(score) for name, score in tested.items()},
            "parameters": model.count_params(),
        }

    def _made(self, task: Task) -> Any:
        """AutoKeras' object, once."""
        if self._model is None:
            asked, kind = self._asked, task.dataset.kind
            more: dict[str, Any] = {}
            if asked.task.startswith("Structured"):
                names = [f"{i}" for i in range(task.dataset.X.shape[1])]
                more = {"column_names": names, "column_types": dict.fromkeys(names, "numerical")}
            keras.utils.set_random_seed(asked.seed)
            self._model = getattr(autokeras, asked.task)(
                objective="val_accuracy" if kind == "classification" else "val_loss",
                directory=asked.folder.parent,
                project_name=asked.folder.name,
                max_trials=1,
                seed=asked.seed,
                **more,
            )
            _plain_sizes(self._model.tuner.hypermodel)
            self._tell_data(task)
        return self._model

    def _tell_data(self, task: Task) -> None:
        """Let AutoKeras see the rows, and search nothing: a search that goes on knows its trials, not their sizes."""
        X, y, X_test, y_test = _rows(task)
        tuner, targets = self._model.tuner, _target(task, y)
        tuner._finished = True
        self._fit(X, targets, X_test, _target(task, y_test))
        tuner._prepare_model_build(tuner.oracle.get_space(), x=X, y=targets)

    def _fit(self, X: Any, y: Any, X_test: Any, y_test: Any) -> None:
        stopping = keras.callbacks.EarlyStopping(patience=10, min_delta=1e-4)  # AutoKeras' own
        self._model.fit(
            X,
            y,
            validation_data=(X_test, y_test),
            epochs=self._asked.epochs,
            batch_size=self._asked.batch_size,
            callbacks=[stopping, self._watch],
            verbose=0,
        )

    def _told(self, task: Task, trial: Any, key: str, failure: str) -> Trained:
        params, predictions, scores, score_time = trial.hyperparameters.values, None, {}, 0.0
        if trial.status == "COMPLETED":
            _, _, X_test, y_test = _rows(task)
            began = time.perf_counter()
            said = _ask(self._model.tuner.load_model(trial), X_test, task)
            scores = evaluate(scorers(task.metrics), said, None, y_test)
            predictions = compact(said, np.asarray(task.dataset.classes))
            score_time = time.perf_counter() - began
        train, test = task.splits.indices[SPLIT]
        record = FitRecord(
            key,
            plain(params),
            SPLIT,
            "ok" if predictions is not None else "failed",
            scores=scores,
            curves=self._watch.curves,
            fit_time=self._watch.seconds,
            score_time=score_time,
            seed=self._asked.seed,
            engine=NAME,
            n_train=len(train),
            n_test=len(test),
            error=None if predictions is not None else (failure or _last_line(trial.message)),
            finished=time.time(),
        )
        return Trained(record, predictions)


class _Watch(keras.callbacks.Callback):  # type: ignore[misc]
    """Keeps the learning curves of a training; AutoKeras copies its callbacks, and this one stays itself."""

    def __init__(self) -> None:
        super().__init__()
        self.curves: dict[str, list[float | None]] = {}
        self.seconds = self._began = 0.0

    def __deepcopy__(self, memo: Any) -> _Watch:
        return self

    def on_train_begin(self, logs: Any = None) -> None:
        """Forget the trial before."""
        self.curves, self._began = {}, time.perf_counter()

    def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
        """One more value for each curve."""
        for name, value in (logs or {}).items():
            self.curves.setdefault(name, []).append(finite(value))
        self.seconds = time.perf_counter() - self._began


def _rows(task: Task) -> tuple[Any, Any, Any, Any]:
    train, test = task.splits.indices[SPLIT]
    data = task.dataset
    return data.X[train], data.y[train], data.X[test], data.y[test]


def _target(task: Task, y: NDArray[Any]) -> NDArray[np.float32]:
    """Labels as AutoKeras does not recode them: a column of 0 and 1, or one a class; numbers as a column."""
    classes = np.asarray(task.dataset.classes)
    if not len(classes):
        return y.reshape(-1, 1).astype(np.float32)
    codes = np.searchsorted(classes, y)
    return (
        codes.reshape(-1, 1).astype(np.float32) if len(classes) == 2 else np.eye(len(classes), dtype=np.float32)[codes]
    )


def _ask(model: Any, X: Any, task: Task) -> Any:
    said = model.predict(X, batch_size=ROWS, verbose=0).reshape(len(X), -1)
    return predicted(NAME, said, np.asarray(task.dataset.classes))


def _plain_sizes(graph: Any) -> None:
    """Let the graph tell its heads their sizes as plain integers; `Dense` refuses numpy's."""
    tell = graph.set_io_shapes

    def told(shapes: Any) -> None:
        tell(shapes)
        for node in (*graph.inputs, *(output.in_blocks[0] for output in graph.outputs)):
            node.shape = tuple(map(int, node.shape))

    graph.set_io_shapes = told


def _last_line(message: str | None) -> str:
    lines = (message or "").strip().splitlines()
    return lines[-1][:500] if lines else "AutoKeras gave the trial up"
