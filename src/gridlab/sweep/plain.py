"""Any value as plain JSON: numbers, text, lists and mappings stay; what came from Python is named."""

from __future__ import annotations

import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any


def plain(value: Any) -> Any:
    """A value that `json.dumps(…, allow_nan=False)` takes: for people and pictures, not for keys.

    >>> plain({"activation": print, "dropout": (0.2, float("nan"))})
    {'activation': 'builtins:print', 'dropout': [0.2, 'nan']}
    """
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, float):
        return float(value) if math.isfinite(value) else str(float(value))
    for kind in (str, int):
        if isinstance(value, kind):  # enumerations and other subclasses too
            return kind(value)
    if isinstance(value, Mapping):
        return {str(k): plain(v) for k, v in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [plain(v) for v in value]
    if hasattr(value, "dtype") and hasattr(value, "tolist"):  # numpy's scalars and arrays
        return plain(value.tolist())
    return named(value)


def named(value: Any) -> str:
    """What an object from Python is called: "module:qualname" for functions and classes, never an address."""
    if hasattr(value, "__qualname__"):
        return f"{value.__module__}:{value.__qualname__}"
    if isinstance(value, Path):
        return value.as_posix()
    text = repr(value)
    return text if " at 0x" not in text else f"{type(value).__module__}:{type(value).__qualname__}"


def shown(value: Any) -> str:
    """A value as a sweep file would have it, cut where it is long."""
    if value is None:
        return "nothing"
    text = str(value).lower() if isinstance(value, bool) else repr(plain(value))
    return text if len(text) <= 60 else f"{text[:60]}…"


def brief(value: Any) -> str:
    """A value where a line has little room: long numbers with six figures.

    >>> brief(0.00749894209332), brief(0.01), brief("Adam"), brief(512)
    ('0.00749894', '0.01', 'Adam', '512')
    """
    text = str(value)
    return f"{value:.6g}" if isinstance(value, float) and len(text) > 9 else text
