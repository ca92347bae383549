"""OpenML: thousands of tables by name, fetched by scikit-learn into its own cache (SCIKIT_LEARN_DATA)."""

from __future__ import annotations

import re
import socket
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPException
from typing import Any

from sklearn.datasets import fetch_openml, get_data_home

from gridlab.errors import DataError
from gridlab.training.datasets.custom import as_raw
from gridlab.training.datasets.dataset import Raw
from gridlab.training.datasets.fetched import PATIENCE
from gridlab.training.datasets.labels import parsed

HOW = {
    "as_frame": True,
    "parser": "auto",
    "n_retries": 1,
    "delay": 0.1,
    # scikit-learn asks for classes as categories, which pandas 3 makes numbers where it can, and then trips over them
    "read_csv_kwargs": {"dtype": None},
}
"""How scikit-learn is asked."""


def openml(dataset: str, version: int | None = None, target: str | None = None) -> Raw:
    """A data set of openml.org; numeric features only.

    Args:
        dataset: its name there, as in `openml:mnist_784`.
        version: which of its versions; by default the first active one.
        target: the column to predict; by default the one that OpenML says.

    Raises:
        DataError: there is no such data set, or it is sparse, or it is not in the cache and cannot be downloaded.
    """
    source = f"openml:{dataset}"
    wanted = {"version": "active" if version is None else version, "target_column": target or "default-target"}
    try:
        with _patience(), warnings.catch_warnings():
            warnings.simplefilter("ignore", UserWarning)  # that several versions are active
            bunch = fetch_openml(str(dataset), **wanted, **HOW)
    except (OSError, HTTPException) as error:
        why = getattr(error, "reason", None) or error
        raise DataError(
            f"{source}: is not in the cache ({get_data_home()}), and openml.org cannot be asked for it ({why})"
        ) from error
    except (ValueError, KeyError) as error:
        raise DataError(f"{source}: {' '.join(str(error.args[0] if error.args else error).split())}") from error
    if getattr(bunch.target, "ndim", None) != 1:
        raise DataError(f"{source}: has {len(bunch.target_names)} targets; name the column to predict with `target`")
    return as_raw((bunch.data, parsed(bunch.target.map(_unquoted))), source)


def _unquoted(label: Any) -> Any:
    """A class as it is called; ARFF puts names with blanks into single quotes."""
    return label[1:-1] if isinstance(label, str) and re.fullmatch("'.*'", label) else label


@contextmanager
def _patience() -> Iterator[None]:
    """Let no server be silent for ever; scikit-learn sets no limit."""
    before = socket.getdefaulttimeout()
    socket.setdefaulttimeout(PATIENCE)
    try:
        yield
    finally:
        socket.setdefaulttimeout(before)
