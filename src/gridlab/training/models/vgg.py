"""vgg_small and vgg_sop: small networks in the manner of VGG, with batch normalization and leaky activations.

VGG: Simonyan, Zisserman, "Very deep convolutional networks for large-scale image recognition", ICLR 2015.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from gridlab.training.models.common import Meta, compiled
from gridlab.training.models.convolutional import Style, check_images
from gridlab.training.models.sopcnn import NORM

if TYPE_CHECKING:
    import keras

CENTERED: Mapping[str, Any] = MappingProxyType({"name": "RMSprop", "rho": 0.9, "momentum": 0.1, "centered": True})
"""The studies' optimizer, its learning rate apart."""


def vgg_small(
    meta: Meta,
    blocks: Sequence[Sequence[int]] = ((64, 3), (128, 3), (256, 2)),
    dense: int | Sequence[int] = 256,
    pool_dropout: float = 0.25,
    spatial_dropout: bool = False,
    dropout: float | Sequence[float] = 0.0,
    batch_norm: bool = True,
    activation: str = "leaky_relu",
    slope: float = 0.1,
    initializer: str = "glorot_uniform",
    learning_rate: float = 0.002,
    optimizer: str | Mapping[str, Any] | keras.optimizers.Optimizer = CENTERED,
    momentum: float | None = None,
    loss: str | None = None,
) -> keras.Model:
    """Blocks of 3 × 3 convolutions (64 three times, 128 three times, 256 twice), a pool after each, then dense layers.

    1,926,794 parameters on 28 × 28 × 1 and 10 classes.

    Args:
        meta: shapes of the data, from scikeras; rows are (height, width, channels).
        blocks: (filters, how many convolutions) of each block.
        dense: units of each dense layer; one number for one layer.
        pool_dropout: share dropped after each pool, 0 to 1.
        spatial_dropout: whether that drops whole feature maps.
        dropout: share of units dropped after each dense layer, one for all or one for each.
        batch_norm: batch normalization before each activation.
        activation: of convolutions and dense layers; a name of Keras', or `prelu`.
        slope: of `leaky_relu` below zero.
        initializer: of the weights.
        learning_rate: of the optimizer.
        optimizer: a name of Keras', `RAdam`, or a mapping; by default `{name: RMSprop, rho: 0.9, momentum: 0.1,
            centered: true}`.
        momentum: of the optimizer, where it has one.
        loss: Keras' name; None: cross-entropy for classes, the mean squared error for numbers.
    """
    check_images(meta, "vgg_small", len(blocks))
    style = Style(activation, slope, initializer, batch_norm, NORM, spatial_dropout)
    hidden: list[keras.layers.Layer] = []
    for filters, convolutions in blocks:
        for _ in range(convolutions):
            hidden += style.convolution(filters, 3)
        hidden += style.pool(pool_dropout)
    hidden += style.head(dense, dropout, batch_norm)
    return compiled(hidden, meta, optimizer, learning_rate, momentum, loss)


def vgg_sop(
    meta: Meta,
    blocks: Sequence[Sequence[int]] = ((64, 3), (128, 3), (256, 2), (512, 1)),
    dense: int | Sequence[int] = 1024,
    pool_dropout: float = 0.0,
    spatial_dropout: bool = False,
    dropout: float | Sequence[float] = 0.25,
    batch_norm: bool = True,
    activation: str = "leaky_relu",
    slope: float = 0.1,
    initializer: str = "glorot_uniform",
    learning_rate: float = 0.002,
    optimizer: str | Mapping[str, Any] | keras.optimizers.Optimizer = CENTERED,
    momentum: float | None = None,
    loss: str | None = None,
) -> keras.Model:
    """vgg_small mixed with sopcnn: no dropout but one at the end, one more convolution (512), and a wider dense layer.

    3,054,986 parameters on 28 × 28 × 1 and 10 classes. Four pools: images of 16 × 16 pixels and more; on smaller ones
    leave the last block away.

    Args:
        meta: shapes of the data, from scikeras; rows are (height, width, channels).
        blocks: (filters, how many convolutions) of each block.
        dense: units of each dense layer; one number for one layer.
        pool_dropout: share dropped after each pool, 0 to 1.
        spatial_dropout: whether that drops whole feature maps.
        dropout: share of units dropped after each dense layer, one for all or one for each.
        batch_norm: batch normalization before each activation.
        activation: of convolutions and dense layers; a name of Keras', or `prelu`.
        slope: of `leaky_relu` below zero.
        initializer: of the weights.
        learning_rate: of the optimizer.
        optimizer: as in vgg_small.
        momentum: of the optimizer, where it has one.
        loss: Keras' name; None: cross-entropy for classes, the mean squared error for numbers.
    """
    check_images(meta, "vgg_sop", len(blocks))
    return vgg_small(
        meta,
        blocks,
        dense,
        pool_dropout,
        spatial_dropout,
        dropout,
        batch_norm,
        activation,
        slope,
        initializer,
        learning_rate,
        optimizer,
        momentum,
        loss,
    )
