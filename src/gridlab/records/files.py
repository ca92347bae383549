"""Files that outlive a crash: appended whole or not at all, replaced by rename; one sentence when the disk says no."""

from __future__ import annotations

import errno
import json
import os
import shutil
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any

from gridlab.errors import StoreError
from gridlab.sweep.plain import plain

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

FULL = {errno.ENOSPC, errno.EFBIG, getattr(errno, "EDQUOT", errno.ENOSPC)}


class AppendFile:
    """A file that grows by whole pieces: once `append` returns a piece is on the disk; if it raises, none of it is."""

    def __init__(self, path: Path) -> None:
        self._file = path.open("ab", buffering=0)  # unbuffered, so that nothing half-written is left to flush on close
        sync_folder(path.parent)

    def append(self, piece: bytes) -> int:
        """Write a piece at the end and wait for the disk; where it begins, in bytes."""
        start = self._file.seek(0, os.SEEK_END)
        try:
            rest = memoryview(piece)
            while rest:
                rest = rest[self._file.write(rest) :]
            os.fsync(self._file.fileno())
        except BaseException:  # Ctrl-C too must leave no half line behind
            with suppress(OSError):
                self._file.truncate(start)
            raise
        return start

    def close(self) -> None:
        """Close the file."""
        self._file.close()


def replace_file(path: Path, content: bytes) -> Path:
    """Put content in the place of a file, so that a reader finds the old one or the new one, never a part."""
    fresh = path.with_name(f"{path.name}.{os.getpid()}.tmp")
    try:
        with fresh.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(path)
    except BaseException:
        fresh.unlink(missing_ok=True)
        raise
    sync_folder(path.parent)
    return path


def sync_folder(folder: Path) -> None:
    """Make the names in a folder durable, where the system can (Windows cannot, and need not)."""
    with suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def json_line(value: Any) -> bytes:
    """Strict JSON in UTF-8 on one line, whatever the value holds; text stays readable in every script."""
    text = json.dumps(plain(value), ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    return text.encode("utf-8", "backslashreplace")  # a lone surrogate becomes \udcff, which is its JSON escape


def json_list(rows: Iterable[Any]) -> bytes:
    """A JSON list with a line for each of its items."""
    return b"[\n" + b",\n".join(map(json_line, rows)) + b"\n]\n"


def json_object(values: Mapping[str, Any]) -> bytes:
    """A JSON object with a line for each of its members."""
    return b"{\n" + b",\n".join(json_line(k) + b": " + json_line(v) for k, v in values.items()) + b"\n}\n"


@contextmanager
def in_one_sentence(folder: Path, doing: str) -> Iterator[None]:
    """Turn what the operating system says into a StoreError: which run, what could not be done, how to go on."""
    try:
        yield
    except OSError as error:
        raise StoreError(f"{folder}: {_sentence(folder, doing, error)}") from error


def _sentence(folder: Path, doing: str, error: OSError) -> str:
    if error.errno in FULL:
        return (
            f"the disk is full ({_free_bytes(folder):,} bytes free), cannot {doing}; what was recorded before is safe "
            "and readable. Make room and run the same command again: it goes on from there"
        )
    if isinstance(error, FileExistsError | NotADirectoryError):
        return f"cannot {doing}: a file stands where a folder should be; move it away or choose another folder"
    if isinstance(error, PermissionError) or error.errno == errno.EROFS:
        return f"cannot {doing}: this user may not do that here ({error.strerror}: {error.filename or folder})"
    return f"cannot {doing}: {error.strerror or error}" + (f" ({error.filename})" if error.filename else "")


def _free_bytes(folder: Path) -> int:
    while not folder.exists() and folder != folder.parent:
        folder = folder.parent
    return shutil.disk_usage(folder).free
