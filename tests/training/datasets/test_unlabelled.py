from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from PIL import Image

from gridlab.errors import DataError
from gridlab.training.datasets.unlabelled import Trained, read_unlabelled

TRAINED = Trained((3,), 10.0, ("a", "b", "c"), "label", {})
TABLE = pd.DataFrame({"c": [3, 6], "id": ["x", "007"], "a": [1, 4], "label": ["?", "?"], "b": [2, 5]})
X = np.float32([[1, 2, 3], [4, 5, 6]]) / np.float32(10)


def save(table, path):
    (table.to_parquet if path.suffix == ".parquet" else lambda p: table.to_csv(p, index=False))(path)
    return path


@pytest.mark.parametrize("name", ["t.csv", "t.csv.gz", "t.parquet"])
def test_columns_are_found_by_name_and_prepared_as_in_training(tmp_path, name):
    found = read_unlabelled(save(TABLE, tmp_path / name), TRAINED, "id")
    np.testing.assert_array_equal(found.X, X)
    assert found.X.dtype == np.float32
    assert found.ids == ["x", "007"]


def test_rows_take_the_shape_of_training(tmp_path):
    found = read_unlabelled(save(TABLE, tmp_path / "t.csv"), TRAINED._replace(shape=(1, 3, 1)), "id")
    np.testing.assert_array_equal(found.X, X.reshape(2, 1, 3, 1))


def test_an_id_may_be_a_feature_too(tmp_path):
    found = read_unlabelled(save(TABLE.drop(columns="id"), tmp_path / "t.csv"), TRAINED, "a")
    assert found.ids == ["1", "4"]
    np.testing.assert_array_equal(found.X, X)


def test_without_an_id_there_are_none(tmp_path):
    assert read_unlabelled(save(TABLE.drop(columns="id"), tmp_path / "t.csv"), TRAINED, "id").ids is None


def test_a_label_of_another_name_is_passed_over_too(tmp_path):
    path = save(TABLE.rename(columns={"label": "kind"}), tmp_path / "t.csv")
    np.testing.assert_array_equal(read_unlabelled(path, TRAINED, "id", "kind").X, X)


@pytest.mark.parametrize("name", ["t.csv", "t.parquet"])
@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda t: t.drop(columns="b"), "lacks the column b of the training data$"),
        (lambda t: t.drop(columns=["b", "c"]), "lacks the columns b, c of the training data$"),
        (lambda t: t.rename(columns={"b": "B"}), r"lacks the column b of the training data; is B meant by b\?"),
        (lambda t: t.assign(d=1), "has the column d, which the training data had not; --id names"),
        (lambda t: t.assign(b=["1", "q"]), "column b: 'q'|column b: '1' where a number belongs"),
        (lambda t: t.assign(b=[1, np.inf]), "(line 3|row 2), column b: .*inf"),
        (lambda t: t.iloc[:0], "holds no rows"),
    ],
)
def test_what_does_not_fit_is_said_in_one_sentence(tmp_path, name, change, said):
    with pytest.raises(DataError, match=rf"{name}: .*({said})"):
        read_unlabelled(save(change(TABLE), tmp_path / name), TRAINED, "id")


def test_many_missing_columns_are_counted(tmp_path):
    trained = TRAINED._replace(features=[f"pixel{i}" for i in range(784)], shape=(784,))
    with pytest.raises(DataError, match=r"lacks the columns pixel0, .*pixel4, … \(784 in all\)"):
        read_unlabelled(save(TABLE, tmp_path / "t.csv"), trained, "id")


def test_where_training_had_no_names_the_number_of_columns_counts(tmp_path):
    trained = TRAINED._replace(features=())
    found = read_unlabelled(save(TABLE[["id", "a", "b", "c"]], tmp_path / "t.csv"), trained, "id")
    np.testing.assert_array_equal(found.X, X)
    with pytest.raises(DataError, match="3 makes 3 values a row, but there are 2"):
        read_unlabelled(save(TABLE[["id", "a", "b"]], tmp_path / "t.csv"), trained, "id")


@pytest.mark.parametrize("names", [("X",), ("x_test", "x_train"), ("X_test",), ("arr_0",)])
def test_npz(tmp_path, names):
    np.savez(tmp_path / "t.npz", **{name: X * 10 + 100 * i for i, name in enumerate(names)})
    np.testing.assert_array_equal(read_unlabelled(tmp_path / "t.npz", TRAINED, None).X, X)


def test_npz_by_the_name_of_training(tmp_path):
    np.savez(tmp_path / "t.npz", X=X, pixels=X * 10)
    found = read_unlabelled(tmp_path / "t.npz", TRAINED._replace(options={"features": "pixels"}), None)
    np.testing.assert_array_equal(found.X, X)
    np.savez(tmp_path / "t.npz", z=X)
    with pytest.raises(DataError, match="holds no array X; known: z"):
        read_unlabelled(tmp_path / "t.npz", TRAINED, None)


def test_idx(tmp_path):
    path = tmp_path / "t10k-images-idx3-ubyte"
    path.write_bytes(bytes([0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 1, 0, 0, 0, 3, 1, 2, 3, 4, 5, 6]))
    np.testing.assert_array_equal(
        read_unlabelled(path, TRAINED._replace(shape=(1, 3, 1)), None).X, X.reshape(2, 1, 3, 1)
    )


def test_a_folder_of_images_is_called_by_its_files(tmp_path):
    for name in ("b.png", "a.png"):
        Image.fromarray(np.full((4, 6), ord(name[0]), np.uint8)).save(tmp_path / name)
    trained = TRAINED._replace(shape=(2, 3, 1), scale=255, options={"size": [2, 3]})
    found = read_unlabelled(tmp_path, trained, None)
    assert found.ids == ["a.png", "b.png"]
    np.testing.assert_array_equal(found.X[:, 0, 0, 0], np.float32([97, 98]) / np.float32(255))
    (tmp_path / "none").mkdir()
    with pytest.raises(DataError, match="holds no images"):
        read_unlabelled(tmp_path / "none", trained, None)
