"""Numbers of a model that can be data: where they stand, and what stands in for them while a program is traced.

A dropout rate is a Python float on a layer, read when the training step is traced. `LaneScalar` looks like that float:
what shapes the program (`rate > 0`) it answers at once, what is arithmetic it leaves to the traced value. So networks
that differ in such numbers only are lanes of one program. Zero is another program: Keras leaves the mask out then.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import jax.numpy as jnp
import keras
from keras import layers, optimizers, regularizers

from gridlab.training.optimizers import RAdam

NEUTRAL = 0.5
"""What stands in a number's place when two models are compared."""

OF_LAYERS = {
    layers.Dropout: ("rate",),
    layers.SpatialDropout1D: ("rate",),
    layers.SpatialDropout2D: ("rate",),
    layers.SpatialDropout3D: ("rate",),
    layers.AlphaDropout: ("rate",),
    layers.GaussianNoise: ("stddev",),
}
OF_REGULARIZERS = {
    regularizers.L1: ("l1",),
    regularizers.L2: ("l2",),
    regularizers.L1L2: ("l1", "l2"),
    regularizers.OrthogonalRegularizer: ("factor",),
}
_ADAM = ("beta_1", "beta_2", "epsilon", "weight_decay")
OF_OPTIMIZERS = {
    optimizers.SGD: ("momentum", "weight_decay"),
    optimizers.RMSprop: ("rho", "momentum", "epsilon", "weight_decay"),
    optimizers.Adam: _ADAM,
    optimizers.AdamW: _ADAM,
    optimizers.Adamax: _ADAM,
    optimizers.Nadam: _ADAM,
    optimizers.Lamb: _ADAM,
    RAdam: _ADAM,
    optimizers.Lion: ("beta_1", "beta_2", "weight_decay"),
    optimizers.Adagrad: ("epsilon", "weight_decay"),
    optimizers.Adadelta: ("rho", "epsilon", "weight_decay"),
}
OF_SCHEDULES = {
    optimizers.schedules.ExponentialDecay: ("initial_learning_rate", "decay_rate"),
    optimizers.schedules.InverseTimeDecay: ("initial_learning_rate", "decay_rate"),
    optimizers.schedules.CosineDecay: ("initial_learning_rate", "alpha"),
    optimizers.schedules.PolynomialDecay: ("initial_learning_rate", "end_learning_rate"),
}


@dataclass(frozen=True, eq=False)
class Slot:
    """A number that can be data: an attribute of a layer, a regularizer, an optimizer or a schedule."""

    owner: Any
    name: str
    path: str
    """Where it stands in the model; equal for the same number of two models of one structure."""
    value: float


def slots(model: keras.Model) -> list[Slot]:
    """The numbers of a compiled model that can differ between the lanes of one program; those that are 0 cannot."""
    seen: set[tuple[int, str]] = set()
    found = []
    for path, owner, names in _places(model):
        for name in names:
            value = getattr(owner, name, None)
            if (id(owner), name) in seen or value is None or isinstance(value, bool) or not float(value):
                continue
            if name == "rate" and float(value) == 1.0:  # everything dropped: Keras draws no mask for it
                continue
            seen.add((id(owner), name))
            found.append(Slot(owner, name, f"{path}.{name}", float(value)))
    return found


def _places(model: keras.Model) -> Iterator[tuple[str, Any, tuple[str, ...]]]:
    for i, layer in enumerate(model._flatten_layers(include_self=False)):
        yield f"layer {i}", layer, OF_LAYERS.get(type(layer), ())
        for name, value in sorted(vars(layer).items()):
            yield f"layer {i} {name}", value, OF_REGULARIZERS.get(type(value), ())
    optimizer = model.optimizer
    yield "optimizer", optimizer, OF_OPTIMIZERS.get(type(optimizer), ())
    schedule = optimizer._learning_rate
    yield "schedule", schedule, OF_SCHEDULES.get(type(schedule), ())


@contextmanager
def filled(places: Sequence[Slot], values: Sequence[Any]) -> Iterator[None]:
    """Inside, the slots hold these values."""
    before = [getattr(slot.owner, slot.name) for slot in places]
    for slot, value in zip(places, values, strict=True):
        _put(slot, value)
    try:
        yield
    finally:
        for slot, value in zip(places, before, strict=True):
            _put(slot, value)


def _put(slot: Slot, value: Any) -> None:
    # Keras tracks what is assigned to a layer, and a built layer refuses; a plain number is nothing to track.
    vars(slot.owner)[slot.name] = value


class LaneScalar:
    """Looks like a positive float below 1 to whoever compares it, and is a traced value to whoever calculates."""

    def __init__(self, value: Any) -> None:
        self._value = value

    def __jax_array__(self) -> Any:
        return self._value

    def __gt__(self, other: Any) -> bool:
        return True

    __ge__ = __gt__

    def __lt__(self, other: Any) -> bool:
        return False

    __le__ = __lt__

    def __eq__(self, other: object) -> bool:
        return False

    def __ne__(self, other: object) -> bool:
        return True

    __hash__ = object.__hash__

    def __bool__(self) -> bool:
        return True

    def __neg__(self) -> Any:
        return -self._value

    def __add__(self, other: Any) -> Any:
        return self._value + jnp.asarray(other)

    __radd__ = __add__

    def __sub__(self, other: Any) -> Any:
        return self._value - jnp.asarray(other)

    def __rsub__(self, other: Any) -> Any:
        return jnp.asarray(other) - self._value

    def __mul__(self, other: Any) -> Any:
        return self._value * jnp.asarray(other)

    __rmul__ = __mul__

    def __truediv__(self, other: Any) -> Any:
        return self._value / jnp.asarray(other)

    def __rtruediv__(self, other: Any) -> Any:
        return jnp.asarray(other) / self._value

    def __pow__(self, other: Any) -> Any:
        return self._value ** jnp.asarray(other)
