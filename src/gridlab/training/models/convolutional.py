"""What the convolutional networks are stacked from: blocks of convolutions that end in a pool, and a dense head."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from gridlab.errors import GridlabError
from gridlab.training.models.common import Meta, activated, each

if TYPE_CHECKING:
    import keras

POOL = 2
"""Pixels, each way, that a pool makes one of."""


@dataclass(frozen=True)
class Style:
    """What the layers of one network have in common."""

    activation: str = "relu"
    slope: float | None = None
    """Of `leaky_relu` below zero; None: Keras' own."""
    initializer: str = "glorot_uniform"
    """Of the weights of convolutions and dense layers."""
    batch_norm: bool = False
    """Batch normalization between a convolution or dense layer and its activation."""
    norm: Mapping[str, Any] = field(default_factory=dict)
    """Its settings (`momentum`, `epsilon`, `gamma_initializer`, …)."""
    spatial_dropout: bool = False
    """Whether the dropout after a pool drops whole feature maps."""

    def convolution(self, filters: int, kernel: int) -> list[keras.layers.Layer]:
        """A convolution that keeps height and width, normalized if asked, and activated."""
        from keras import layers

        layer = layers.Conv2D(filters, kernel, padding="same", kernel_initializer=self.initializer)
        return [layer, *self._normed(self.batch_norm), *activated(self.activation, self.slope, maps=True)]

    def pool(self, dropout: float) -> list[keras.layers.Layer]:
        """The end of a block: the largest of 2 × 2 pixels, and a dropout unless it is 0."""
        from keras import layers

        drop = layers.SpatialDropout2D if self.spatial_dropout else layers.Dropout
        return [layers.MaxPooling2D(POOL), *([drop(dropout)] if dropout else [])]

    def head(
        self, units: int | Sequence[int], dropout: float | Sequence[float], batch_norm: bool
    ) -> list[keras.layers.Layer]:
        """From feature maps to the last hidden layer: dense layers, each followed by a dropout unless it is 0."""
        from keras import layers

        sizes = (units,) if isinstance(units, int) else units
        stack = [layers.Flatten()]
        for size, rate in zip(sizes, each(dropout, len(sizes), "dropout"), strict=True):
            stack += [layers.Dense(size, kernel_initializer=self.initializer), *self._normed(batch_norm)]
            stack += [*activated(self.activation, self.slope), *([layers.Dropout(rate)] if rate else [])]
        return stack

    def _normed(self, asked: bool) -> list[keras.layers.Layer]:
        from keras import layers

        return [layers.BatchNormalization(**self.norm)] if asked else []


def check_images(meta: Meta, name: str, pools: int) -> None:
    """See that the data are images, and large enough for so many pools.

    Raises:
        GridlabError: they are not.
    """
    shape = tuple(meta["X_shape_"][1:])
    if len(shape) != 3:
        got = " × ".join(map(str, shape))
        side = round(shape[0] ** 0.5) if len(shape) == 1 else 0
        like = f"[{side}, {side}, 1]" if side and side**2 == shape[0] else "[height, width, channels]"
        raise GridlabError(f"{name} takes images, and a row of the data is {got}; give the data image_shape: {like}")
    if min(shape[:2]) < POOL**pools:
        size = f"{shape[0]} × {shape[1]}"
        raise GridlabError(f"{name} halves the image {pools} times, which {size} pixels do not bear; take fewer blocks")
