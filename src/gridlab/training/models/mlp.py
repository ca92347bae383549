"""mlp: any list of hidden layers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from gridlab.training.models.common import Meta, compiled, dense, each, flat

if TYPE_CHECKING:
    import keras


def mlp(
    meta: Meta,
    hidden: int | Sequence[int] = (128,),
    activation: str | Sequence[str] = "relu",
    initializer: str = "glorot_uniform",
    batch_norm: bool = False,
    dropout: float | Sequence[float] = 0.0,
    l2: float = 0.0,
    learning_rate: float = 0.001,
    optimizer: str | Mapping[str, Any] | keras.optimizers.Optimizer = "Adam",
    momentum: float | None = None,
    loss: str | None = None,
) -> keras.Model:
    """A multilayer perceptron.

    Those of the studies, on 784 inputs and 10 classes: one hidden layer of 15 (11,935 parameters), 50 (39,760), 64
    (50,890) or 784 (623,290); 1024-512-256-128-32 (1,497,322); and the dropout exercise 50 → 10 softmax → dropout 0.5 →
    10 softmax (39,870): `hidden: [50, 10], activation: [relu, softmax], dropout: [0, 0.5]`.

    Args:
        meta: shapes of the data, from scikeras.
        hidden: units of each hidden layer, first to last; one number for one layer.
        activation: of the hidden layers, one for all or one for each; a name of Keras', or `prelu`.
        initializer: of the hidden layers' weights.
        batch_norm: batch normalization after each hidden layer.
        dropout: share of units dropped after each hidden layer, 0 to 1, one for all or one for each.
        l2: factor of the L2 penalty on the hidden layers' weights.
        learning_rate: of the optimizer.
        optimizer: a name of Keras', `RAdam`, or `{name: RMSprop, rho: 0.9, …}`.
        momentum: of the optimizer, where it has one.
        loss: Keras' name; None: cross-entropy for classes, the mean squared error for numbers.
    """
    from keras import layers, regularizers

    stack = flat(meta)
    sizes = (hidden,) if isinstance(hidden, int) else hidden
    names, rates = each(activation, len(sizes), "activation"), each(dropout, len(sizes), "dropout")
    for units, name, rate in zip(sizes, names, rates, strict=True):
        penalty = regularizers.L2(l2) if l2 else None
        stack += dense(units, name, kernel_initializer=initializer, kernel_regularizer=penalty)
        if batch_norm:
            stack.append(layers.BatchNormalization())
        if rate:
            stack.append(layers.Dropout(rate))
    return compiled(stack, meta, optimizer, learning_rate, momentum, loss)
