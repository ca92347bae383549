from __future__ import annotations

import sys

import numpy as np
import pandas as pd
import pytest

from gridlab.errors import DataError, GridlabError
from tests.training.datasets.contract import FileLoaderContract, load


class TestParquet(FileLoaderContract):
    name = "parquet"

    def write(self, folder, X, y):
        path = folder / "train.parquet"
        pd.DataFrame(X).add_prefix("pixel").assign(label=y).to_parquet(path)
        return {"path": str(path)}


@pytest.fixture
def write(tmp_path):
    def write(**columns):
        pd.DataFrame(columns).to_parquet(tmp_path / "t.parquet")
        return {"path": str(tmp_path / "t.parquet")}

    return write


def test_columns_keep_their_names_and_text_labels_are_classes(write):
    dataset = load("parquet", **write(a=[1, 2], kind=["x", "y"], b=[0.5, 1.5]), label="kind")
    assert dataset.features == ("a", "b")
    assert dataset.classes == ("x", "y")
    assert dataset.X.tolist() == [[1, 0.5], [2, 1.5]]


def test_fractions_are_targets(write):
    assert load("parquet", **write(a=[1, 2], label=[0.5, 1.5])).kind == "regression"


@pytest.mark.parametrize(
    ("columns", "said"),
    [
        ({"a": [1, 2]}, "no column label; say which it is with `label`"),
        ({"label": [1, 2]}, "has no column but label"),
        ({"a": [1.0, None], "label": [1, 2]}, "row 2, column a: nan where a finite number belongs"),
        ({"a": pd.array([1, None], "Int64"), "label": [1, 2]}, "row 2, column a: nan where"),
        ({"a": ["x", "y"], "label": [1, 2]}, "row 1, column a: 'x' where a number belongs"),
        ({"a": [1, 2], "label": ["x", None]}, "row 2: the label is missing"),
        ({"a": [1, 2], "label": pd.array([1, None], "Int64")}, "row 2: the label is missing"),
        ({"a": [], "label": []}, "holds no rows"),
    ],
)
def test_what_is_wrong_is_said_in_one_sentence(write, columns, said):
    with pytest.raises(DataError, match=rf"t\.parquet: .*{said}"):
        load("parquet", **write(**columns))


def test_integers_that_pandas_reads_as_its_own_are_numbers(write):
    dataset = load("parquet", **write(a=pd.array([1, 2], "Int64"), b=[0.5, 1], label=[1, 0]))
    np.testing.assert_array_equal(dataset.X, np.float32([[1, 0.5], [2, 1]]))


def test_without_pyarrow_the_extra_is_named(write, monkeypatch):
    options = write(a=[1, 2], label=[0, 1])
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(
        GridlabError, match=r"needs pyarrow, which is not installed here: pip install 'gridlab\[parquet\]'"
    ):
        load("parquet", **options)
