from __future__ import annotations

import numpy as np
import pytest

from gridlab.errors import DataError
from gridlab.training.datasets.dataset import Raw
from gridlab.training.datasets.labels import read_labels


def read(y, asked=None):
    return read_labels(Raw(np.zeros((len(y), 1)), y, "mine"), asked)


@pytest.mark.parametrize(
    ("given", "kept", "dtype"),
    [
        (np.array([3, 1], np.uint8), [3, 1], np.int64),
        ([3.0, 1.0], [3, 1], np.int64),
        ([True, False], [True, False], np.bool_),
        (["a", "bc"], ["a", "bc"], "<U2"),
        (np.array(["a", "bc"], object), ["a", "bc"], "<U2"),
        (np.array([b"a", b"bc"]), ["a", "bc"], "<U2"),
        (np.array(["a", "bc"], np.dtypes.StringDType()), ["a", "bc"], "<U2"),
        (np.array([3, 1], object), [3, 1], np.int64),
        (np.array([[3], [1]]), [3, 1], np.int64),
        (np.array([2**64 - 1, 1], np.uint64), [2**64 - 1, 1], np.uint64),
    ],
)
def test_classes_keep_their_names(given, kept, dtype):
    y, kind = read(given)
    assert kind == "classification"
    assert y.tolist() == kept
    assert y.dtype == dtype


def test_fractions_and_giants_are_targets():
    assert read([1.5, 2.0])[1] == "regression"
    y, kind = read([1e20, 2.0])
    assert (y.dtype, kind) == (np.float32, "regression")


def test_the_sweep_decides():
    y, kind = read([1, 2], "regression")
    assert (y.dtype, kind) == (np.float32, "regression")
    assert read([1.0, 2.0], "classification")[1] == "classification"


@pytest.mark.parametrize(
    ("given", "asked", "said"),
    [
        (["a", "b"], "regression", r"y\[0\]: the label is 'a'; regression needs numbers"),
        ([1.0, 2.5], "classification", r"y\[1\]: the label 2.5 is no class"),
        ([1.0, np.nan], None, r"y\[1\]: the label is missing"),
        ([1.0, np.inf], None, r"y\[1\]: the label is inf, no finite number"),
        ([1.5, 1e39], None, r"y\[1\]: the label 1e\+39 is too large for float32"),
        (["a", ""], None, r"y\[1\]: the label is missing"),
        (np.array(["a", 3], object), None, r"y\[1\]: the label is 3, the first was 'a'"),
        (np.array([3, "a"], object), None, r"y\[1\]: the label is 'a', the first was 3"),
        (np.array([1, 2], "M8[D]"), None, "the labels are datetime64"),
        (np.array([1, 2j]), None, "the labels are complex128"),
        (np.eye(2), None, r"y has the shape \(2, 2\); one label a row goes here \(one-hot"),
        (np.array([2**70, 1], object), None, "the labels are object"),
    ],
)
def test_what_is_no_label_is_refused(given, asked, said):
    with pytest.raises(DataError, match=f"mine: {said}"):
        read(given, asked)
