"""The 24-fit FC3 sweep through stock GridSearchCV + scikeras and through engine `single`: seconds, memory, ratios.

    python benchmarks/single_engine.py            10,000 Kannada digits, 15 epochs, batches of 1,024; some five minutes
    python benchmarks/single_engine.py --quick    a corner of it

8 candidates (2 optimizers, 2 learning rates, batch norm on and off) on 3 stratified folds, each way alone on the
machine, as a user would start it: imports, worker processes and all. The data lies in ../shared/data or $GRIDLAB_DATA.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import joblib
from measure import Measured, measure

DATA = Path(os.environ.get("GRIDLAB_DATA") or Path(__file__).resolve().parents[2] / "shared" / "data")
IMAGES = DATA / "kannada-mnist" / "X_kannada_MNIST_test-idx3-ubyte.gz"


def sweep(epochs: int, limit: int, workers: int) -> str:
    """The sweep file for gridlab; alone, a worker gets all cores, as stock does."""
    return json.dumps(
        {
            "name": "fc3",
            "data": {"name": "idx", "path": str(IMAGES), "limit": limit},
            "model": "fc3",
            "grid": {
                "optimizer": ["RMSprop", "Adam"],
                "learning_rate": [0.001, 0.01],
                "batch_norm": [True, False],
                "dropout": [0.2],
                "batch_size": [1024],
                "epochs": [epochs],
            },
            "cv": 3,
            "engine": "single",
            "workers": workers,
            "threads": joblib.cpu_count() // workers,
        }
    )


def stock(epochs: int, limit: int, n_jobs: int) -> None:
    """The same by scikit-learn and scikeras alone, written as their documentation shows it; runs in its own process."""
    import numpy as np
    from scikeras.wrappers import KerasClassifier
    from sklearn.model_selection import GridSearchCV, StratifiedKFold

    from gridlab.training.datasets.idx import read_idx

    labels = IMAGES.with_name(IMAGES.name.replace("X_", "y_").replace("idx3", "idx1"))
    X = np.asarray(read_idx(IMAGES)[:limit], dtype="float32").reshape(limit, -1) / 255
    y = np.asarray(read_idx(labels)[:limit])
    grid = {
        "model__optimizer": ["RMSprop", "Adam"],
        "model__learning_rate": [0.001, 0.01],
        "model__batch_norm": [True, False],
    }
    unset = dict.fromkeys(grid)
    classifier = KerasClassifier(_stock_builder(), epochs=epochs, batch_size=1024, verbose=0, **unset)
    search = GridSearchCV(classifier, grid, cv=StratifiedKFold(3), refit=True, n_jobs=n_jobs).fit(X, y)
    print("best", search.best_score_, search.best_params_)


def _stock_builder() -> Callable[..., Any]:
    def build(optimizer, learning_rate, batch_norm):  # type: ignore[no-untyped-def]
        import keras

        model = keras.Sequential([keras.Input((784,))])
        for units, activation in ((64, None), (128, "relu"), (256, "relu")):
            model.add(keras.layers.Dense(units, activation=activation))
            if batch_norm:
                model.add(keras.layers.BatchNormalization())
            model.add(keras.layers.Dropout(0.2))
        model.add(keras.layers.Dense(10, activation="softmax"))
        made = getattr(keras.optimizers, optimizer)(learning_rate=learning_rate)
        model.compile(optimizer=made, loss="sparse_categorical_crossentropy", metrics=["accuracy"])
        return model

    return build


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="3 epochs, 3,000 digits")
    parser.add_argument("--stock", type=int, metavar="N_JOBS", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if not IMAGES.exists():
        raise SystemExit(f"{IMAGES} is not there: set GRIDLAB_DATA to the folder that holds kannada-mnist/")
    epochs, limit = (3, 3000) if given.quick else (15, 10000)
    if given.stock:
        stock(epochs, limit, given.stock)
        return
    quiet = {"TF_CPP_MIN_LOG_LEVEL": "3"}
    print(f"FC3, 24 fits and a refit, {limit} digits, {epochs} epochs, {joblib.cpu_count()} cores")
    print(f"{'':22}{'seconds':>9}{'a fit':>8}{'peak GB':>9}{'late growth MB':>16}")
    for workers in (1, 2):
        own = [sys.executable, str(Path(__file__).resolve()), *(["--quick"] if given.quick else [])]
        theirs = measure([*own, "--stock", str(workers)], quiet)
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder, "fc3.yaml")
            path.write_text(sweep(epochs, limit, workers), encoding="utf-8")
            ours = measure([sys.executable, "-m", "gridlab", "run", path, "--results", folder])
        _print(f"stock, {workers} process{'es' * (workers > 1)}", theirs)
        _print(f"single, {workers} worker{'s' * (workers > 1)}", ours)
        print(f"{'stock / single':22}{theirs.seconds / ours.seconds:>8.2f}×{'':8}{theirs.peak / ours.peak:>8.2f}×")


def _print(name: str, found: Measured) -> None:
    print(
        f"{name:22}{found.seconds:>9.1f}{found.seconds / 24:>8.2f}{found.peak / 1e9:>9.2f}{found.growth / 1e6:>16.0f}"
    )


if __name__ == "__main__":
    main()
