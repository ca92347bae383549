"""What every builder promises: subclass, name the builder and its sizes, and the tests run."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
import pytest

from gridlab.sweep.spec import SweepSpec
from gridlab.training.check import check_spec
from gridlab.training.loading import load_object
from gridlab.training.models import MODELS

ON_JAX = """
import json, sys
import keras
import numpy as np
from gridlab.training.loading import load_object
from gridlab.training.models import MODELS
assert keras.backend.backend() == "jax"
name, params, saved = sys.argv[1], json.loads(sys.argv[2]), sys.argv[3]
model = load_object(MODELS[name])({"X_shape_": (8, 5), "n_classes_": 3}, **params)
X, y = np.ones((8, 5), "float32"), np.arange(8) % 3
model.fit(X, y, epochs=1, verbose=0)
answers = keras.models.load_model(saved).predict(np.load(sys.argv[4]), verbose=0)
print(json.dumps({"parameters": model.count_params(), "answers": answers.tolist()}))
"""


def meta(shape=(784,), classes: int | None = 10, outputs: int = 1) -> dict[str, Any]:
    """What scikeras tells a builder."""
    known = {"X_shape_": (100, *shape), "n_outputs_": outputs}
    return known if classes is None else {**known, "n_classes_": classes}


class BuilderContract:
    """Asked of every builder in the table."""

    name: str
    parameters: ClassVar[list[tuple[dict[str, Any], int]]]
    """Hyperparameters, and the number of weights on 784 inputs and 10 classes."""
    varied: ClassVar[dict[str, Any]]
    """A value other than the default of every hyperparameter."""

    def build(self, known=None, **params):
        return load_object(MODELS[self.name])(known or meta(), **params)

    def test_the_number_of_parameters(self):
        for params, number in self.parameters:
            assert self.build(**params).count_params() == number, params

    def test_classification(self):
        model = self.build()
        assert model.output_shape == (None, 10)
        assert model.loss == "sparse_categorical_crossentropy"
        np.testing.assert_allclose(model(np.ones((2, 784), "float32")).numpy().sum(axis=1), 1, rtol=1e-5)

    @pytest.mark.parametrize("outputs", [1, 3])
    def test_regression(self, outputs):
        model = self.build(meta(classes=None, outputs=outputs))
        assert model.output_shape == (None, outputs)
        assert model.loss == "mean_squared_error"
        assert model.layers[-1].activation.__name__ == "linear"

    def test_images_are_flattened(self):
        image, row = self.build(meta((28, 28, 1))), self.build(meta())
        assert image.count_params() == row.count_params()
        assert image.input_shape == (None, 28, 28, 1)

    def test_every_hyperparameter_changes_the_model(self):
        def told(**params):
            model = self.build(meta((4,)), **params)
            layers = [{k: v for k, v in layer.get_config().items() if k != "name"} for layer in model.layers]
            optimizer = model.optimizer.get_config()
            return json.dumps([type(model.optimizer).__name__, optimizer, layers], default=str)

        plain = told()
        for parameter, value in self.varied.items():
            assert told(**{parameter: value}) != plain, parameter

    def test_every_hyperparameter_can_stand_in_a_grid(self):
        grid = {name: [value] for name, value in self.varied.items()}
        assert check_spec(SweepSpec(name="x", data="digits", model=self.name, grid=grid)) == []

    @pytest.mark.parametrize("optimizer", ["Adam", "SGD", "RMSprop"])
    def test_the_learning_rate_is_the_optimizer_s(self, optimizer):
        model = self.build(meta((4,)), optimizer=optimizer, learning_rate=0.037)
        assert type(model.optimizer).__name__ == optimizer
        assert float(model.optimizer.learning_rate) == pytest.approx(0.037)

    def test_an_optimizer_of_one_s_own_is_copied_and_keeps_its_settings(self):
        import keras

        given = keras.optimizers.SGD(0.5, momentum=0.9)
        model = self.build(meta((4,)), optimizer=given, learning_rate=0.25)
        assert model.optimizer is not given
        assert model.optimizer.momentum == 0.9
        assert float(model.optimizer.learning_rate) == 0.25

    def test_it_builds_on_jax_and_what_is_saved_loads_there(self, tmp_path: Path):
        model = self.build(meta((5,), 3))
        X = np.random.default_rng(0).normal(size=(6, 5)).astype("float32")
        model.save(tmp_path / "best.keras")
        np.save(tmp_path / "X.npy", X)
        given = [self.name, "{}", str(tmp_path / "best.keras"), str(tmp_path / "X.npy")]
        environment = {**os.environ, "KERAS_BACKEND": "jax"}
        shown = subprocess.run(
            [sys.executable, "-c", ON_JAX, *given], env=environment, capture_output=True, text=True, check=False
        )
        assert shown.returncode == 0, shown.stderr[-2000:]
        told = json.loads(shown.stdout.splitlines()[-1])
        assert told["parameters"] == model.count_params()
        np.testing.assert_allclose(told["answers"], model.predict(X, verbose=0), rtol=1e-4, atol=1e-6)
