from __future__ import annotations

import sys

import numpy as np
import pytest
from PIL import Image

from gridlab.errors import DataError, GridlabError
from tests.training.datasets.contract import LoaderContract, load


@pytest.fixture
def write(tmp_path):
    """Write images, "class/name.png" → pixels, and return the options that load them."""

    def write(files):
        for name, pixels in files.items():
            path = tmp_path / "images" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            Image.fromarray(np.asarray(pixels, np.uint8)).save(path)
        return {"path": str(tmp_path / "images")}

    return write


def grey(value, height=2, width=3):
    return np.full((height, width), value)


class TestImages(LoaderContract):
    name = "images"
    scale = 255

    def source(self, folder):
        rng = np.random.default_rng(0)
        X = rng.integers(0, 256, (40, 3, 4, 1)).astype(np.uint8)
        y = np.repeat(["ant", "bee"], 20)
        for i, (pixels, name) in enumerate(zip(X, y, strict=True)):
            path = folder / "insects" / name / f"{i:03}.png"
            path.parent.mkdir(parents=True, exist_ok=True)
            Image.fromarray(pixels[..., 0]).save(path)
        return {"path": str(folder / "insects")}, X, y


def test_folders_named_by_numbers_are_numbers(write):
    assert load("images", **write({"7/a.png": grey(0), "10/a.png": grey(9)})).classes == (7, 10)


def test_grey_ones_have_one_channel_and_coloured_ones_three(write):
    options = write({"a/1.png": grey(10), "b/1.png": grey(20)})
    assert load("images", **options).X.shape == (2, 2, 3, 1)
    assert load("images", **options, color="rgb").X.shape == (2, 2, 3, 3)
    options = write({"c/1.png": np.zeros((2, 3, 3)), "c/2.png": np.zeros((2, 3, 4))})
    assert load("images", **options).X.shape == (4, 2, 3, 3)
    assert load("images", **options, color="grayscale").X.shape == (4, 2, 3, 1)


def test_sizes_that_differ_are_refused_or_made_equal(write):
    options = write({"a/1.png": grey(10), "b/1.png": grey(20, 4, 6)})
    with pytest.raises(DataError, match=r"b/1\.png: is 4 × 6 pixels, .*a/1\.png 2 × 3; `size: \[height, width\]`"):
        load("images", **options)
    dataset = load("images", **options, size=[4, 5])
    assert dataset.X.shape == (2, 4, 5, 1)
    np.testing.assert_array_equal(dataset.X[1], np.float32(20 / 255))


def test_other_files_are_passed_over(write, tmp_path):
    options = write({"a/1.png": grey(1), "b/1.png": grey(2), ".hidden/1.png": grey(3)})
    (tmp_path / "images" / "a" / "notes.txt").write_text("x")
    (tmp_path / "images" / "b" / ".DS_Store").write_text("x")
    (tmp_path / "images" / "README.png").write_text("no class")
    assert len(load("images", **options).y) == 2


@pytest.mark.parametrize("content", [b"", b"no image", b"\x89PNG\r\n\x1a\n"])
def test_what_is_no_image_is_named(write, tmp_path, content):
    options = write({"a/1.png": grey(1), "b/1.png": grey(2)})
    (tmp_path / "images" / "b" / "2.png").write_bytes(content)
    with pytest.raises(DataError, match=r"b/2\.png: cannot be read as an image"):
        load("images", **options)


def test_an_image_cut_short_is_named(write, tmp_path):
    options = write({"a/1.png": np.random.default_rng(0).integers(0, 256, (40, 40)), "b/1.png": grey(2, 40, 40)})
    file = tmp_path / "images" / "a" / "1.png"
    file.write_bytes(file.read_bytes()[:-200])
    with pytest.raises(DataError, match=r"a/1\.png: is truncated or damaged"):
        load("images", **options)


def test_deep_images_are_refused_rather_than_cut_off(write, tmp_path):
    options = write({"a/1.png": grey(1), "b/1.png": grey(2)})
    Image.fromarray(np.full((2, 3), 40_000, np.uint16)).save(tmp_path / "images" / "b" / "1.png")
    with pytest.raises(DataError, match=r"b/1\.png: has more than 8 bits a pixel"):
        load("images", **options)


def test_folders_without_images_are_refused(tmp_path):
    (tmp_path / "none").mkdir()
    with pytest.raises(DataError, match="none: holds no folder with images in it; one folder a class goes here"):
        load("images", path=str(tmp_path / "none"))
    with pytest.raises(DataError, match="nine: no such folder; near it: none"):
        load("images", path=str(tmp_path / "nine"))
    (tmp_path / "file").touch()
    with pytest.raises(DataError, match="file: is a file; the name of a folder goes here"):
        load("images", path=str(tmp_path / "file"))


@pytest.mark.parametrize("size", [[4], [4, 0], [4, 5.0], [4, 5, 1]])
def test_a_size_is_two_whole_numbers(write, size):
    with pytest.raises(DataError, match=r"size: \[height, width\] in pixels goes here"):
        load("images", **write({"a/1.png": grey(1), "b/1.png": grey(2)}), size=size)


def test_without_pillow_the_extra_is_named(write, monkeypatch):
    options = write({"a/1.png": grey(1), "b/1.png": grey(2)})
    monkeypatch.setitem(sys.modules, "PIL.Image", None)
    with pytest.raises(GridlabError, match=r"needs PIL, which is not installed here: pip install 'gridlab\[images\]'"):
        load("images", **options)
