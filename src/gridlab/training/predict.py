"""A run and new rows → predictions: by the refitted best, the mean of the folds' models, or after a last training."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from gridlab.errors import GridlabError
from gridlab.records.best import read_account
from gridlab.records.results import Results, load_results
from gridlab.sweep.grid import digest
from gridlab.training.child import in_child
from gridlab.training.datasets.unlabelled import Trained, read_unlabelled
from gridlab.training.engines import ENGINES
from gridlab.training.machine import share
from gridlab.training.models import MODELS
from gridlab.training.retrain import ask_again, base_of, classes_of
from gridlab.training.run import LOG
from gridlab.training.saved import ask_estimator
from gridlab.training.scoring import Predicted, PredictedValues

ASK_ESTIMATOR = "gridlab.training.saved:ask_estimator"
ASK_NETWORK = "gridlab.training.saved_network:ask_network"
AUTOKERAS = "autokeras"
"""What stands for an engine in a run that AutoKeras made."""

Source = Literal["best", "folds", "last"]
TOLD = {"best": "the refitted best", "folds": "the mean of the folds' models", "last": "the best, trained on all rows"}
"""Each source in words."""


@dataclass(frozen=True)
class Predictions:
    """What is predicted of new rows, in their order."""

    values: NDArray[Any]
    """(n,) the labels as the training data had them, or numbers."""
    proba: NDArray[np.floating[Any]] | None
    """(n, n_classes); None for regression, and from estimators that give none."""
    classes: tuple[Any, ...]
    """In the order of `proba`."""
    ids: Sequence[str] | None
    """What the rows are called in their file, if they are."""
    source: Path
    """Their file."""
    label: str
    """The label's column in the training data."""
    told: str
    """What predicted them, in words."""


def predict_rows(
    run: Path, data: Path, source: Source = "best", id_column: str | None = None, label: str | None = None
) -> Predictions:
    """Predict new rows by a run's best candidate.

    Only a run that you trust: an estimator that is more than a Keras model lies there as a pickle.

    Args:
        run: its folder.
        data: the rows: a file as the training data's, with or without its label, or a folder of images.
        source: "best" is the refitted best, which never saw the held-out part. "folds" trains the best candidate once
            more on each split's training rows, with the run's own seeds (the same models as in the run, but for those
            that `vmap` trained), and takes the mean of the probabilities (or of
            the numbers; without probabilities, of the votes). "last" trains it on all rows, the held-out ones too.
        id_column: the column of the rows' names.
        label: what their label is called, if not as in training.

    Raises:
        GridlabError: the run has no model yet, its data or code have changed, or the rows do not fit.
    """
    results = load_results(run)
    if results.folder is None or results.best is None:
        raise GridlabError(f"{run}: predicting needs a run's folder, with a candidate that has a score")
    if "scale" not in results.info.get("data", {}):
        raise GridlabError(f"{run}: an earlier gridlab made this run; `gridlab run` again notes what predicting needs")
    trained = _trained(results)
    rows = read_unlabelled(data, trained, id_column, label)
    found = _ask_best(results, rows.X) if source == "best" else ask_again(results, rows.X, last=source == "last")
    _check_finite(run, found)
    varied = [
        axis["name"] for axis in results.axes if len(axis["values"]) > 1 and axis["name"] in results.best["params"]
    ]
    params = ", ".join(f"{name}={results.best['params'][name]}" for name in varied)
    about = (rows.ids, data, trained.label, f"{TOLD[source]} ({params})" if params else TOLD[source])
    if isinstance(found, PredictedValues):
        return Predictions(np.asarray(found.value), None, (), *about)
    return Predictions(np.asarray(found.label), found.proba, tuple(np.asarray(found.classes_).tolist()), *about)


def _trained(results: Results) -> Trained:
    data, options = results.info["data"], results.info.get("spec", {}).get("data", {}).get("options", {})
    label = str(options.get("label") or options.get("target") or "label")
    return Trained(tuple(data["shape"]), data["scale"], data["features"], label, options)


def _ask_best(results: Results, X: NDArray[np.float32]) -> Predicted:
    """What the model in the run's folder says; a network in a process of its own."""
    folder = results.folder
    assert folder is not None
    account = read_account(folder)
    if account is None:
        raise GridlabError(f"{folder}: holds no refitted model; `gridlab run` again makes it")
    _check_current(results, account)
    engine, file = results.info["plan"][account["index"]]["engine"], folder / account["file"]
    if engine == "estimator":  # no network is in it
        return ask_estimator(file, X)
    function, *more = [ASK_ESTIMATOR]
    if file.suffix == ".keras":
        function, *more = ASK_NETWORK, classes_of(results), engine == AUTOKERAS, _builder(results)
    surroundings = engine if engine in ENGINES else "single"
    threads = share(0, "auto", 1, X.nbytes).threads
    found: Predicted = in_child(function, file, X, *more, engine=surroundings, threads=threads, log=folder / LOG)
    return found


def _check_current(results: Results, account: Mapping[str, Any]) -> None:
    """Whether the saved model is the one that the results speak of."""
    best = results.best
    assert best is not None
    if account.get("mark") != digest(results.info["plan"][best["index"]]["keys"]):
        raise GridlabError(
            f"{results.folder}: the saved model is not the best candidate's; `gridlab run` again makes it"
        )


def _builder(results: Results) -> tuple[str, Path] | None:
    """The builder of one's own and the folder it is named from, which may define the layers of the model."""
    name = results.info.get("spec", {}).get("model", {}).get("name") or ""
    return (name, base_of(results).resolve()) if name not in MODELS and ":" in name else None


def _check_finite(run: Path, found: Predicted) -> None:
    numbers = found.value if isinstance(found, PredictedValues) else found.proba
    if numbers is not None and not np.isfinite(numbers).all():
        row = int(np.isfinite(np.asarray(numbers).reshape(len(numbers), -1)).all(axis=1).argmin())
        raise GridlabError(f"{run}: its model gives no finite number for row {row + 1}")
