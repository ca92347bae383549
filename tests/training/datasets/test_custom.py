from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from scipy.sparse import csr_matrix
from sklearn.datasets import load_iris

from gridlab.errors import DataError
from tests.training.datasets.contract import load

X = [[1, 2.5], [3, 4], [5, 6], [7, 8]]
y = ["a", "b", "a", "b"]


@pytest.mark.parametrize(
    "given",
    [
        (X, y),
        [X, y],
        (np.array(X), np.array(y)),
        (pd.DataFrame(X, columns=["p", "q"]), pd.Series(y)),
        (pd.DataFrame(X).convert_dtypes(), pd.Series(y, dtype="category")),
        (pd.DataFrame(X), pd.Series(y, dtype="string")),
        (pd.DataFrame(X), pd.DataFrame(y)),
        (np.array(X, object), np.array(y, object)),
        {"X": X, "y": y},
        {"data": X, "target": y},
        SimpleNamespace(X=X, y=y),
    ],
)
def test_whatever_holds_features_and_labels(given):
    dataset = load("mine", arrays=given)
    assert dataset.X.tolist() == X
    assert dataset.y.tolist() == y
    assert dataset.fingerprint == load("mine", arrays=(X, y)).fingerprint


def test_a_bunch_of_scikit_learn():
    assert load("iris", arrays=load_iris()).X.shape == (150, 4)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ((X, y[:3]), "mine: 4 rows of features and 3 labels"),
        (([*X[:3], [1]], y), r"mine: X\[3\] has the length 1, X\[0\] 2"),
        ((csr_matrix(X), y), "mine: X is sparse"),
        ((X, None), "mine: 4 rows of features and 1 labels"),
        (3, r"mine: \(X, y\) goes here, or a dict with X and y, not int"),
        (([1, 2, 3, 4], y), r"mine: X has the shape \(4,\); \(rows, features\) goes here"),
        (([[1, "z"], [3, 4], [5, 6], [7, 8]], y), r"mine: X\[0, 0\]: '1' where a number belongs"),
        ((np.array([[1, None]] * 4, object), y), r"mine: X\[0, 1\]: None where a number belongs"),
        ((pd.DataFrame({"p": [1, 2, 3, 4], "q": [1, 2, "z", 4]}), y), "mine: row 2, column q: 'z' where"),
        ((pd.DataFrame({"p": [1, 2, None, 4]}, index=list("abcd")), y), "mine: row 'c', column p: nan where"),
        ((pd.DataFrame({"p": [1, 2, None, 4]}, dtype="Int64"), y), "mine: row 2, column p: (nan|<NA>) where"),
        ((pd.DataFrame({"p": pd.to_datetime(["2020"] * 4)}), y), "mine: X holds datetime64"),
        ((np.array(X) * 1j, y), "mine: X holds complex128"),
        ((X, ["a", "b", None, "b"]), r"mine: y\[2\]: the label is missing"),
        ((pd.DataFrame(X), pd.Series(["a", None, "a", "b"])), "mine: row 1: the label is missing"),
    ],
)
def test_what_cannot_be_used_is_refused(given, said):
    with pytest.raises(DataError, match=said) as error:
        load("mine", arrays=given)
    assert "\n" not in str(error.value)
