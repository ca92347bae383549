"""Files from the network: downloaded once into Keras' own cache, checked by their hash, whole or not there at all."""

from __future__ import annotations

import hashlib
import http.client
import os
import shutil
import urllib.request
from pathlib import Path
from typing import NamedTuple

from gridlab.errors import DataError
from gridlab.records.files import in_one_sentence

PATIENCE = 15.0
"""Seconds that a server may be silent."""


class Remote(NamedTuple):
    """A file of the network."""

    url: str
    cached: str
    """Its place in the cache, as Keras names it: a data set that Keras has fetched is not fetched again."""
    sha256: str | None = None
    """What it must be; None for a format that is harmless whatever stands in it."""


def cache_folder() -> Path:
    """Where Keras keeps its data sets: `datasets` in KERAS_HOME, or in `~/.keras`."""
    return Path(os.environ.get("KERAS_HOME") or Path.home() / ".keras") / "datasets"


def fetched(remote: Remote, name: str) -> Path:
    """The file in the cache, downloaded where it is not there or not what it must be.

    Args:
        remote: the file.
        name: of the data set, for messages.

    Raises:
        DataError: it cannot be downloaded, or what comes is something else.
        StoreError: the cache cannot be written.
    """
    path = cache_folder() / remote.cached
    if path.is_file() and _is_right(path, remote):
        return path
    fresh = path.with_name(f"{path.name}.{os.getpid()}.tmp")
    try:
        with in_one_sentence(path.parent, f"keep {path.name}"):
            path.parent.mkdir(parents=True, exist_ok=True)
            _download(remote, fresh, path, name)
            if not _is_right(fresh, remote):
                raise DataError(f"{name}: what {remote.url} sends is not the file it should be (its SHA-256 differs)")
            fresh.replace(path)
    finally:
        fresh.unlink(missing_ok=True)
    return path


def _download(remote: Remote, fresh: Path, path: Path, name: str) -> None:
    with fresh.open("wb") as file:
        try:
            with urllib.request.urlopen(remote.url, timeout=PATIENCE) as answer:
                shutil.copyfileobj(answer, file)
                promised = int(answer.headers.get("Content-Length") or file.tell())
                if file.tell() < promised:
                    raise http.client.IncompleteRead(b"", promised - file.tell())
        except (urllib.error.URLError, http.client.HTTPException, TimeoutError, ConnectionError) as error:
            why = getattr(error, "reason", None) or error
            raise DataError(
                f"{name}: {remote.url} cannot be downloaded ({why}); without the network, put the file at {path}"
            ) from error


def _is_right(path: Path, remote: Remote) -> bool:
    if remote.sha256 is None:
        return True
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest() == remote.sha256
