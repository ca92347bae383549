"""Augmented networks on TensorFlow: moved in training, untouched otherwise, saved and loaded as any."""

from __future__ import annotations

import inspect
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest

from gridlab.errors import GridlabError
from gridlab.training.augment import USUAL
from gridlab.training.augmenting import augmented, moving
from gridlab.training.models.cnn import cnn30
from gridlab.training.models.fc3 import fc3
from tests.training.models.contract import meta

pytestmark = pytest.mark.slow

X = np.random.default_rng(0).random((6, 8, 8, 1)).astype("float32")


def test_the_network_is_the_builder_s_and_compiled_as_it_was(tmp_path: Path) -> None:
    build = augmented(cnn30, USUAL)
    assert inspect.signature(build) == inspect.signature(cnn30)
    plain, model = (made(meta((8, 8, 1)), filters=3, learning_rate=0.3, optimizer="SGD") for made in (cnn30, build))
    kinds = [type(layer).__name__ for layer in model.layers]
    assert kinds[:4] == ["RandomRotation", "RandomTranslation", "RandomShear", "RandomZoom"]
    assert kinds[4:] == [type(layer).__name__ for layer in plain.layers]
    assert model.count_params() == plain.count_params()
    assert model.loss == "sparse_categorical_crossentropy"
    assert float(model.optimizer.learning_rate) == pytest.approx(0.3)
    model.fit(X, np.arange(6), verbose=0)
    first = model.predict(X, verbose=0)
    np.testing.assert_array_equal(first, model.predict(X, verbose=0))
    assert not np.allclose(model(X, training=True), model(X, training=True))
    model.save(tmp_path / "best.keras")
    np.testing.assert_allclose(keras.models.load_model(tmp_path / "best.keras").predict(X, verbose=0), first, rtol=1e-5)


def test_only_what_is_asked_for_and_by_how_much() -> None:
    assert [type(layer).__name__ for layer in moving({"zoom": 0.2})] == ["RandomZoom"]
    assert [type(layer).__name__ for layer in moving({"width_shift": 0.2, "rotation": 0})] == ["RandomTranslation"]
    (turn,) = moving({"rotation": 90.0})
    assert turn.factor == (-0.25, 0.25)
    assert moving({"shear": 0.1, "fill": "nearest"})[0].fill_mode == "nearest"


def test_shear_leans_both_ways() -> None:
    image = np.zeros((64, 9, 9, 1), "float32")
    image[:, :, 4] = 1
    (shear,) = moving({"shear": 0.5})
    lowest = np.asarray(shear(image, training=True))[:, 8, :, 0].argmax(axis=1)
    assert {-1, 1} <= set(np.sign(lowest - 4))


def test_a_network_of_one_s_own_compiled_or_not() -> None:
    def functional(compile_it: bool) -> Any:
        inputs = keras.Input((8, 8, 1))
        model = keras.Model(inputs, keras.layers.Dense(3, "softmax")(keras.layers.Flatten()(inputs)))
        if compile_it:
            model.compile("sgd", keras.losses.SparseCategoricalCrossentropy())
        return model

    for compile_it in (True, False):
        model = augmented(functional, {"zoom": 0.2})(compile_it)
        assert model.compiled == compile_it
        assert model.output_shape == (None, 3)


def test_rows_of_features_cannot_be_moved() -> None:
    with pytest.raises(GridlabError, match=r"augment moves images .* takes \(None, 64\); give the data an image_shape"):
        augmented(fc3, USUAL)(meta((64,)))
