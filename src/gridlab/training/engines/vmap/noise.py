"""Random bits for dropout and noise layers: cheap, shared by the lanes of a row, a function of seed and step alone.

JAX's own generator costs as much as the arithmetic of a small network on a CPU, because its rounds run as loops over
memory. Threefry with its rounds unrolled becomes part of the neighbouring computation instead. 13 rounds are the fewest
that pass all tests of BigCrush (Salmon, Moraes, Dror, Shaw: "Parallel random numbers: as easy as 1, 2, 3", SC 2011).
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import jax
import jax.numpy as jnp
import keras
from jax.extend.random import define_prng_impl

ROUNDS = 13
_ROTATIONS = (13, 15, 26, 6, 17, 29, 16, 24)
_PARITY = 0x1BD11BDA


def threefry(key: jax.Array, counter: jax.Array, other: jax.Array | int = 0) -> tuple[jax.Array, jax.Array]:
    """Two words of random bits for each counter.

    Args:
        key: (2,) uint32.
        counter: uint32, any shape.
        other: the counter's second word.
    """
    keys = (key[0], key[1], key[0] ^ key[1] ^ jnp.uint32(_PARITY))
    a, b = counter + keys[0], jnp.uint32(other) + jnp.zeros_like(counter) + keys[1]
    for i in range(ROUNDS):
        by = _ROTATIONS[i % len(_ROTATIONS)]
        a = a + b
        b = ((b << by) | (b >> (32 - by))) ^ a
        if i % 4 == 3:
            turn = i // 4 + 1
            a, b = a + keys[turn % 3], b + keys[(turn + 1) % 3] + jnp.uint32(turn)
    return a, b


def _bits(key: jax.Array, width: int, shape: tuple[int, ...]) -> jax.Array:
    n = math.prod(shape)
    a, b = threefry(key, jax.lax.iota(jnp.uint32, -(-n // 2)))
    # Without the barrier XLA would compute the bits anew for every lane that compares them with a rate of its own.
    words = jax.lax.optimization_barrier(jnp.concatenate([a, b])[:n].reshape(shape))
    return words if width == 32 else words.astype(f"uint{width}")


def _split(key: jax.Array, shape: tuple[int, ...]) -> jax.Array:
    a, b = threefry(key, jax.lax.iota(jnp.uint32, math.prod(shape)), other=1)
    return jnp.stack([a, b], axis=-1).reshape((*shape, 2))


def _fold_in(key: jax.Array, data: jax.Array) -> jax.Array:
    return jnp.stack(threefry(key, jnp.asarray(data).astype(jnp.uint32), other=2))


GENERATOR = define_prng_impl(
    key_shape=(2,),
    seed=lambda seed: jnp.stack([jnp.uint32(0), seed.astype(jnp.uint32)]),
    split=_split,
    random_bits=_bits,
    fold_in=_fold_in,
    name="gridlab_threefry13",
    tag="gridlab",
)


def generators(model: keras.Model) -> list[keras.random.SeedGenerator]:
    """The seed generators of a model's layers, in the layers' order."""
    return [each for layer in model._flatten_layers() for each in layer._seed_generators]


@contextmanager
def cheap(model: keras.Model) -> Iterator[None]:
    """Inside, the model's layers draw from `GENERATOR`: call `n` of a layer uses the key (its seed, n)."""
    found = generators(model)
    for each in found:
        each.next = _Next(each)
    try:
        yield
    finally:
        for each in found:
            del each.next


class _Next:
    """Stands in for `SeedGenerator.next`, which hands out raw keys that belong to JAX's default generator."""

    def __init__(self, generator: keras.random.SeedGenerator) -> None:
        self._state = generator.state

    def __call__(self, ordered: bool = True) -> Any:
        now = self._state.value * 1
        self._state.assign(now + jnp.array([0, 1], dtype=now.dtype))
        return jax.random.wrap_key_data(now, impl=GENERATOR)
