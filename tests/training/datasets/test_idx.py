from __future__ import annotations

import gzip
import struct
import tempfile
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gridlab.errors import DataError
from gridlab.training.datasets.idx import TYPES, read_idx
from tests.training.datasets.contract import FileLoaderContract, load


def idx_bytes(array: np.ndarray, code: int = 0x08) -> bytes:
    header = bytes([0, 0, code, array.ndim]) + struct.pack(f">{array.ndim}I", *array.shape)
    return header + array.astype(TYPES[code]).tobytes()


class TestIdx(FileLoaderContract):
    name = "idx"
    scale = 255
    zipped = False

    def data(self):
        X, y = super().data()
        return X.reshape(-1, 3, 4, 1), y

    def write(self, folder, X, y):
        pack = gzip.compress if self.zipped else bytes
        end = ".gz" if self.zipped else ""
        for name, array in (("images-idx3", X[..., 0]), ("labels-idx1", y)):
            (folder / f"train-{name}-ubyte{end}").write_bytes(pack(idx_bytes(array)))
        return {"path": str(folder / f"train-images-idx3-ubyte{end}")}


class TestIdxGzipped(TestIdx):
    zipped = True


@pytest.fixture
def pair(tmp_path):
    X = np.arange(24, dtype=np.uint8).reshape(4, 2, 3)
    y = np.array([0, 1, 0, 1], np.uint8)
    (tmp_path / "X_train-idx3").write_bytes(idx_bytes(X))
    (tmp_path / "y_train-idx1").write_bytes(idx_bytes(y))
    return tmp_path


@pytest.mark.parametrize(
    ("images", "labels"),
    [
        ("X_train-idx3", "y_train-idx1"),
        ("t10k-images.idx3-ubyte", "t10k-labels.idx1-ubyte"),
        ("images", "labels.gz"),
        ("images.gz", "labels"),
    ],
)
def test_labels_are_found_by_mnists_names(pair, images, labels):
    (pair / "X_train-idx3").rename(pair / images)
    (pair / "y_train-idx1").rename(pair / labels)
    assert load("idx", path=str(pair / images)).y.tolist() == [0, 1, 0, 1]


def test_labels_that_cannot_be_guessed_are_asked_for(pair):
    (pair / "X_train-idx3").rename(pair / "pictures")
    with pytest.raises(DataError, match=r"pictures: its name does not tell where the labels are.*`labels`"):
        load("idx", path=str(pair / "pictures"))
    assert len(load("idx", path=str(pair / "pictures"), labels=str(pair / "y_train-idx1")).y) == 4
    (pair / "y_train-idx1").unlink()
    (pair / "pictures").rename(pair / "X_train-idx3")
    with pytest.raises(DataError, match="there is no y_train-idx1 beside it"):
        load("idx", path=str(pair / "X_train-idx3"))


def test_images_and_labels_that_changed_places_are_told_apart(pair):
    with pytest.raises(DataError, match="y_train-idx1: holds 1 dimension, as labels do"):
        load("idx", path=str(pair / "y_train-idx1"), labels=str(pair / "X_train-idx3"))
    with pytest.raises(DataError, match="X_train-idx3: holds 3 dimensions, as images do"):
        load("idx", path=str(pair / "X_train-idx3"), labels=str(pair / "X_train-idx3"))


def test_lengths_that_differ_are_refused(pair):
    (pair / "y_train-idx1").write_bytes(idx_bytes(np.zeros(3)))
    with pytest.raises(DataError, match="X_train-idx3: 4 rows of features and 3 labels"):
        load("idx", path=str(pair / "X_train-idx3"))


def test_a_header_that_promises_too_much_is_a_truncated_file(tmp_path):
    path = tmp_path / "X"
    path.write_bytes(bytes([0, 0, 8, 3]) + struct.pack(">3I", 2**32 - 1, 2**32 - 1, 2**32 - 1) + b"few")
    with pytest.raises(DataError, match=r"X: is truncated: its header promises 4294967295 × .* and 3 follow"):
        read_idx(path)
    path.write_bytes(gzip.compress(path.read_bytes()))
    with pytest.raises(DataError, match="and 3 follow"):
        read_idx(path)


def test_more_than_the_header_promises_is_refused(tmp_path):
    path = tmp_path / "X"
    path.write_bytes(idx_bytes(np.zeros((2, 2))) + b"\0")
    with pytest.raises(DataError, match="goes on after the 4 bytes"):
        read_idx(path)


def test_a_wrong_magic_number_is_shown(tmp_path):
    path = tmp_path / "X.png"
    path.write_bytes(b"\x89PNG....")
    with pytest.raises(DataError, match=r"X\.png: is no IDX file: it begins with 89 50 4e 47"):
        read_idx(path)


@pytest.mark.parametrize("code", TYPES)
def test_all_types_come_in_this_machines_byte_order(tmp_path, code):
    path = tmp_path / "X"
    path.write_bytes(idx_bytes(np.array([[1, 2], [3, 4]]), code))
    array = read_idx(path)
    assert array.dtype.isnative
    assert array.tolist() == [[1, 2], [3, 4]]


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=200) | st.binary(max_size=60).map(lambda rest: b"\0\0\x08\x03" + rest))
def test_any_bytes_are_an_array_or_refused(content):
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "X")
        path.write_bytes(content)
        try:
            array = read_idx(path)
            assert idx_bytes(array, content[2]) == content
        except DataError as error:
            assert str(error).startswith(str(path))


def test_the_kannada_digits(shared_data):
    folder = shared_data / "kannada-mnist"
    dataset = load("idx", path="X_kannada_MNIST_test-idx3-ubyte.gz", base=folder, test_size=0.3, image_shape=[28, 28])
    assert dataset.X.shape == (7000, 28, 28, 1)
    assert dataset.classes == tuple(range(10))
    assert np.bincount(dataset.y_test).tolist() == [300] * 10
    assert dataset.X.max() == 1
