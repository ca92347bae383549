from __future__ import annotations

import io
import pickle
import zipfile

import numpy as np
import pytest

from gridlab.errors import DataError
from tests.training.datasets.contract import FileLoaderContract, load


class TestNpz(FileLoaderContract):
    name = "npz"
    scale = 255
    save = staticmethod(np.savez)

    def write(self, folder, X, y):
        self.save(folder / "data.npz", X=X, y=y)
        return {"path": str(folder / "data.npz")}


class TestNpzCompressed(TestNpz):
    save = staticmethod(np.savez_compressed)


@pytest.fixture
def save(tmp_path):
    def save(**arrays):
        np.savez(tmp_path / "d.npz", **arrays)
        return {"path": str(tmp_path / "d.npz")}

    return save


X = np.array([[1.5, 2], [3, 4], [5, 6], [7, 8]])
y = np.array(["a", "b", "a", "b"])


@pytest.mark.parametrize(
    ("names", "options"),
    [
        (("X", "y"), {}),
        (("x_train", "y_train"), {}),
        (("data", "target"), {}),
        (("arr_0", "arr_1"), {}),
        (("pixels", "what"), {"features": "pixels", "label": "what"}),
        (("pixels", "y"), {"features": "pixels"}),
        (("X", "what"), {"label": "what"}),
    ],
)
def test_arrays_are_found_by_name(save, names, options):
    dataset = load("npz", **save(**dict(zip(names, (X, y), strict=True)), other=np.zeros(3)), **options)
    assert dataset.X.tolist() == X.tolist()
    assert dataset.y.tolist() == y.tolist()


def test_names_that_are_not_there_are_refused(save):
    with pytest.raises(DataError, match=r"d\.npz: holds no array 'pixel'; did you mean pixels\?"):
        load("npz", **save(pixels=X, y=y), features="pixel")
    with pytest.raises(DataError, match=r"which of its arrays .* \(it holds pixels, what\)"):
        load("npz", **save(pixels=X, what=y))
    with pytest.raises(DataError, match=r"\(it holds X, 'y\\nnpy'\)$"):
        load("npz", **save(**{"X": X, "y\nnpy": y}))


def test_bytes_of_three_dimensions_are_images_and_floats_are_not(save):
    assert load("npz", **save(X=np.ones((4, 5, 5), np.uint8), y=y)).X.shape == (4, 5, 5, 1)
    series = load("npz", **save(X=np.ones((4, 5, 5)), y=y))
    assert series.X.shape == (4, 5, 5)
    assert series.X.max() == 1


def test_pickled_objects_are_refused_and_never_loaded(save, tmp_path):
    class Bomb:
        def __reduce__(self):
            return (tmp_path.joinpath("exploded").touch, ())

    with pytest.raises(DataError, match=r"d\.npz: y holds pickled Python objects"):
        load("npz", **save(X=X, y=np.array([Bomb()] * 4, object)))
    (tmp_path / "p.npz").write_bytes(pickle.dumps(Bomb()))
    with pytest.raises(DataError, match=r"p\.npz: is no npz file"):
        load("npz", path=str(tmp_path / "p.npz"))
    assert not (tmp_path / "exploded").exists()


def test_a_single_npy_is_refused(tmp_path):
    np.save(tmp_path / "X.npy", X)
    with pytest.raises(DataError, match=r"X\.npy: is no npz file"):
        load("npz", path=str(tmp_path / "X.npy"))


def test_an_array_that_promises_too_much_is_damaged(tmp_path):
    member = io.BytesIO()
    np.lib.format.write_array_header_1_0(member, {"descr": "<f8", "fortran_order": False, "shape": (2**40, 9)})
    with zipfile.ZipFile(tmp_path / "d.npz", "w") as file:
        file.writestr("X.npy", member.getvalue() + b"few")
        file.writestr("y.npy", member.getvalue())
    with pytest.raises(DataError, match="X is truncated or damaged"):
        load("npz", path=str(tmp_path / "d.npz"))


def test_an_encrypted_file_is_refused(save, tmp_path):
    save(X=X, y=y)
    content = bytearray((tmp_path / "d.npz").read_bytes())
    for mark, flags in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        content[content.index(mark) + flags] |= 1
    (tmp_path / "d.npz").write_bytes(content)
    with pytest.raises(DataError, match=r"X is truncated or damaged .*encrypted"):
        load("npz", path=str(tmp_path / "d.npz"))


@pytest.mark.parametrize(("value", "said"), [(np.nan, "nan"), (np.inf, "inf")])
def test_what_is_no_number_is_named_by_its_index(save, value, said):
    bad = X.copy()
    bad[2, 1] = value
    with pytest.raises(DataError, match=rf"d\.npz: X\[2, 1\]: {said} where a finite number belongs"):
        load("npz", **save(X=bad, y=y))
