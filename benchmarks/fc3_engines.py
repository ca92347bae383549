"""The FC3 grid through stock scikit-learn, KerasTuner, Optuna and both engines of gridlab: seconds, memory, ratios.

    python benchmarks/fc3_engines.py                      the grid of 96 candidates on 10,000 Kannada digits: hours
    python benchmarks/fc3_engines.py --sweep digits       the grid of sweeps/fc3.yaml, on scikit-learn's digits
    python benchmarks/fc3_engines.py --sweep corner       an eighth of that grid, on the same 10,000: ten minutes
    python benchmarks/fc3_engines.py --quick              a corner of the grid on 3,000 digits: minutes
    python benchmarks/fc3_engines.py --only stock vmap    some of the ways

Every way trains the same candidates on the same 3 stratified folds, each in a process of its own and alone on the
machine, imports and worker processes and compilation included. The first vmap run finds no compiled program, the
second one has another seed. Peers that are not installed are skipped by name. The data lies in ../shared/data or
$GRIDLAB_DATA.
"""

from __future__ import annotations

import argparse
import importlib.util
import itertools
import json
import os
import re
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

from measure import Measured, measure

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
    "quick": {
        "batch_norm": [True],
        "dropout": [0.2, 0.4],
        "learning_rate": [0.001, 0.002, 0.01],
        "optimizer": ["Adam"],
        "batch_size": [1024],
        "epochs": [5, 10],
    },
}
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


def builder() -> Callable[..., Any]:
    """FC3 as a user of Keras writes it."""

    def build(batch_norm, dropout, learning_rate, optimizer, pixels):  # type: ignore[no-untyped-def]
        import keras

        model = keras.Sequential([keras.Input((pixels,))])
        for units, activation in ((64, None), (128, "relu"), (256, "relu")):
            model.add(keras.layers.Dense(units, activation=activation))
            if batch_norm:
                model.add(keras.layers.BatchNormalization())
            model.add(keras.layers.Dropout(dropout))
        model.add(keras.layers.Dense(10, activation="softmax"))
        made = getattr(keras.optimizers, optimizer)(learning_rate=learning_rate)
        model.compile(made, "sparse_categorical_crossentropy", metrics=["accuracy"])
        return model

    return build


def folds(name: str) -> tuple[Any, Any, list[Any]]:
    from sklearn.model_selection import StratifiedKFold

    X, y = data(name)
    return X, y, list(StratifiedKFold(FOLDS).split(X, y))


def candidates(name: str) -> Iterator[dict[str, Any]]:
    grid = GRIDS[name]
    return (dict(zip(grid, values, strict=True)) for values in itertools.product(*grid.values()))


def stock(name: str, n_jobs: int) -> None:
    """scikit-learn and scikeras, as their documentation shows it."""
    from scikeras.wrappers import KerasClassifier
    from sklearn.model_selection import GridSearchCV

    X, y, splits = folds(name)
    own = {"epochs", "batch_size"}
    grid = {key if key in own else f"model__{key}": values for key, values in GRIDS[name].items()}
    unset = {key: None for key in grid if key not in own}
    classifier = KerasClassifier(builder(), verbose=0, model__pixels=X.shape[1], **unset)
    search = GridSearchCV(classifier, grid, cv=splits, refit=False, n_jobs=n_jobs).fit(X, y)
    print("best", search.best_score_, search.best_params_)


def _cross_validated(X: Any, y: Any, splits: list[Any], params: dict[str, Any]) -> float:
    """The mean accuracy of a candidate, by Keras' own fit and evaluate."""
    params = dict(params)
    epochs, batch_size = params.pop("epochs"), params.pop("batch_size")
    scores = []
    for train, test in splits:
        model = builder()(**params, pixels=X.shape[1])
        model.fit(X[train], y[train], epochs=epochs, batch_size=batch_size, verbose=0)
        scores.append(model.evaluate(X[test], y[test], batch_size=batch_size, verbose=0)[1])
    return float(sum(scores) / len(scores))


def keras_tuner(name: str, _: int) -> None:
    """KerasTuner's grid search around cross-validation."""
    import keras_tuner

    X, y, splits = folds(name)

    class Folds(keras_tuner.GridSearch):  # type: ignore[misc]
        def run_trial(self, trial: Any, *_: Any, **__: Any) -> float:
            chosen = {key: trial.hyperparameters.Choice(key, values) for key, values in GRIDS[name].items()}
            return -_cross_validated(X, y, splits, chosen)

    with tempfile.TemporaryDirectory() as folder:
        tuner = Folds(max_trials=10_000, directory=folder, overwrite=True)
        tuner.search()
        print("best", tuner.oracle.get_best_trials()[0].score)


def optuna(name: str, _: int) -> None:
    """Optuna's GridSampler around cross-validation."""
    import optuna

    X, y, splits = folds(name)
    optuna.logging.set_verbosity(optuna.logging.WARNING)
    study = optuna.create_study(sampler=optuna.samplers.GridSampler(GRIDS[name]), direction="maximize")
    study.optimize(
        lambda trial: _cross_validated(
            X, y, splits, {key: trial.suggest_categorical(key, values) for key, values in GRIDS[name].items()}
        )
    )
    print("best", study.best_value)


