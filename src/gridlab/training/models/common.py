"""What every builder ends in: input of the data's shape, output for the task, compiled."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import keras

Meta = Mapping[str, Any]
"""What scikeras tells a builder of the data: `X_shape_`, `n_classes_`, `target_type_`, `n_outputs_`, …"""


def compiled(
    hidden: Iterable[keras.layers.Layer], meta: Meta, optimizer: str | keras.optimizers.Optimizer, learning_rate: float
) -> keras.Model:
    """The network input → hidden layers → output, compiled.

    Classification ends in a softmax over the classes with sparse cross-entropy and accuracy, regression in one linear
    unit per target with the mean squared error and the mean absolute error.
    """
    import keras

    if "n_classes_" in meta:
        output = keras.layers.Dense(meta["n_classes_"], activation="softmax")
        loss, metric = "sparse_categorical_crossentropy", "accuracy"
    else:
        output = keras.layers.Dense(meta.get("n_outputs_", 1))
        loss, metric = "mean_squared_error", "mean_absolute_error"
    model = keras.Sequential([keras.Input(meta["X_shape_"][1:]), *hidden, output])
    model.compile(optimizer=with_learning_rate(optimizer, learning_rate), loss=loss, metrics=[metric])
    return model


def with_learning_rate(optimizer: str | keras.optimizers.Optimizer, learning_rate: float) -> keras.optimizers.Optimizer:
    """A new optimizer of that name (or with that one's settings) and this learning rate."""
    import keras

    named = keras.optimizers.get(optimizer)
    return type(named).from_config({**named.get_config(), "learning_rate": learning_rate})


def flat(meta: Meta) -> list[keras.layers.Layer]:
    """A layer that flattens images; none for rows of features."""
    import keras

    return [keras.layers.Flatten()] if len(meta["X_shape_"]) > 2 else []
