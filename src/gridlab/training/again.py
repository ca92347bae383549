"""A candidate trained once more, on a split or on every row, to predict new rows; called where the engine's libraries
are loaded.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from gridlab.sweep.grid import Params
from gridlab.training.refit import trained
from gridlab.training.scoring import Predicted, predict
from gridlab.training.task import Task


def on_split(task: Task, params: Params, seed: int, X: NDArray[np.float32], split: int) -> Predicted:
    """What the model of one split says of X: the same rows and seed as in the run.

    The very model, if `single` trained it; of a `vmap` run, one trained the same way by other random numbers.
    """
    rows, _ = task.splits.indices[split]
    return predict(trained(task.recipe, params, seed, task.dataset.X[rows], task.dataset.y[rows]), X)


def on_everything(task: Task, params: Params, seed: int, X: NDArray[np.float32]) -> Predicted:
    """What a model trained on all rows, the held-out ones too, says of X."""
    data = task.dataset
    X_all: Any = data.X if data.X_test is None else np.concatenate([data.X, data.X_test])
    y_all: Any = data.y if data.y_test is None else np.concatenate([data.y, data.y_test])
    return predict(trained(task.recipe, params, seed, X_all, y_all), X)
