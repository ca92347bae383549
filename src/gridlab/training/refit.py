"""The best candidate once more, on all training data, evaluated on the held-out test part, and saved."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import cloudpickle

from gridlab.records.record import finite
from gridlab.sweep.grid import Params
from gridlab.training.estimators import make_estimator
from gridlab.training.recipe import Recipe
from gridlab.training.scoring import evaluate, scorers
from gridlab.training.task import Task


def refit(task: Task, params: Params, seed: int, folder: Path) -> dict[str, Any]:
    """Train the estimator of `params` on all rows that are not held out, and save it into `folder`.

    Returns:
        `file` (`best.keras`, or `best.joblib` for an estimator that is more than a Keras model), `test_scores` (metric
        → score on the held-out part; empty without one), `refit_time` in seconds and, for Keras models, `parameters`
        (the number of weights).
    """
    data = task.dataset
    began = time.perf_counter()
    estimator = trained(task.recipe, params, seed, data.X, data.y)
    took = time.perf_counter() - began
    tested = {} if data.X_test is None else evaluate(scorers(task.metrics), estimator, data.X_test, data.y_test)
    return {
        "file": _save(estimator, folder, task.recipe.keras_alone).name,
        "test_scores": {name: finite(score) for name, score in tested.items()},
        "refit_time": took,
        **({"parameters": estimator.model_.count_params()} if task.recipe.keras_alone else {}),
    }


def trained(recipe: Recipe, params: Params, seed: int, X: Any, y: Any) -> Any:
    """The estimator of `params`, trained on those rows.

    Raises:
        ValueError: a network's loss has left the numbers.
    """
    estimator = make_estimator(recipe, params, seed).fit(X, y)
    if recipe.keras_alone and finite(estimator.history_["loss"][-1]) is None:
        raise ValueError("training diverged: the loss is no finite number")
    return estimator


def _save(estimator: Any, folder: Path, keras_alone: bool) -> Path:
    """Write the model beside its name and rename it, so that a kill leaves no half of it."""
    of_keras, of_estimator = folder / "best.keras", folder / "best.joblib"
    path, other = (of_keras, of_estimator) if keras_alone else (of_estimator, of_keras)
    unfinished = path.with_stem("unfinished")
    if keras_alone:
        estimator.model_.save(unfinished)
    else:
        # a builder from a notebook or from `./my_model.py` cannot be imported where this is loaded, so it goes along
        unfinished.write_bytes(cloudpickle.dumps(estimator))
    unfinished.replace(path)
    other.unlink(missing_ok=True)  # of an earlier sweep of this name
    return path
