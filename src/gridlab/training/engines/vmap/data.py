"""The data on the device: once, in the bytes of its source where they tell it exactly."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from numpy.typing import NDArray

SCALES = (1.0, 255.0)
"""What image bytes are divided by, as a rule."""


@dataclass(frozen=True, eq=False)
class DeviceData:
    """All rows that candidates are trained and scored on."""

    X: jax.Array
    """(n, …) float32, or uint8 if dividing by `scale` gives the same floats (but for the last bit)."""
    scale: float | None
    """What X is divided by on the fly; None for float32."""

    def rows(self, X: jax.Array, rows: jax.Array) -> jax.Array:
        """The rows of these numbers, as the network takes them."""
        found = X[rows]
        return found if self.scale is None else found.astype(jnp.float32) / np.float32(self.scale)


def on_device(X: NDArray[np.float32], place: Callable[[Any], jax.Array] = jnp.asarray) -> DeviceData:
    """Put X there.

    Args:
        X: (n, …) as the data set has it.
        place: how it gets to the device, or to all of them.
    """
    for scale in SCALES:
        if (small := _as_bytes(X, scale)) is not None:
            return DeviceData(place(small), scale)
    return DeviceData(place(np.ascontiguousarray(X)), None)


def _as_bytes(X: NDArray[np.float32], scale: float) -> NDArray[np.uint8] | None:
    """X as bytes, if they are the same numbers once divided again."""
    if not _could_be_bytes(X[:64] * scale):
        return None
    small = np.rint(X * np.float32(scale))
    if not _could_be_bytes(small):
        return None
    small = small.astype(np.uint8)
    return small if np.array_equal(small.astype(np.float32) / np.float32(scale), X) else None


def _could_be_bytes(X: NDArray[Any]) -> bool:
    return bool(X.size and X.min() >= 0 and X.max() <= 255 and np.allclose(X, np.rint(X), atol=1e-3))
