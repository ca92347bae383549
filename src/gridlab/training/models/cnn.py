"""cnn and cnn30: plain convolutional networks, blocks of two convolutions and a pool."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from gridlab.training.models.common import Meta, compiled
from gridlab.training.models.convolutional import Style, check_images

if TYPE_CHECKING:
    import keras


def cnn(
    meta: Meta,
    blocks: Sequence[Sequence[int]] = ((32, 5), (64, 3)),
    convolutions: int = 2,
    dense: int | Sequence[int] = 256,
    pool_dropout: float = 0.0,
    spatial_dropout: bool = False,
    dropout: float | Sequence[float] = 0.0,
    batch_norm: bool = False,
    activation: str = "relu",
    initializer: str = "glorot_uniform",
    learning_rate: float = 0.001,
    optimizer: str | Mapping[str, Any] | keras.optimizers.Optimizer = "RMSprop",
    momentum: float | None = None,
    loss: str | None = None,
) -> keras.Model:
    """Blocks of two convolutions and a 2 × 2 pool, then dense layers.

    On 28 × 28 × 1 and 10 classes: 887,530 parameters as it stands, 478,186 with (128, 2) as a third block, 642,538 with
    (256, 2) as a fourth, 1,530,826 with these four and dense 1024-512-256-128-32.

    Args:
        meta: shapes of the data, from scikeras; rows are (height, width, channels).
        blocks: (filters, side of the kernel) of each block.
        convolutions: in each block.
        dense: units of each dense layer; one number for one layer.
        pool_dropout: share dropped after each pool, 0 to 1; the studies took 0.25.
        spatial_dropout: whether that drops whole feature maps.
        dropout: share of units dropped after each dense layer, one for all or one for each; the studies took 0.5.
        batch_norm: batch normalization before each activation.
        activation: of convolutions and dense layers; a name of Keras', or `prelu`.
        initializer: of their weights.
        learning_rate: of the optimizer.
        optimizer: a name of Keras', `RAdam`, or `{name: RMSprop, rho: 0.9, …}`.
        momentum: of the optimizer, where it has one.
        loss: Keras' name; None: cross-entropy for classes, the mean squared error for numbers.
    """
    check_images(meta, "cnn", len(blocks))
    style = Style(activation, None, initializer, batch_norm, spatial_dropout=spatial_dropout)
    hidden: list[keras.layers.Layer] = []
    for filters, kernel in blocks:
        for _ in range(convolutions):
            hidden += style.convolution(filters, kernel)
        hidden += style.pool(pool_dropout)
    hidden += style.head(dense, dropout, batch_norm)
    return compiled(hidden, meta, optimizer, learning_rate, momentum, loss)


def cnn30(
    meta: Meta,
    blocks: int = 1,
    filters: int = 30,
    kernel: int = 3,
    dense: int | Sequence[int] = 64,
    pool_dropout: float = 0.0,
    spatial_dropout: bool = False,
    dropout: float | Sequence[float] = 0.0,
    batch_norm: bool = False,
    activation: str = "relu",
    initializer: str = "glorot_uniform",
    learning_rate: float = 0.001,
    optimizer: str | Mapping[str, Any] | keras.optimizers.Optimizer = "Adam",
    momentum: float | None = None,
    loss: str | None = None,
) -> keras.Model:
    """The basic network of two 30-filter convolutions, a pool and a dense layer; two such blocks are the improved one.

    On 28 × 28 × 1 and 10 classes: 385,464 parameters, 119,484 with two blocks. The improved network also has He
    initialization (`initializer: he_uniform`) and a dropout of 0.3.

    Args:
        meta: shapes of the data, from scikeras; rows are (height, width, channels).
        blocks: how many blocks of two convolutions and a pool.
        filters: of each convolution.
        kernel: side of each convolution's kernel.
        dense: units of each dense layer; one number for one layer.
        pool_dropout: share dropped after each pool, 0 to 1.
        spatial_dropout: whether that drops whole feature maps.
        dropout: share of units dropped after each dense layer, one for all or one for each.
        batch_norm: batch normalization before each activation.
        activation: of convolutions and dense layers; a name of Keras', or `prelu`.
        initializer: of their weights.
        learning_rate: of the optimizer.
        optimizer: a name of Keras', `RAdam`, or `{name: RMSprop, rho: 0.9, …}`.
        momentum: of the optimizer, where it has one.
        loss: Keras' name; None: cross-entropy for classes, the mean squared error for numbers.
    """
    check_images(meta, "cnn30", blocks)
    return cnn(
        meta,
        [(filters, kernel)] * blocks,
        dense=dense,
        pool_dropout=pool_dropout,
        spatial_dropout=spatial_dropout,
        dropout=dropout,
        batch_norm=batch_norm,
        activation=activation,
        initializer=initializer,
        learning_rate=learning_rate,
        optimizer=optimizer,
        momentum=momentum,
        loss=loss,
    )
