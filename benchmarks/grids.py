"""Grids of FC3, and the data that they are searched on."""

from __future__ import annotations

import itertools
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

DATA = Path(os.environ.get("GRIDLAB_DATA") or Path(__file__).resolve().parents[2] / "shared" / "data")
IMAGES = DATA / "kannada-mnist" / "X_kannada_MNIST_test-idx3-ubyte.gz"
FOLDS = 3

GRIDS: dict[str, dict[str, list[Any]]] = {
    "kannada": {
        "batch_norm": [True, False],
        "dropout": [0.2, 0.4],
        "learning_rate": [0.001, 0.002, 0.01],
        "optimizer": ["RMSprop", "Adam"],
        "batch_size": [512, 1024],
        "epochs": [15, 30],
    },
    "digits": {
        "batch_norm": [True, False],
        "dropout": [0.2, 0.4],
        "learning_rate": [0.001, 0.002, 0.01],
        "optimizer": ["RMSprop", "Adam"],
        "batch_size": [512, 1024, 2048],
        "epochs": [20],
    },
    "corner": {
        "batch_norm": [True],
        "dropout": [0.2, 0.4],
        "learning_rate": [0.001, 0.002, 0.01],
        "optimizer": ["Adam"],
        "batch_size": [1024],
        "epochs": [15, 30],
    },
}
GRIDS["quick"] = {**GRIDS["corner"], "epochs": [5, 10]}
LIMITS = {"kannada": 10_000, "corner": 10_000, "digits": 1_797, "quick": 3_000}


def data(name: str) -> tuple[Any, Any]:
    """X (n, pixels) float32 from 0 to 1, y (n,)."""
    import numpy as np

    if name == "digits":
        from sklearn.datasets import load_digits

        X, y = load_digits(return_X_y=True)
        return (X / 16).astype("float32"), y
    from gridlab.training.datasets.idx import read_idx

    n = LIMITS[name]
    labels = IMAGES.with_name(IMAGES.name.replace("X_", "y_").replace("idx3", "idx1"))
    X = np.asarray(read_idx(IMAGES)[:n], dtype="float32").reshape(n, -1) / 255
    return X, np.asarray(read_idx(labels)[:n]).astype("int64")


def folds(name: str) -> tuple[Any, Any, list[Any]]:
    from sklearn.model_selection import StratifiedKFold

    X, y = data(name)
    return X, y, list(StratifiedKFold(FOLDS).split(X, y))


def candidates(name: str) -> Iterator[dict[str, Any]]:
    grid = GRIDS[name]
    return (dict(zip(grid, values, strict=True)) for values in itertools.product(*grid.values()))
