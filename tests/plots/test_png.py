from __future__ import annotations

import base64
import struct
import zlib
from typing import Any

import numpy as np
import pytest

from gridlab.plots.png import data_uri, png


def read(file: bytes) -> tuple[tuple[Any, ...], bytes]:
    """Header and pixels of a PNG file, its checksums checked."""
    assert file[:8] == b"\x89PNG\r\n\x1a\n"
    chunks, at = {}, 8
    while at < len(file):
        (length,) = struct.unpack(">I", file[at : at + 4])
        name, content = file[at + 4 : at + 8], file[at + 8 : at + 8 + length]
        assert struct.unpack(">I", file[at + 8 + length : at + 12 + length])[0] == zlib.crc32(name + content)
        chunks[name], at = content, at + 12 + length
    assert [*chunks] == [b"IHDR", b"IDAT", b"IEND"]
    return struct.unpack(">IIBBBBB", chunks[b"IHDR"]), zlib.decompress(chunks[b"IDAT"])


@pytest.mark.parametrize(("channels", "color"), [(1, 0), (3, 2)])
def test_a_reader_finds_the_same_pixels(channels: int, color: int) -> None:
    image = np.arange(4 * 3 * channels, dtype=np.uint8).reshape(4, 3, channels)
    head, pixels = read(png(image))
    assert head == (3, 4, 8, color, 0, 0, 0)
    lines = np.frombuffer(pixels, np.uint8).reshape(4, 1 + 3 * channels)
    assert (lines[:, 0] == 0).all()
    assert (lines[:, 1:].reshape(image.shape) == image).all()


def test_an_address_holds_it() -> None:
    image = np.zeros((2, 2, 1), np.uint8)
    assert base64.b64decode(data_uri(image).removeprefix("data:image/png;base64,")) == png(image)
