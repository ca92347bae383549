"""What pydantic says of a sweep, in gridlab's words: the key, what came, what goes, the nearest known word."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from pydantic import ValidationError

from gridlab.errors import Problem, did_you_mean
from gridlab.sweep.plain import shown
from gridlab.sweep.reading import dotted

_NEEDED = {
    "name": "is missing: what to call this sweep, and the folder of its results",
    "data": "is missing: what to train on, as in data: digits",
    "model": "is missing: what to train, as in model: fc3",
    "grid": "is missing: what to vary, as in grid: {dropout: [0.2, 0.4]}",
    "data.name": "is missing: which data set these options are for, as in {name: csv, path: train.csv}",
}
_TAKES = {
    "string_type": "text",
    "string_too_short": "a name",
    "int_type": "a whole number",
    "int_from_float": "a whole number",
    "bool_type": "true or false",
    "dict_type": "a mapping",
    "tuple_type": "a list",
}


def problems_of(error: ValidationError, known: Mapping[str, Collection[str]]) -> list[Problem]:
    """Every fault that pydantic found.

    Args:
        error: what it raised.
        known: dotted key of a part → the keys that it may have.
    """
    return [_problem(fault, known) for fault in error.errors(include_url=False)]


def _problem(fault: Any, known: Mapping[str, Collection[str]]) -> Problem:
    above = key = part = ""
    loc = [*fault["loc"]]
    if loc[-1:] == ["[key]"]:
        loc = [*loc[:-2], str(loc[-2])]
    for part in loc:
        above, key = key, dotted(key, part)
    if above in known and str(part) not in known[above]:
        return Problem(f"there is no such key; {did_you_mean(str(part), known[above], most=24)}", key)
    return Problem(_message(fault, key), key)


def _message(fault: Any, key: str) -> str:
    kind, came = fault["type"], fault["input"]
    if kind == "missing":
        return _NEEDED.get(key, "is missing")
    if kind == "value_error":
        return str(fault["ctx"]["error"])
    if kind == "greater_than_equal":
        return f"takes a whole number of at least {fault['ctx']['ge']}, got {shown(came)}"
    if kind == "less_than_equal":
        return f"takes a whole number of at most {fault['ctx']['le']:,}, got {shown(came)}"
    if kind not in _TAKES:
        return f"{fault['msg']}, got {shown(came)}"
    quotes = isinstance(came, int | float) and not isinstance(came, bool) and kind == "string_type"
    return f"takes {_TAKES[kind]}, got {shown(came)}{'; write it in quotes' if quotes else ''}"
