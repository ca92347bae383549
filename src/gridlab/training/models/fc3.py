"""fc3: the fully connected 64-128-256 network of the experiment that gridlab grew from."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from gridlab.training.models.common import Meta, compiled, dense, flat

if TYPE_CHECKING:
    import keras


def fc3(
    meta: Meta,
    batch_norm: bool = True,
    dropout: float = 0.2,
    activation: str = "relu",
    initializer: str = "glorot_uniform",
    learning_rate: float = 0.001,
    optimizer: str | Mapping[str, Any] | keras.optimizers.Optimizer = "RMSprop",
    momentum: float | None = None,
    loss: str | None = None,
) -> keras.Model:
    """Dense 64 (linear), 128, 256, each followed by batch norm (if asked) and dropout.

    The first layer has no activation, as in the experiment. 94,154 parameters on 784 inputs and 10 classes, 95,946 with
    batch norm.

    Args:
        meta: shapes of the data, from scikeras.
        batch_norm: batch normalization after each dense layer.
        dropout: share of units dropped after each dense layer, 0 to 1.
        activation: of the second and third layer; a name of Keras', or `prelu`.
        initializer: of the hidden layers' weights.
        learning_rate: of the optimizer.
        optimizer: a name of Keras', `RAdam`, or `{name: RMSprop, rho: 0.9, …}`.
        momentum: of the optimizer, where it has one.
        loss: Keras' name; None: cross-entropy for classes, the mean squared error for numbers.
    """
    from keras import layers

    hidden = flat(meta)
    for units, function in ((64, None), (128, activation), (256, activation)):
        hidden += dense(units, function, kernel_initializer=initializer)
        if batch_norm:
            hidden.append(layers.BatchNormalization())
        hidden.append(layers.Dropout(dropout))
    return compiled(hidden, meta, optimizer, learning_rate, momentum, loss)
