from __future__ import annotations

import json
import os
import subprocess
import sys

import numpy as np
import pytest

pytestmark = pytest.mark.slow

SCRIPT = """
import json, sys
import jax, numpy as np
from gridlab.sweep.spec import SweepSpec
from gridlab.training.engines import Trained
from gridlab.training.plan import make_plan
from gridlab.training.worker import load_engine

y = np.arange(90) % 3
X = (np.random.default_rng(0).normal(size=(90, 6)) + y[:, None]).astype("float32")
grid = {"batch_norm": [True], "dropout": [0.3],
        "learning_rate": [0.001, 0.002, 0.003], "class_weight": [{0: 2.0, 1: 1.0, 2: 1.0}]}
given = {"name": "a", "data": (X, y), "model": "fc3", "grid": grid, "fit": {"epochs": 3, "batch_size": 16}, "cv": 2}
plan = make_plan(SweepSpec.model_validate({**given, "engine": "vmap"}))
engine = load_engine("vmap", plan.task)
said = [each for unit in plan.units(plan.fits) for each in engine.train(unit)]
found = [each.record for each in said if isinstance(each, Trained)]
assert all(record.ok for record in found), found[0].error
curves = {record.key: list(record.curves["loss"]) + list(record.curves["test_loss"]) for record in found}
print(json.dumps({"devices": jax.device_count(), "curves": curves}))
"""


def train_on(devices: int) -> dict[str, list[float]]:
    flags = f"--xla_force_host_platform_device_count={devices}"
    run = subprocess.run(
        [sys.executable, "-c", SCRIPT],
        env={**os.environ, "KERAS_BACKEND": "jax", "XLA_FLAGS": flags},
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stderr[-3000:]
    found = json.loads(run.stdout.splitlines()[-1])
    assert found["devices"] == devices
    return found["curves"]


def test_lanes_divided_among_two_devices_are_those_of_one():
    one, two = train_on(1), train_on(2)  # three lanes on two devices: one place stays empty
    assert one.keys() == two.keys()
    for key, curve in one.items():
        np.testing.assert_allclose(two[key], curve, rtol=2e-3)
