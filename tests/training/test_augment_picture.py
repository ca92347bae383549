from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from gridlab.errors import GridlabError
from gridlab.training.augment_picture import GAP, SAMPLES, TIMES, mosaic, write_picture

SWEEP = """
name: shaken
data: {name: digits, image_shape: square, limit: 60}
model: cnn
grid: {augment: [false, {rotation: 10°, zoom: 0.2}]}
"""


@pytest.mark.parametrize(("channels", "shown"), [(1, 1), (2, 1), (3, 3), (4, 3)])
def test_a_row_for_each_image_and_a_column_for_each_time(channels: int, shown: int) -> None:
    images = np.random.default_rng(0).random((3, 8, 16, channels)).astype("float32")
    picture = mosaic(images, np.stack([images, images + 1, images - 1, 0 * images]))
    zoom = 4  # the longer side is 64 pixels then
    assert picture.shape == (3 * (8 * zoom + GAP) + GAP, 5 * (16 * zoom + GAP) + 2 * GAP, shown)
    assert picture.dtype == np.uint8
    tile = picture[GAP : GAP + 8 * zoom : zoom, GAP : GAP + 16 * zoom : zoom, 0]
    low, high = images.min(), images.max()
    np.testing.assert_allclose(tile, (images[0, ..., 0] - low) / (high - low) * 255, atol=1)


def test_without_augmentation_and_without_images(tmp_path: Path) -> None:
    path = tmp_path / "x.yaml"
    path.write_text("{name: x, data: digits, model: fc3, grid: {augment: [false]}}")
    with pytest.raises(GridlabError, match="there is no augment in it"):
        write_picture(path)
    path.write_text("{name: x, data: digits, model: fc3, grid: {}, augment: true}")
    with pytest.raises(GridlabError, match="a row of digits is 64; give the data an image_shape"):
        write_picture(path)


@pytest.mark.slow
def test_the_command_says_where_the_picture_is(tmp_path: Path) -> None:
    (tmp_path / "shaken.yaml").write_text(SWEEP)
    command = [sys.executable, "-m", "gridlab", "show", "--augment", "shaken.yaml"]
    shown = subprocess.run(command, cwd=tmp_path, env={**os.environ}, capture_output=True, text=True, check=False)
    assert shown.returncode == 0, shown.stderr[-2000:]
    assert shown.stdout == "shaken-augment.png\n"
    picture = (tmp_path / "shaken-augment.png").read_bytes()
    assert picture.startswith(b"\x89PNG")
    width, height = (int.from_bytes(picture[at : at + 4], "big") for at in (16, 20))
    assert (height, width) == (SAMPLES * (64 + GAP) + GAP, (TIMES + 1) * (64 + GAP) + 2 * GAP)
