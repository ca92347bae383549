from __future__ import annotations

from sklearn.datasets import load_digits

from tests.training.datasets.contract import LoaderContract, load


class TestDigits(LoaderContract):
    name = "digits"
    scale = 16

    def source(self, folder):
        X, y = load_digits(return_X_y=True)
        return {}, X, y


def test_digits_are_1797_rows_of_64_numbers_up_to_1():
    dataset = load("digits")
    assert dataset.X.shape == (1797, 64)
    assert dataset.X.max() == 1
    assert dataset.describe() == {
        "name": "digits",
        "fingerprint": dataset.fingerprint,
        "kind": "classification",
        "n": 1797,
        "n_test": 0,
        "shape": [64],
        "classes": list(range(10)),
    }
