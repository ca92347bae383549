"""`--set grid.dropout=[0.1,0.2]`: values of a sweep file replaced from the command line, read as the file is."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from gridlab.errors import Problem
from gridlab.sweep.document import Document
from gridlab.sweep.plain import shown
from gridlab.sweep.reading import parse

LONG = {"data": "name", "model": "name", "cv": "folds", "scoring": "metrics"}
"""Key → what its short form (`data: digits`) means in the long one (`data: {name: digits, …}`)."""


def override(document: Document, texts: Iterable[str]) -> tuple[Document, list[Problem]]:
    """The document with every `KEY=VALUE` set in it, in order, and what is wrong with them."""
    problems = []
    for text in texts:
        document, found = _set(document, text)
        problems += found
    return document, problems


def _set(document: Document, text: str) -> tuple[Document, list[Problem]]:
    key, equals, right = text.partition("=")
    parts = key.split(".")
    place = f"--set {key}"
    if not equals or not all(parts):
        return document, [Problem(f"takes KEY=VALUE, as in grid.dropout=[0.1,0.2]; got {text!r}", file="--set")]
    value, _, problems = parse(right)
    try:
        changed = _with(document.value, parts, value, "")
    except ValueError as error:
        problems.append(Problem(str(error)))
        changed = document.value
    if problems:
        return document, [replace(problem, key=key, file=place, line=None) for problem in problems]
    return replace(document, value=changed, overrides=(*document.overrides, text)), []


def _with(whole: Any, parts: list[str], value: Any, above: str) -> dict[Any, Any]:
    """A copy of `whole` with the value at that path; what an alias shares elsewhere stays as it is."""
    here, *below = parts
    if whole is None:
        whole = {}
    if not isinstance(whole, Mapping):
        raise ValueError(_no_part(whole, above, here))
    if not below:
        return {**whole, here: value}
    inner = whole.get(here)
    if not above and here in LONG and inner is not None and not isinstance(inner, Mapping):
        inner = {LONG[here]: inner}
    return {**whole, here: _with(inner, below, value, f"{above}.{here}".lstrip("."))}


def _no_part(whole: Any, key: str, part: str) -> str:
    if key == "grid":
        return f"grid is a list of grids here, so {key}.{part} could be any of them; change it in the file"
    return f"{key} is {shown(whole)}, which has no part {part}"
