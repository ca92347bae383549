"""sopcnn: the plain network of Assiri, "Stochastic Optimization of Plain Convolutional Neural Networks with Simple
Methods", 2020."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from gridlab.training.models.common import Meta, compiled
from gridlab.training.models.convolutional import Style, check_images

if TYPE_CHECKING:
    import keras

NORM = {"momentum": 0.9, "epsilon": 1e-5, "gamma_initializer": "uniform"}
"""Settings of the batch normalization in sopcnn and vgg."""


def sopcnn(
    meta: Meta,
    blocks: Sequence[int] = (64, 128),
    dense: int | Sequence[int] = (2048, 2048),
    dropout: float = 0.8,
    batch_norm: bool = True,
    activation: str = "leaky_relu",
    slope: float = 0.1,
    initializer: str = "glorot_uniform",
    learning_rate: float = 0.01,
    optimizer: str | Mapping[str, Any] | keras.optimizers.Optimizer = "SGD",
    momentum: float | None = None,
    loss: str | None = None,
) -> keras.Model:
    """Two 3 × 3 convolutions and a pool for each block, wide dense layers, and one dropout, before the softmax.

    After Assiri (2020), as the study had it; 17,324,490 parameters on 28 × 28 × 1 and 10 classes. The study varied the
    dense layers (2048, 1024) and the dropout (0.8, 0.6, 0.4).

    Args:
        meta: shapes of the data, from scikeras; rows are (height, width, channels).
        blocks: filters of each block's convolutions.
        dense: units of each dense layer.
        dropout: share of units dropped before the softmax, 0 to 1.
        batch_norm: batch normalization after each convolution, before its activation.
        activation: of convolutions and dense layers; a name of Keras', or `prelu`.
        slope: of `leaky_relu` below zero.
        initializer: of the weights.
        learning_rate: of the optimizer.
        optimizer: a name of Keras', `RAdam`, or `{name: RMSprop, rho: 0.9, …}`.
        momentum: of the optimizer, where it has one.
        loss: Keras' name; None: cross-entropy for classes, the mean squared error for numbers.
    """
    check_images(meta, "sopcnn", len(blocks))
    style = Style(activation, slope, initializer, batch_norm, NORM)
    hidden: list[keras.layers.Layer] = []
    for filters in blocks:
        hidden += [*style.convolution(filters, 3), *style.convolution(filters, 3), *style.pool(0.0)]
    sizes = [dense] if isinstance(dense, int) else dense
    hidden += style.head(sizes, [*[0.0] * (len(sizes) - 1), dropout], batch_norm=False)
    return compiled(hidden, meta, optimizer, learning_rate, momentum, loss)
