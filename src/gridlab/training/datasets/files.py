"""Data files: found from here or from the sweep file's folder, opened gzipped or not, refused in one sentence."""

from __future__ import annotations

import difflib
import gzip
import os
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any, cast

from gridlab.errors import DataError


def find_file(path: Any, base: Path) -> Path:
    """The file a sweep names: relative to the current directory, or else to the sweep file's folder.

    Raises:
        DataError: it is in neither; says which files near it are called nearly so.
    """
    places = _places(path, base, "file")
    for place in places:
        if os.path.isfile(place):  # noqa: PTH113  (Path's own raises for names that no file can have)
            return place
    for place in places:
        if os.path.isdir(place):  # noqa: PTH112
            raise DataError(f"{place}: is a folder; the name of a file goes here")
    raise DataError(f"{places[0]}: no such file{_nearby(places)}")


def find_folder(path: Any, base: Path) -> Path:
    """The folder a sweep names, found as `find_file` finds a file.

    Raises:
        DataError: it is in neither place, or it is a file.
    """
    places = _places(path, base, "folder")
    for place in places:
        if os.path.isdir(place):  # noqa: PTH112
            return place
    for place in places:
        if os.path.isfile(place):  # noqa: PTH113
            raise DataError(f"{place}: is a file; the name of a folder goes here")
    raise DataError(f"{places[0]}: no such folder{_nearby(places)}")


def _places(path: Any, base: Path, what: str) -> list[Path]:
    if not isinstance(path, str | Path) or not str(path):
        raise DataError(f"a {what} name goes here, not {path!r}")
    wanted = Path(os.path.expanduser(path))  # noqa: PTH111  (Path's own raises where there is no such user)
    return list(dict.fromkeys([wanted, base / wanted]))


def is_gzip(path: Path) -> bool:
    """Whether the file is gzipped, whatever its name says."""
    with path.open("rb") as file:
        return file.read(2) == b"\x1f\x8b"


def open_binary(path: Path) -> IO[bytes]:
    """The file's bytes, unzipped where it is gzipped."""
    return cast(IO[bytes], gzip.open(path, "rb") if is_gzip(path) else path.open("rb"))


@contextmanager
def refusing(path: Path) -> Iterator[None]:
    """What goes wrong while a file is read, as one sentence that names it."""
    try:
        yield
    except UnicodeDecodeError as error:
        raise DataError(f"{path}: is no text in UTF-8 ({error.reason} at byte {error.start})") from error
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise DataError(f"{path}: is truncated or damaged ({error})") from error
    except OSError as error:
        raise DataError(f"{path}: cannot be read ({error.strerror or error})") from error


def _nearby(places: list[Path]) -> str:
    for place in places:
        names = [entry.name for entry in place.parent.iterdir()] if place.parent.is_dir() else []
        if near := difflib.get_close_matches(place.name, names, n=3, cutoff=0.5):
            return f"; near it: {', '.join(near)}"
    folders = [place.parent for place in places if not place.parent.is_dir()]
    if len(folders) == len(places):
        return f", nor is there a folder {folders[0]}"
    return f" in {' or '.join(str(place.parent.resolve()) for place in places if place.parent.is_dir())}"
