"""One column of the picture: its values typed as its axis says, in names and labels that HiPlot can bear."""

from __future__ import annotations

import itertools
import json
import math
from collections.abc import Iterable, Sequence
from typing import Any, Literal, NamedTuple

Kind = Literal["numeric", "numericlog", "categorical"]

ABSENT = object()
"""The value of a parameter that a candidate's grid does not have."""
MOST_TICKS = 12
LONGEST_LABEL = 60
INVISIBLE = "\u2060"
"""WORD JOINER: makes a name another one for HiPlot without changing what is read."""
TAKEN = frozenset(
    [
        "uid",
        "from_uid",
        "constructor",
        "prototype",
        "__proto__",
        "__defineGetter__",
        "__defineSetter__",
        "__lookupGetter__",
        "__lookupSetter__",
        "hasOwnProperty",
        "isPrototypeOf",
        "propertyIsEnumerable",
        "toLocaleString",
        "toString",
        "valueOf",
    ]
)
"""Names that HiPlot, or every JavaScript object, has a use for already."""


class Column(NamedTuple):
    """One column of the table, and perhaps an axis of the picture."""

    key: str
    """What HiPlot calls it: its name, unless HiPlot has another use for that name."""
    name: str
    """What the sweep file or the results call it."""
    kind: Kind
    values: tuple[float | str | None, ...]
    """One for each row: numbers and None, or the labels of a categorical column."""
    order: tuple[str, ...] = ()
    """The labels of a categorical column, in the sweep file's order."""
    ticks: tuple[float, ...] = ()
    """The values tried, where they are few enough to be the ticks of a numeric axis."""
    digits: int | None = None
    """Decimals in the table; None for as many as there are."""
    parameter: bool = False
    """Whether it was tried, not measured."""

    @property
    def constant(self) -> bool:
        """Whether all rows have the same value."""
        return len(set(self.values)) < 2

    def text(self, row: int) -> str:
        """A value as the table shows it."""
        value = self.values[row]
        if value is None:
            return "-"
        if isinstance(value, str):
            return value
        return number_text(value) if self.digits is None else f"{value:.{self.digits}f}"


def parameter(key: str, name: str, values: Sequence[Any], scale: str, known: Iterable[Any] = ()) -> Column:
    """A column of the search space.

    Args:
        key: what HiPlot calls it.
        name: what the sweep file calls it.
        values: plain JSON values, `ABSENT` where a candidate has no such parameter.
        scale: linear, log or categorical, as the axis says; numbers that are missing or not positive have no place on a
            logarithmic axis, text has none on either: such columns are linear, or categorical.
        known: the axis' values in the sweep file's order.
    """
    numbers = [_number(v) for v in values]
    missing = any(v is None or v is ABSENT for v in values)
    present = sorted({n for n in numbers if n is not None})
    text = any(n is None and v is not None and v is not ABSENT for n, v in zip(numbers, values, strict=True))
    if scale == "categorical" or text or not present:
        return labelled(key, name, values, known)._replace(parameter=True)
    log = scale == "log" and not missing and present[0] > 0
    ticks = () if missing else _ticks(present, log)
    return Column(
        key, name, "numericlog" if log else "numeric", tuple(map(_short, numbers)), ticks=ticks, parameter=True
    )


def measured(key: str, name: str, values: Sequence[Any], figures: int = 5) -> Column:
    """A column of results: numbers on a linear axis, None where there is none; the largest keeps so many figures."""
    numbers = [_number(v) for v in values]
    shown = tuple(None if n is None else float(f"{n:.9g}") for n in numbers)
    return Column(key, name, "numeric", shown, digits=decimals((n for n in numbers if n is not None), figures))


def labelled(key: str, name: str, values: Sequence[Any], known: Iterable[Any] = ()) -> Column:
    """A categorical column, its values as text, in the order of `known` and then in that of their appearance."""
    labels = value_labels(itertools.chain(known, values))
    shown = tuple(labels[_identity(v)] for v in values)
    present = set(shown)
    return Column(key, name, "categorical", shown, order=tuple(label for label in labels.values() if label in present))


def value_labels(values: Iterable[Any]) -> dict[str, str]:
    """Identity of each distinct value → its label; different values never share one.

    >>> list(value_labels(["Adam", True, None, 1, "1", ""]).values())
    ['Adam', 'true', 'null', '1', '"1"', '(empty)']
    """
    labels: dict[str, str] = {}
    used: set[str] = set()
    for value in values:
        identity = _identity(value)
        if identity not in labels:
            label = _unused(value_text(value), identity, used)
            used.add(label)
            labels[identity] = label
    return labels


def safe_keys(names: Iterable[str]) -> list[str]:
    """Names as keys of a JavaScript object: all different, none that HiPlot takes for something else, read the same.

    >>> safe_keys(["dropout", ""])
    ['dropout', '(empty)']
    """
    keys: list[str] = []
    used: set[str] = set()
    for name in names:
        key = " ".join(name.split()) or "(empty)"  # the page collapses white space, and HiPlot reads names off the page
        if key in TAKEN or key.isdecimal():  # whole numbers would be moved before all other keys
            key = INVISIBLE + key
        while key in used:
            key += INVISIBLE
        used.add(key)
        keys.append(key)
    return keys


def decimals(values: Iterable[float], figures: int = 5) -> int | None:
    """Decimals that show so many figures of the largest value; none for whole numbers, None (all) for small ones."""
    present = [abs(value) for value in values]
    return 0 if all(float(n).is_integer() for n in present) else _digits(max(present), figures)


def number_text(value: float) -> str:
    """A number as a person writes it.

    >>> number_text(0.001), number_text(512.0), number_text(1e-07)
    ('0.001', '512', '1e-07')
    """
    return f"{value:.10g}" if not float(value).is_integer() or abs(value) >= 1e15 else str(int(value))


def value_text(value: Any) -> str:
    """A value of a parameter as a label shows it.

    >>> value_text([64, 128]), value_text(True), value_text(" "), value_text("")
    ('[64, 128]', 'true', '" "', '(empty)')
    """
    if value is ABSENT:
        return "(not set)"
    if isinstance(value, str):
        return _cut(value if value.strip() else json.dumps(value) if value else "(empty)")
    if _number(value) is not None:
        return number_text(value)
    return _cut(json.dumps(value, ensure_ascii=False))


def _cut(text: str) -> str:
    return text if len(text) <= LONGEST_LABEL else f"{text[: LONGEST_LABEL - 1]}…"


def _unused(label: str, identity: str, used: set[str]) -> str:
    if label in used:
        label = identity  # the whole value, text in quotation marks
    while label in used:
        label += INVISIBLE
    return label


def _identity(value: Any) -> str:
    return "" if value is ABSENT else json.dumps(value, ensure_ascii=False, sort_keys=True)


def _number(value: Any) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        return None
    return value


def _short(number: float | None) -> float | None:
    return number if number is None or isinstance(number, int) else float(f"{number:.12g}")


def _ticks(present: Sequence[float], log: bool) -> tuple[float, ...]:
    """The values themselves, unless they are too many or too close to be read."""
    if not 2 <= len(present) <= MOST_TICKS:
        return ()
    places = [math.log(v) for v in present] if log else list(present)
    closest = min(b - a for a, b in itertools.pairwise(places))
    return tuple(present) if closest >= 0.03 * (places[-1] - places[0]) else ()


def _digits(largest: float, figures: int) -> int | None:
    """Decimals that show so many figures of the largest number; as many as there are where it is small."""
    return None if largest < 0.01 else max(0, figures - 1 - max(0, math.floor(math.log10(largest))))
