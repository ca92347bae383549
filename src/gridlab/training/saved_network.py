"""`best.keras`, asked for new rows; called where Keras may be loaded."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import keras
import numpy as np
from numpy.typing import NDArray

from gridlab.errors import GridlabError
from gridlab.training.loading import load_object, needed
from gridlab.training.saved import unusable
from gridlab.training.scoring import Predicted, PredictedClasses, PredictedValues

ROWS = 1024
"""Rows that the network is shown at a time."""


def ask_network(
    file: Path, X: NDArray[np.float32], classes: NDArray[Any], autokeras: bool, builder: tuple[str, Path] | None
) -> Predicted:
    """What the network says of X.

    Args:
        file: `best.keras`.
        X: (n, …), as the network takes them.
        classes: (n_classes,) in the order of the network's outputs; empty for regression.
        autokeras: whether AutoKeras made it, whose layers Keras does not know.
        builder: a builder of one's own and its folder: importing it tells Keras the layers that it registers.

    Raises:
        GridlabError: it cannot be loaded or asked, or its outputs are not those classes.
    """
    try:
        said = _network(file, autokeras, builder).predict(X, batch_size=ROWS, verbose=0).reshape(len(X), -1)
    except GridlabError:
        raise
    except Exception as error:  # whatever somebody's layers raise
        raise unusable(file, error) from error
    return predicted(file, said, classes)


def _network(file: Path, autokeras: bool, builder: tuple[str, Path] | None) -> Any:
    objects = needed("autokeras", "autokeras", "a model that AutoKeras made").CUSTOM_OBJECTS if autokeras else None
    try:
        return keras.models.load_model(file, custom_objects=objects, compile=False)
    except (TypeError, ValueError):  # a layer that nobody has registered yet
        if builder is None:
            raise
        load_object(*builder)
        return keras.models.load_model(file, compile=False)


def predicted(source: object, said: NDArray[Any], classes: NDArray[Any]) -> Predicted:
    """A network's outputs as predictions.

    Args:
        source: whose they are, for messages.
        said: (n, outputs) a probability for each class, or of the second of two; or numbers.
        classes: (n_classes,) in the order of the outputs; empty for regression.

    Raises:
        GridlabError: there are other outputs than classes.
    """
    if not len(classes):
        return PredictedValues(said[:, 0] if said.shape[1] == 1 else said)
    if said.shape[1] == 1 and len(classes) == 2:  # a sigmoid's: the probability of the second class
        said = np.concatenate([1 - said, said], axis=1)
    if said.shape[1] != len(classes):
        raise GridlabError(f"{source}: gives {said.shape[1]} values a row, and there are {len(classes)} classes")
    return PredictedClasses(classes, classes[said.argmax(axis=1)], said)
