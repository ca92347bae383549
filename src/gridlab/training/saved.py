"""A saved model, asked for new rows; called in a process of its own."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import joblib
import keras
import numpy as np
from numpy.typing import NDArray

from gridlab.errors import GridlabError, described
from gridlab.training.loading import load_object, needed
from gridlab.training.scoring import Predicted, PredictedClasses, PredictedValues, predict

ROWS = 1024
"""Rows that the network is shown at a time."""


def ask(
    file: Path, X: NDArray[np.float32], classes: NDArray[Any], autokeras: bool, builder: tuple[str, Path] | None
) -> Predicted:
    """What the model says of X.

    Args:
        file: `best.keras` or `best.joblib`.
        X: (n, …), as the model takes them.
        classes: (n_classes,) in the order of a network's outputs; empty for regression.
        autokeras: whether AutoKeras made it, whose layers Keras does not know.
        builder: a builder of one's own and its folder: importing it tells Keras the layers that it registers.

    Raises:
        GridlabError: it cannot be loaded, or its outputs are not those classes.
    """
    try:
        if file.suffix == ".keras":
            model = _network(file, autokeras, builder)
            return _said(file, model.predict(X, batch_size=ROWS, verbose=0).reshape(len(X), -1), classes)
        return predict(joblib.load(file), X)
    except GridlabError:
        raise
    except Exception as error:  # whatever somebody's layers and estimators raise
        raise GridlabError(
            f"{file}: cannot be used here ({described(error)}); --from folds trains the model again instead"
        ) from error


def _network(file: Path, autokeras: bool, builder: tuple[str, Path] | None) -> Any:
    objects = needed("autokeras", "autokeras", "a model that AutoKeras made").CUSTOM_OBJECTS if autokeras else None
    try:
        return keras.models.load_model(file, custom_objects=objects, compile=False)
    except (TypeError, ValueError):  # a layer that nobody has registered yet
        if builder is None:
            raise
        load_object(*builder)
        return keras.models.load_model(file, compile=False)


def _said(file: Path, said: NDArray[Any], classes: NDArray[Any]) -> Predicted:
    if not len(classes):
        return PredictedValues(said[:, 0] if said.shape[1] == 1 else said)
    if said.shape[1] == 1 and len(classes) == 2:  # a sigmoid's: the probability of the second class
        said = np.concatenate([1 - said, said], axis=1)
    if said.shape[1] != len(classes):
        raise GridlabError(f"{file}: gives {said.shape[1]} values a row, and there are {len(classes)} classes")
    return PredictedClasses(classes, classes[said.argmax(axis=1)], said)
