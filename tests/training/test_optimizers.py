"""RAdam is Algorithm 2 of its paper, on both backends; the script below is run on each."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

pytestmark = pytest.mark.slow

AGAINST_THE_PAPER = """
import sys
import keras, numpy as np
from gridlab.training.optimizers import RAdam
assert keras.backend.backend() == sys.argv[1]

def paper(theta, gradients, alpha, beta_1, beta_2, epsilon):
    '''Liu et al., ICLR 2020, Algorithm 2, line by line; epsilon stands beside the root.'''
    m, v, longest, path = 0 * theta, 0 * theta, 2 / (1 - beta_2) - 1, []
    for t, g in enumerate(gradients, 1):
        v = beta_2 * v + (1 - beta_2) * g * g
        m = beta_1 * m + (1 - beta_1) * g
        m_hat = m / (1 - beta_1**t)
        rho = longest - 2 * t * beta_2**t / (1 - beta_2**t)
        if rho > 4:
            l = np.sqrt(1 - beta_2**t) / (np.sqrt(v) + epsilon)
            r = np.sqrt((rho - 4) * (rho - 2) * longest / ((longest - 4) * (longest - 2) * rho))
            theta = theta - alpha * r * m_hat * l
        else:
            theta = theta - alpha * m_hat
        path.append(theta)
    return np.array(path)

random = np.random.default_rng(0)
start, gradients = random.normal(size=(3, 2)), random.normal(size=(30, 3, 2))
for settings in ({}, {"beta_1": 0.8, "beta_2": 0.9}, {"beta_2": 0.99, "epsilon": 1e-3}):
    optimizer, variable = RAdam(0.05, **settings), keras.Variable(start.astype("float32"))
    path = []
    for gradient in gradients:
        optimizer.apply([keras.ops.convert_to_tensor(gradient.astype("float32"))], [variable])
        path.append(keras.ops.convert_to_numpy(variable.value))
    chosen = {"beta_1": 0.9, "beta_2": 0.999, "epsilon": 1e-7, **settings}
    expected = paper(start, gradients, 0.05, **chosen)
    plain = [t for t in range(1, 31) if 2 / (1 - chosen["beta_2"]) - 1
             - 2 * t * chosen["beta_2"]**t / (1 - chosen["beta_2"]**t) <= 4]
    assert 0 < len(plain) < 30, "both branches are taken"
    np.testing.assert_allclose(np.array(path), expected, rtol=2e-3, atol=2e-5)
again = keras.optimizers.deserialize(keras.optimizers.serialize(RAdam(0.05, beta_1=0.7, weight_decay=0.1)))
assert type(again) is RAdam and again.beta_1 == 0.7 and again.weight_decay == 0.1
"""


@pytest.mark.parametrize("backend", ["tensorflow", "jax"])
def test_it_is_the_paper_s_algorithm(backend: str) -> None:
    shown = subprocess.run(
        [sys.executable, "-c", AGAINST_THE_PAPER, backend],
        env={**os.environ, "KERAS_BACKEND": backend},
        capture_output=True,
        text=True,
        check=False,
    )
    assert shown.returncode == 0, shown.stderr[-2000:]
