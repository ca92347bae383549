from __future__ import annotations

import jax
import jax.numpy as jnp
import numpy as np
from scipy import stats

from gridlab.training.engines.vmap.noise import GENERATOR


def key(seed: int, step: int) -> jax.Array:
    return jax.random.wrap_key_data(jnp.array([seed, step], jnp.uint32), impl=GENERATOR)


def test_uniform_numbers_are_uniform_and_those_of_two_steps_or_seeds_independent():
    n = 200_000
    found = [np.asarray(jax.random.uniform(key(*at), (n,))) for at in ((1, 0), (1, 1), (2, 0))]
    for numbers in found:
        assert stats.kstest(numbers, "uniform").pvalue > 1e-4
        assert abs(np.corrcoef(numbers[:-1], numbers[1:])[0, 1]) < 5 / np.sqrt(n)
        assert abs(np.corrcoef(numbers[: n // 2], numbers[n // 2 :])[0, 1]) < 5 / np.sqrt(n / 2)
    for i in range(3):
        assert abs(np.corrcoef(found[i], found[(i + 1) % 3])[0, 1]) < 5 / np.sqrt(n)


def test_every_bit_is_set_half_of_the_time():
    words = np.asarray(jax.random.bits(key(3, 5), (100_000,), jnp.uint32))
    for bit in range(32):
        assert abs(((words >> bit) & 1).mean() - 0.5) < 0.008


def test_a_key_gives_the_same_numbers_alone_and_among_others():
    keys = jnp.array([[1, 0], [7, 3], [9, 9]], jnp.uint32)

    def draw(data: jax.Array) -> jax.Array:
        return jax.random.normal(jax.random.wrap_key_data(data, impl=GENERATOR), (5, 4))

    together = jax.vmap(draw)(keys)
    for i, data in enumerate(keys):
        np.testing.assert_array_equal(together[i], draw(data))


def test_split_and_fold_in_give_keys_of_their_own():
    start = key(1, 2)
    made = [start, *jax.random.split(start, 3), jax.random.fold_in(start, 0), jax.random.fold_in(start, 1)]
    words = {tuple(np.asarray(jax.random.key_data(each))) for each in made}
    assert len(words) == len(made)
