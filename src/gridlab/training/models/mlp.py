"""mlp: any list of hidden layers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from gridlab.training.models.common import Meta, compiled, flat

if TYPE_CHECKING:
    import keras


def mlp(
    meta: Meta,
    hidden: int | Sequence[int] = (128,),
    activation: str = "relu",
    initializer: str = "glorot_uniform",
    batch_norm: bool = False,
    dropout: float = 0.0,
    l2: float = 0.0,
    learning_rate: float = 0.001,
    optimizer: str | keras.optimizers.Optimizer = "Adam",
) -> keras.Model:
    """A multilayer perceptron.

    Args:
        meta: shapes of the data, from scikeras.
        hidden: units of each hidden layer, first to last; one number for one layer.
        activation: of the hidden layers.
        initializer: of the hidden layers' weights.
        batch_norm: batch normalization after each hidden layer.
        dropout: share of units dropped after each hidden layer, 0 to 1.
        l2: factor of the L2 penalty on the hidden layers' weights.
        learning_rate: of the optimizer.
        optimizer: a Keras optimizer's name.
    """
    from keras import layers, regularizers

    stack = flat(meta)
    for units in (hidden,) if isinstance(hidden, int) else hidden:
        penalty = regularizers.L2(l2) if l2 else None
        stack.append(layers.Dense(units, activation, kernel_initializer=initializer, kernel_regularizer=penalty))
        if batch_norm:
            stack.append(layers.BatchNormalization())
        if dropout:
            stack.append(layers.Dropout(dropout))
    return compiled(stack, meta, optimizer, learning_rate)
