from __future__ import annotations

import gzip
from pathlib import Path
from typing import Any

import pytest

from gridlab.errors import GridlabError
from gridlab.sweep.reading import parse
from gridlab.training.datasets.shorthand import data_override

IMAGES = "{name: digits, image_shape: [8, 8, 1], limit: 600, test_size: 0.2, scale: 16}"


@pytest.fixture
def sweep(tmp_path: Path) -> Path:
    path = tmp_path / "sweep.yaml"
    path.write_text(f"data: {IMAGES}")
    return path


def value(given: str, sweep: Path) -> Any:
    key, _, text = data_override(given, sweep).partition("=")
    found, _, problems = parse(text)
    assert (key, problems) == ("data", [])
    return found


@pytest.mark.parametrize(
    ("given", "name"),
    [
        ("train.csv", "csv"),
        ("a b/train.CSV.gz", "csv"),
        ("rows.parquet", "parquet"),
        ("arrays.npz", "npz"),
        ("X_kannada_MNIST_test-idx3-ubyte.gz", "idx"),
        ("train-images-idx3-ubyte", "idx"),
    ],
)
def test_a_file_by_its_name_keeps_the_held_out_part_and_that_images_are_wanted(
    given: str, name: str, sweep: Path
) -> None:
    assert value(given, sweep) == {"name": name, "path": given, "image_shape": "square", "test_size": 0.2}


def test_a_name_and_a_mapping(sweep: Path) -> None:
    assert value("keras:mnist", sweep) == {"name": "keras:mnist", "image_shape": "square", "test_size": 0.2}
    assert value("{name: digits, limit: 100}", sweep) == {"name": "digits", "limit": 100}
    sweep.write_text("data: digits")
    assert value("wine", sweep) == {"name": "wine"}
    assert value("wine", sweep.with_name("none.yaml")) == {"name": "wine"}


def test_a_folder_and_a_file_of_another_kind(tmp_path: Path, sweep: Path) -> None:
    assert value(str(tmp_path), sweep)["name"] == "images"
    with pytest.raises(GridlabError, match="its name does not tell what it is"):
        data_override(str(sweep), sweep)


@pytest.mark.parametrize("zipped", [False, True])
def test_kaggle_s_pixels_are_bytes_and_other_columns_are_left_alone(tmp_path: Path, sweep: Path, zipped: bool) -> None:
    for header, scale in (("label,pixel0,pixel1", 255), ("label,width,height", None)):
        text = f"{header}\n1,0,255\n".encode()
        path = tmp_path / ("train.csv.gz" if zipped else "train.csv")
        path.write_bytes(gzip.compress(text) if zipped else text)
        assert value(str(path), sweep).get("scale") == scale


def test_a_label_is_kept_for_another_table(sweep: Path) -> None:
    sweep.write_text("data: {name: csv, path: a.csv, label: digit}")
    assert value("b.csv", sweep) == {"name": "csv", "path": "b.csv", "label": "digit"}
    assert "label" not in value("b.npz", sweep)