def spec(name: str, engine: str, seed: int) -> dict[str, Any]:
    """The sweep, as a file says it."""
    source = "digits" if name == "digits" else {"name": "idx", "path": str(IMAGES), "limit": LIMITS[name]}
    common = {"name": f"{engine}-{seed}", "data": source, "model": "fc3", "grid": GRIDS[name], "cv": FOLDS}
    return {**common, "engine": engine, "seed": seed}


def gridlab(name: str, engine: str, seed: int, folder: Path) -> Measured:
    """`gridlab run`, as a user types it."""
    file = folder / f"{engine}-{seed}.yaml"
    file.write_text(json.dumps(spec(name, engine, seed)), encoding="utf-8")
    command = [sys.executable, "-m", "gridlab", "run", str(file), "--results", str(folder)]
    return measure(command, {"XDG_CACHE_HOME": str(folder)})


def _phases(name: str, _: int) -> None:
    began = time.perf_counter()
    from phases import account

    from gridlab.sweep.spec import SweepSpec
    from gridlab.training.plan import make_plan

    imported = time.perf_counter() - began
    print(account(make_plan(SweepSpec.model_validate(spec(name, "vmap", 1))), imported))


def _arithmetic(name: str, _: int) -> None:
    from arithmetic import peaks

    print(json.dumps(peaks()))


WAYS: dict[str, tuple[str | None, Callable[[str, int], None]]] = {
    "stock": (None, stock),
    "keras_tuner": ("keras_tuner", keras_tuner),
    "optuna": ("optuna", optuna),
    "phases": (None, _phases),
    "arithmetic": (None, _arithmetic),
}
"""What a way needs installed, and what it runs in its own process."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sweep", choices=sorted(GRIDS), default="kannada")
    parser.add_argument("--quick", action="store_true")
    parser.add_argument(
        "--only", nargs="+", default=[], help="stock, stock-all-cores, keras_tuner, optuna, single, vmap"
    )
    parser.add_argument("--alone", choices=sorted(WAYS), help=argparse.SUPPRESS)
    parser.add_argument("--jobs", type=int, default=1, help=argparse.SUPPRESS)
    given = parser.parse_args()
    name = "quick" if given.quick else given.sweep
    if given.alone:
        WAYS[given.alone][1](name, given.jobs)
        return
    compare(name, given.only)


def compare(name: str, only: list[str]) -> None:
    """Run every way and print the table."""
    n = len(list(candidates(name))) * FOLDS
    print(f"{name}: {n} fits ({n // FOLDS} candidates x {FOLDS} folds)")
    found: dict[str, Measured] = {}
    with tempfile.TemporaryDirectory() as folder:
        for way, run in _ways(name, Path(folder)):
            if only and way.split(" ")[0] not in only:
                continue
            found[way] = run()
            one, stock_s = found[way], found.get("stock")
            ratio = f"{stock_s.seconds / one.seconds:6.1f} x stock" if stock_s else ""
            print(
                f"{way:24} {one.seconds:8.1f} s {n / one.seconds:7.2f} fits/s {one.peak / 1e6:7.0f} MB  {ratio}",
                flush=True,
            )
        if "vmap" in found:
            print(_where_time_goes(name, Path(folder), found["vmap"]))


def _where_time_goes(name: str, folder: Path, run: Measured) -> str:
    """Of vmap: the parts of its time, in one process; and the arithmetic that the whole command reached in training."""
    from arithmetic import reached

    parts = _alone(name, "phases", env={"KERAS_BACKEND": "jax", "XDG_CACHE_HOME": str(folder / "phases")}).output
    peaks: dict[str, float] = json.loads(_alone(name, "arithmetic").output.splitlines()[-1])
    said = re.search(r"(\d+) workers?", run.output)
    workers = int(said[1]) if said else 1
    gflops = reached(folder / "vmap-1", 64 if name == "digits" else 784, workers)
    of = ", ".join(f"{gflops / peak:.0%} of the {peak:.0f} of {by}" for by, peak in peaks.items())
    return f"{parts}arithmetic while {workers} workers train: {gflops:.0f} GFLOP/s; in plain matrix products {of}"


def _alone(name: str, way: str, jobs: int = 1, env: dict[str, str] | None = None) -> Measured:
    """A way in a process of its own."""
    command = [sys.executable, __file__, "--sweep", name, "--alone", way, "--jobs", str(jobs)]
    return measure(command, {"TF_CPP_MIN_LOG_LEVEL": "3", **(env or {})})


def _ways(name: str, folder: Path) -> Iterator[tuple[str, Callable[[], Measured]]]:
    yield "stock", lambda: _alone(name, "stock")
    yield "stock-all-cores", lambda: _alone(name, "stock", -1)
    for way in ("keras_tuner", "optuna"):
        needs, _ = WAYS[way]
        if needs and importlib.util.find_spec(needs) is None:
            print(f"{way:24} not installed")
        else:
            yield way, partial(_alone, name, way)
    yield "single", lambda: gridlab(name, "single", 1, folder)
    yield "vmap", lambda: gridlab(name, "vmap", 1, folder)
    yield "vmap (another seed)", lambda: gridlab(name, "vmap", 2, folder)


if __name__ == "__main__":
    main()
