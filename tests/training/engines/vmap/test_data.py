from __future__ import annotations

import jax.numpy as jnp
import numpy as np
import pytest

from gridlab.training.engines.vmap.data import on_device


@pytest.mark.parametrize("scale", [1.0, 255.0])
def test_what_comes_from_bytes_lies_there_as_bytes(scale):
    source = np.random.default_rng(0).integers(0, 256, (50, 4, 3), dtype=np.uint8)
    X = (source / scale).astype(np.float32)
    data = on_device(X)
    assert data.X.dtype == jnp.uint8
    rows = np.array([3, 3, 49])
    np.testing.assert_allclose(np.asarray(data.rows(data.X, rows)), X[rows], rtol=2e-7)


@pytest.mark.parametrize(
    "X",
    [
        np.random.default_rng(0).normal(size=(50, 4)),
        np.full((3, 2), -1.0),
        np.full((3, 2), 256.0),
        np.concatenate([np.zeros((100, 2)), np.full((1, 2), 0.3)]),
        np.zeros((0, 3)),
    ],
)
def test_other_numbers_stay_as_they_are(X):
    X = X.astype(np.float32)
    data = on_device(X)
    assert data.X.dtype == jnp.float32
    np.testing.assert_array_equal(np.asarray(data.X), X)
