"""A small picture as a PNG file that an `<img>` can carry, without a library for it."""

from __future__ import annotations

import base64
import struct
import zlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


def png(image: NDArray[np.uint8]) -> bytes:
    """A picture of (height, width, 1 or 3) bytes as a PNG file (ISO/IEC 15948), grey or RGB, without filters."""
    height, width, channels = image.shape
    head = struct.pack(">IIBBBBB", width, height, 8, 0 if channels == 1 else 2, 0, 0, 0)
    lines = b"".join(b"\0" + line.tobytes() for line in image)
    chunks = (b"IHDR", head), (b"IDAT", zlib.compress(lines)), (b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(name, content) for name, content in chunks)


def data_uri(image: NDArray[np.uint8]) -> str:
    """The same as an address that holds it."""
    return f"data:image/png;base64,{base64.b64encode(png(image)).decode()}"


def _chunk(name: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))
