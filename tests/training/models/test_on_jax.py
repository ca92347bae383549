"""Every builder builds on JAX, and what TensorFlow saved answers the same there: one process for all."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from gridlab.training.loading import load_object
from gridlab.training.models import MODELS
from tests.training.models.contract import SMALL, meta

pytestmark = pytest.mark.slow

ON_JAX = """
import json, sys
import keras
import numpy as np
import gridlab.training.optimizers
from gridlab.training.loading import load_object
from gridlab.training.models import MODELS
assert keras.backend.backend() == "jax"
folder, found = sys.argv[1], {}
X = np.load(folder + "/X.npy")
for name, params in json.loads(sys.argv[2]).items():
    model = load_object(MODELS[name])({"X_shape_": X.shape, "n_classes_": 3}, **params)
    answers = keras.models.load_model(f"{folder}/{name}.keras").predict(X, verbose=0)
    found[name] = {"parameters": model.count_params(), "answers": answers.tolist()}
print(json.dumps(found))
"""


def test_every_builder_is_there():
    assert SMALL.keys() == MODELS.keys()


def test_they_build_on_jax_and_what_is_saved_loads_there(tmp_path: Path):
    X = np.random.default_rng(0).normal(size=(6, 8, 8, 1)).astype("float32")
    np.save(tmp_path / "X.npy", X)
    models = {name: load_object(MODELS[name])(meta((8, 8, 1), 3), **params) for name, params in SMALL.items()}
    for name, model in models.items():
        model.save(tmp_path / f"{name}.keras")
    shown = subprocess.run(
        [sys.executable, "-c", ON_JAX, str(tmp_path), json.dumps(SMALL)],
        env={**os.environ, "KERAS_BACKEND": "jax"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert shown.returncode == 0, shown.stderr[-2000:]
    told = json.loads(shown.stdout.splitlines()[-1])
    for name, model in models.items():
        assert told[name]["parameters"] == model.count_params()
        answers = model.predict(X, verbose=0)
        np.testing.assert_allclose(told[name]["answers"], answers, rtol=1e-3, atol=1e-5, err_msg=name)
