"""Initial weights, drawn for all lanes from the layers' own initializers, without building a model for each lane.

Keras seeds an unseeded initializer from Python's random numbers while the model is built. The n-th number drawn after
`keras.utils.set_random_seed(seed)` belongs to the same initializer whatever the seed, so the weights that Keras would
give a model built with another seed are known without building it.
"""

from __future__ import annotations

import copy
import json
import random
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import jax
import jax.numpy as jnp
import keras
import numpy as np
from keras import initializers
from numpy.typing import NDArray

from gridlab.training.engines.vmap.reasons import Unsupported

MOST_DRAWS = 4_000
"""How many initializers of a model are looked for in the sequence of random numbers."""

Array = NDArray[Any]

_INITIALIZER, _PLACEHOLDER = "_gridlab_initializer", "_gridlab_placeholder"


@contextmanager
def placeholders() -> Iterator[None]:
    """Inside, a new variable remembers its initializer and holds zeros: to compare structures needs no weights."""

    def remember(variable: Any, initializer: Any) -> None:
        zeros = jnp.asarray(np.zeros(variable.shape, dtype=jnp.dtype(variable.dtype)))
        vars(variable)[_INITIALIZER], vars(variable)[_PLACEHOLDER] = initializer, zeros
        variable._initialize(zeros)

    keras.Variable._initialize_with_initializer = remember
    try:
        yield
    finally:
        del keras.Variable._initialize_with_initializer


def assigned(variable: Any) -> bool:
    """Whether somebody has given a variable a value after it was made under `placeholders`."""
    return vars(variable).get(_PLACEHOLDER, variable._value) is not variable._value


class Initial:
    """The initial values of some variables, for any number of seeds."""

    def __init__(self, variables: Sequence[Any], seed: int) -> None:
        """Find the random initializers among those of variables built under `placeholders` with this seed.

        Raises:
            Unsupported: an initializer is somebody's own.
        """
        order = {number: i for i, number in reversed(list(enumerate(_numbers(seed, MOST_DRAWS))))}
        self._makers = [_maker(variable, order) for variable in variables]
        self._drawn = 1 + max((place for place, _ in self._makers if place is not None), default=-1)

    def values(self, seeds: Sequence[int]) -> list[Array]:
        """For each variable (n_seeds, *shape)."""
        numbers = np.array([_numbers(seed, self._drawn) for seed in seeds], dtype=np.uint32)
        return [self._value(place, make, numbers) for place, make in self._makers]

    def _value(self, place: int | None, make: Callable[..., Array], numbers: NDArray[np.uint32]) -> Array:
        if place is None:
            value = make()
            return np.broadcast_to(value, (len(numbers), *value.shape))
        return make(np.stack([numbers[:, place], np.zeros(len(numbers), np.uint32)], axis=1))


def constants(variables: Sequence[Any]) -> list[Array]:
    """The initial values of variables built under `placeholders` that no seed changes: an optimizer's, a metric's."""
    return [make() for place, make in (_maker(variable, {}) for variable in variables) if place is None]


def _numbers(seed: int, n: int) -> list[int]:
    """What `keras.src.random.make_default_seed` gives in turn after `random.seed(seed)`."""
    source = random.Random(seed)
    return [source.randint(1, int(1e9)) for _ in range(n)]


def _maker(variable: Any, order: dict[int, int]) -> tuple[int | None, Callable[..., Array]]:
    initializer = vars(variable).get(_INITIALIZER)
    if initializer is None:  # made from a value, as a learning rate is
        return None, lambda value=variable._value: np.asarray(value)
    seed = getattr(initializer, "seed", None)
    if not _of_keras(initializer) or isinstance(seed, keras.random.SeedGenerator):
        raise Unsupported(f"{variable.path} is initialized by {type(initializer).__name__}, which only Keras can run")
    shape, dtype = tuple(variable.shape), variable.dtype
    place = order.get(seed) if isinstance(seed, int) and initializer._init_seed is None else None
    if place is None:
        return None, lambda: _constant(initializer, shape, dtype)
    return place, _drawer(initializer, shape, dtype)


def _constant(initializer: Any, shape: tuple[int, ...], dtype: str) -> Array:
    for kind, value in ((initializers.Zeros, 0), (initializers.Ones, 1)):
        if type(initializer) is kind:  # most variables; JAX would compile a program for each shape of them
            return np.full(shape, value, jnp.dtype(dtype))
    return np.asarray(initializer(shape, dtype=dtype))


def _of_keras(initializer: Any) -> bool:
    return (getattr(initializer, "__module__", None) or "").partition(".")[0] == "keras"


QUICKLY = {"xla_backend_optimization_level": 0}
"""How to compile what runs once."""

_drawers: dict[str, Callable[..., Array]] = {}
"""Compiled once per initializer and shape, whatever program needs them."""


def _drawer(initializer: Any, shape: tuple[int, ...], dtype: str) -> Callable[..., Array]:
    name = json.dumps([type(initializer).__qualname__, initializer.get_config(), shape, dtype], default=repr)

    def draw(key: jax.Array) -> jax.Array:
        seeded = copy.copy(initializer)
        seeded.seed = key
        return jnp.asarray(seeded(shape, dtype=dtype))

    compiled = jax.jit(jax.vmap(draw), compiler_options=QUICKLY)
    return _drawers.setdefault(name, lambda keys: np.asarray(compiled(keys)))
