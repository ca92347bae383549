"""Out-of-fold predictions in `predictions.bin`: compressed arrays end to end; the journal knows where each lies.

An array is on the disk before the journal line that names it. A crash between the two leaves bytes that nobody names:
they cost their space and nothing else.
"""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING, Any

import numpy as np

from gridlab.errors import StoreError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from numpy.typing import NDArray

    from gridlab.records.files import AppendFile

FILE = "predictions.bin"


def write_arrays(file: AppendFile, arrays: Mapping[str, NDArray[Any]]) -> dict[str, Any]:
    """Append arrays; where they lie, as the journal keeps it (offset and length in bytes, dtype, shape)."""
    packed = {name: _pack(name, np.asarray(array)) for name, array in arrays.items()}
    offset = file.append(b"".join(blob for blob, _ in packed.values()))
    places = {}
    for name, (blob, kind) in packed.items():
        places[name] = {"offset": offset, "length": len(blob), **kind}
        offset += len(blob)
    return places


def read_arrays(folder: Path, places: Mapping[str, Any]) -> dict[str, NDArray[Any]]:
    """The arrays that a record names, bit for bit as they were given.

    Raises:
        StoreError: the file is gone, shorter than the journal says, or damaged.
    """
    path = folder / FILE
    try:
        with path.open("rb") as file:
            return {name: _unpack(file.seek(p["offset"]), file.read(p["length"]), p) for name, p in places.items()}
    except FileNotFoundError:
        raise StoreError(f"{path}: no such file; the predictions of this run are gone, its scores are not") from None
    except (OSError, zlib.error, ValueError, KeyError, TypeError) as error:
        raise StoreError(f"{path}: these predictions cannot be read ({error}); the scores of this run can") from error


def _pack(name: str, array: NDArray[Any]) -> tuple[bytes, dict[str, Any]]:
    if array.dtype.hasobject:
        raise TypeError(f"predictions {name!r}: an array of objects cannot be kept; give numbers or fixed-width text")
    # Probabilities hold no repeated strings: without looking for them packing is twice as fast, its result smaller.
    packer = zlib.compressobj(level=1, strategy=zlib.Z_HUFFMAN_ONLY)
    blob = packer.compress(array.tobytes()) + packer.flush()
    return blob, {"dtype": array.dtype.str, "shape": list(array.shape)}


def _unpack(_: int, blob: bytes, place: Mapping[str, Any]) -> NDArray[Any]:
    flat = np.frombuffer(zlib.decompress(blob), dtype=np.dtype(place["dtype"]))
    return flat.reshape(place["shape"]).copy()  # a copy, since what frombuffer gives cannot be written to
