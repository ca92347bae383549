"""HiPlot's and plotly's JavaScript as a page carries it: compressed, and allowed to run by its hash alone."""

from __future__ import annotations

import base64
import gzip
from functools import cache
from importlib.metadata import PackageNotFoundError, distribution
from typing import NamedTuple

from gridlab.errors import GridlabError


class Library(NamedTuple):
    """JavaScript of others."""

    name: str
    """What our scripts call it."""
    code: str
    """With its licence on top."""
    packed: str
    """The code's UTF-8, through gzip and Base64: a third of its size; `assets/loader.js` unpacks it."""


@cache
def hiplot() -> Library:
    """HiPlot's bundle.

    Raises:
        GridlabError: the installed hiplot has no bundle.
    """
    return _packed("hiplot", "hiplot.bundle.js", f"/*! HiPlot {installed('hiplot')}\n{_licence('hiplot')}*/\n")


@cache
def plotly() -> Library:
    """plotly.js, which names its licence itself.

    Raises:
        GridlabError: the installed plotly has no plotly.min.js.
    """
    return _packed("plotly", "plotly.min.js", "")


def installed(name: str) -> str:
    """The version of a library."""
    return distribution(name).version


def _packed(name: str, file: str, licence: str) -> Library:
    # Read, not imported: hiplot would bring a web server along.
    try:
        code = next((f.read_text("utf-8") for f in distribution(name).files or () if f.name == file), "")
    except (PackageNotFoundError, OSError):
        code = ""
    if not code:
        raise GridlabError(f"{name} is not installed, or without its {file} to draw with: pip install {name}")
    code = licence + code
    packed = base64.b64encode(gzip.compress(code.encode(), 6, mtime=0)).decode()
    return Library(name, code, packed)


def _licence(name: str) -> str:
    return distribution(name).read_text("LICENSE") or "MIT License"
