from __future__ import annotations

import numpy as np
import pytest
from sklearn.datasets import load_breast_cancer, load_diabetes, load_digits, load_iris, load_wine

from tests.training.datasets.contract import LoaderContract, load


class TestDigits(LoaderContract):
    name = "digits"
    scale = 16

    def source(self, folder):
        X, y = load_digits(return_X_y=True)
        return {}, X, y


class TestIris(LoaderContract):
    name = "iris"

    def source(self, folder):
        return {}, *load_iris(return_X_y=True)


class TestWine(LoaderContract):
    name = "wine"

    def source(self, folder):
        return {}, *load_wine(return_X_y=True)


class TestBreastCancer(LoaderContract):
    name = "breast_cancer"

    def source(self, folder):
        return {}, *load_breast_cancer(return_X_y=True)


def test_the_features_have_their_names():
    assert load("iris").features[:2] == ("sepal length (cm)", "sepal width (cm)")
    assert load("digits").features == ()


def test_diabetes_is_for_regression_though_its_targets_are_whole_numbers():
    X, y = load_diabetes(return_X_y=True)
    dataset = load("diabetes")
    assert (dataset.kind, dataset.y.dtype, dataset.classes) == ("regression", np.float32, ())
    np.testing.assert_array_equal(dataset.X, X.astype(np.float32))
    np.testing.assert_array_equal(dataset.y, y)
    assert dataset.features[0] == "age"
    assert load("diabetes", task="classification").kind == "classification", "the sweep may say otherwise"


def test_the_bundled_sets_can_hold_rows_out():
    dataset = load("diabetes", test_size=0.25, seed=3)
    assert (len(dataset.y), len(dataset.y_test)) == (331, 111)
    with pytest.raises(AssertionError):
        np.testing.assert_array_equal(dataset.y_test, load("diabetes", test_size=0.25, seed=4).y_test)
