"""Augmentation as Keras' own layers, in front of whatever network a builder builds; active in training only."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any

import keras
import numpy as np
from keras import layers
from numpy.typing import NDArray

from gridlab.errors import GridlabError


def augmented(builder: Callable[..., keras.Model], settings: Mapping[str, Any]) -> Callable[..., keras.Model]:
    """The builder, its network looking at images that are moved about while it is trained.

    Args:
        builder: returns a Keras model that takes images, compiled or not.
        settings: of `read_augment`.
    """

    @wraps(builder)  # scikeras reads what it takes
    def build(*args: Any, **params: Any) -> keras.Model:
        return _in_front(builder(*args, **params), settings)

    return build


def moving(settings: Mapping[str, Any]) -> list[keras.layers.Layer]:
    """The layers: rotation, shift, shear, zoom, those that are asked for; what comes from outside is 0, or `fill`."""
    outside = {"fill_mode": settings.get("fill", "constant"), "fill_value": 0.0}
    turn, zoom, shear = settings.get("rotation"), settings.get("zoom"), settings.get("shear")
    shifts = settings.get("height_shift", 0.0), settings.get("width_shift", 0.0)
    found: list[keras.layers.Layer] = []
    if turn:
        found.append(layers.RandomRotation(turn / 360, **outside))
    if any(shifts):
        found.append(layers.RandomTranslation(*shifts, **outside))
    if shear:
        # Keras draws the sign itself; of a lone number it saves a pair that it refuses when the model is loaded.
        found.append(layers.RandomShear((0.0, shear), (0.0, 0.0), **outside))
    if zoom:
        found.append(layers.RandomZoom(zoom, **outside))
    return found


def _in_front(model: keras.Model, settings: Mapping[str, Any]) -> keras.Model:
    shape = model.input_shape if model.built else None
    if not isinstance(shape, tuple) or len(shape) != 4:
        raise GridlabError(
            f"augment moves images (height × width × channels), and the network takes {shape or 'unknown input'}; "
            "give the data an image_shape, or leave augment out"
        )
    inner = model.layers if type(model) is keras.Sequential else [model]
    whole = keras.Sequential([keras.Input(shape[1:]), *moving(settings), *inner])
    if model.compiled:
        # Whether XLA compiles it was decided for the network alone; these layers do not bear it.
        whole.compile(**{**model._compile_config.config, "jit_compile": "auto"})
    return whole


def moved(images: NDArray[Any], settings: Mapping[str, Any], times: int, seed: int) -> NDArray[Any]:
    """(times, n, height, width, channels): images as a network sees them in training, again and again.

    Args:
        images: (n, height, width, channels).
        settings: of `read_augment`.
        times: how often.
        seed: of the movements.
    """
    keras.utils.set_random_seed(seed)
    network = keras.Sequential([keras.Input(images.shape[1:]), *moving(settings)])
    return np.stack([keras.ops.convert_to_numpy(network(images, training=True)) for _ in range(times)])
