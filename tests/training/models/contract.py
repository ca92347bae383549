"""What every builder promises: subclass, name the builder and its sizes, and the tests run."""

from __future__ import annotations

import json
from typing import Any, ClassVar

import numpy as np
import pytest

from gridlab.errors import GridlabError
from gridlab.sweep.spec import SweepSpec
from gridlab.training.check import check_spec
from gridlab.training.loading import load_object
from gridlab.training.models import MODELS

SMALL = {
    "cnn": {"blocks": [[4, 3], [6, 3]], "dense": 8},
    "cnn30": {"filters": 4, "dense": 8},
    "fc3": {},
    "mlp": {"activation": "prelu", "optimizer": "RAdam"},
    "sopcnn": {"blocks": [4, 6], "dense": [32, 16], "momentum": 0.9},
    "vgg_small": {"blocks": [[4, 2], [6, 1]], "dense": 8},
    "vgg_sop": {"blocks": [[4, 1], [6, 1], [8, 1]], "dense": 8},
}
"""Parameters that make each network of the table small, for images of 8 × 8 pixels."""


def meta(shape=(784,), classes: int | None = 10, outputs: int = 1) -> dict[str, Any]:
    """What scikeras tells a builder."""
    known = {"X_shape_": (100, *shape), "n_outputs_": outputs}
    return known if classes is None else {**known, "n_classes_": classes}


class BuilderContract:
    """Asked of every builder in the table."""

    name: str
    shape: ClassVar[tuple[int, ...]] = (784,)
    """Of a row of MNIST, as the builder takes it."""
    small: ClassVar[tuple[int, ...]] = (4,)
    """Of a smaller row."""
    parameters: ClassVar[list[tuple[dict[str, Any], int]]]
    """Hyperparameters, and the number of weights on 784 inputs and 10 classes."""
    varied: ClassVar[dict[str, Any]]
    """A value other than the default of every hyperparameter."""

    def build(self, known=None, **params):
        return load_object(MODELS[self.name])(known or meta(self.shape), **params)

    def test_the_number_of_parameters(self):
        for params, number in self.parameters:
            assert self.build(**params).count_params() == number, params

    def test_classification(self):
        model = self.build(meta(self.small))
        assert model.output_shape == (None, 10)
        assert model.loss == "sparse_categorical_crossentropy"
        np.testing.assert_allclose(model(np.ones((2, *self.small), "float32")).numpy().sum(axis=1), 1, rtol=1e-5)

    @pytest.mark.parametrize("outputs", [1, 3])
    def test_regression(self, outputs):
        model = self.build(meta(self.small, classes=None, outputs=outputs))
        assert model.output_shape == (None, outputs)
        assert model.loss == "mean_squared_error"
        assert model.layers[-1].activation.__name__ == "linear"

    def test_every_hyperparameter_changes_the_model(self):
        def told(**params):
            model = self.build(meta(self.small), **params)
            layers = [{k: v for k, v in layer.get_config().items() if k != "name"} for layer in model.layers]
            optimizer = model.optimizer.get_config()
            return json.dumps([type(model.optimizer).__name__, optimizer, model.loss, layers], default=str)

        plain = told()
        for parameter, value in self.varied.items():
            assert told(**{parameter: value}) != plain, parameter

    def test_every_hyperparameter_can_stand_in_a_grid(self):
        grid = {name: [value] for name, value in self.varied.items()}
        assert check_spec(SweepSpec(name="x", data="digits", model=self.name, grid=grid)) == []

    @pytest.mark.parametrize("optimizer", ["Adam", "SGD", "RMSprop"])
    def test_the_learning_rate_is_the_optimizer_s(self, optimizer):
        model = self.build(meta(self.small), optimizer=optimizer, learning_rate=0.037)
        assert type(model.optimizer).__name__ == optimizer
        assert float(model.optimizer.learning_rate) == pytest.approx(0.037)

    def test_an_optimizer_of_one_s_own_is_copied_and_keeps_its_settings(self):
        import keras

        given = keras.optimizers.SGD(0.5, momentum=0.9)
        model = self.build(meta(self.small), optimizer=given, learning_rate=0.25)
        assert model.optimizer is not given
        assert model.optimizer.momentum == 0.9
        assert float(model.optimizer.learning_rate) == 0.25


class OfRows(BuilderContract):
    """Asked of those that take rows of features, and images too."""

    def test_images_are_flattened(self):
        image, row = self.build(meta((28, 28, 1))), self.build(meta())
        assert image.count_params() == row.count_params()
        assert image.input_shape == (None, 28, 28, 1)


class OfImages(BuilderContract):
    """Asked of those that take images alone."""

    shape = (28, 28, 1)
    small = (16, 16, 1)

    def test_rows_of_features_are_refused(self):
        with pytest.raises(GridlabError, match=rf"^{self.name} takes images.* image_shape: \[8, 8, 1\]$"):
            self.build(meta((64,)))
        with pytest.raises(GridlabError, match=r"image_shape: \[height, width, channels\]$"):
            self.build(meta((28, 28)))

    def test_images_that_its_pools_halve_to_nothing_are_refused(self):
        with pytest.raises(GridlabError, match="times, which 1 × 9 pixels do not bear"):
            self.build(meta((1, 9, 1)))
