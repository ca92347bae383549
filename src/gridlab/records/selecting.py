"""Selecting candidates by their parameters: a value, one of several, or a range of numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gridlab.errors import GridlabError, did_you_mean
from gridlab.sweep.plain import plain, shown

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence


def selected(
    name: str, params: Sequence[Mapping[str, Any]], known: Iterable[str], wanted: Mapping[str, Any]
) -> list[int]:
    """The numbers of the candidates that have all that is wanted; a candidate without a parameter has no value of it.

    Args:
        name: what the results are called, for messages.
        params: the candidates.
        known: the parameters that there are.
        wanted: parameter → a value, a list of values, or (low, high), both included, None for no end.

    Raises:
        GridlabError: there is no such parameter, a range is none, or no candidate is left.
    """
    known = list(known)
    for parameter, value in wanted.items():
        if parameter not in known:
            raise GridlabError(f"{name} has no parameter {parameter}; {did_you_mean(parameter, known)}")
        if isinstance(value, tuple) and not (len(value) == 2 and all(v is None or _is_number(v) for v in value)):
            raise GridlabError(
                f"{parameter}={value!r}: a tuple is a range (low, high) of two numbers; a list is a choice of values"
            )
    rows = [i for i, p in enumerate(params) if all(k in p and _fits(plain(p[k]), v) for k, v in wanted.items())]
    if not rows:
        asked = ", ".join(f"{parameter}={value!r}" for parameter, value in wanted.items())
        raise GridlabError(f"{name} has no candidate with {asked}; tried were {_tried(params, wanted)}")
    return rows


def _fits(value: Any, wanted: Any) -> bool:
    if isinstance(wanted, tuple):
        low, high = wanted
        return _is_number(value) and (low is None or value >= low) and (high is None or value <= high)
    choices = wanted if isinstance(wanted, list | set | frozenset) else [wanted]
    return any(isinstance(value, bool) == isinstance(c, bool) and value == c for c in map(plain, choices))


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _tried(params: Sequence[Mapping[str, Any]], names: Iterable[str]) -> str:
    """The first few values of these parameters."""
    told = []
    for name in names:
        values = list(dict.fromkeys(shown(candidate[name]) for candidate in params if name in candidate))
        told.append(f"{name} {', '.join(values[:8])}{', …' if len(values) > 8 else ''}")
    return "; ".join(told)
