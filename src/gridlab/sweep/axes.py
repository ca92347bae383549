"""Axis: one parameter and the values to try, and the short ways to write them.

dropout: [0.2, 0.4]                            these values
dropout: 0.2                                   this one
learning_rate: {log: [1e-4, 1e-1], num: 4}     0.0001, 0.001, 0.01, 0.1
dropout: {linear: [0.1, 0.5], num: 5}          0.1, 0.2, 0.3, 0.4, 0.5
units: {range: [32, 257, 32]}                  32, 64, …, 256, as Python's range
units: {values: [32, 64, 128], scale: log}     these values, on a logarithmic axis
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Literal, get_args

from gridlab.errors import did_you_mean
from gridlab.sweep.grid import digest
from gridlab.sweep.plain import plain, shown

Scale = Literal["linear", "log", "categorical"]
Number = int | float

MOST = 100_000
"""Values that an axis may have."""


@dataclass(frozen=True)
class Axis:
    """One parameter and the values to try, in the order in which they are tried."""

    name: str
    values: tuple[Any, ...]
    """At least one; none twice."""
    scale: Scale
    """How far apart values are: by difference, by ratio, or not at all. Plots use it, training does not."""

    def __iter__(self) -> Iterator[Any]:
        return iter(self.values)

    def __len__(self) -> int:
        return len(self.values)

    def to_json(self) -> dict[str, Any]:
        """The axis as plain JSON."""
        return {"name": self.name, "scale": self.scale, "values": plain(self.values)}


def read_axis(name: str, written: Any) -> Axis:
    """What a sweep file, or Python, says of one parameter: an `Axis`, a list, a shorthand, or a single value.

    Raises:
        ValueError: it cannot be read; the message says what goes.
    """
    if isinstance(written, Axis):
        return Axis(name, written.values, written.scale)
    if isinstance(written, Mapping):
        return _shorthand(name, written)
    values = _distinct(_listed(written))
    return Axis(name, values, scale_of(values))


def merged(axes: Sequence[Axis]) -> Axis:
    """One axis for a parameter that varies in several grids."""
    values = _distinct(value for axis in axes for value in axis.values)
    scales = {axis.scale for axis in axes}
    return Axis(axes[0].name, values, scales.pop() if len(scales) == 1 else scale_of(values))


def scale_of(values: Sequence[Any]) -> Scale:
    """The scale of values whose axis does not say it.

    Categorical, if any of them is not a number (booleans are none). Logarithmic, if there are at least three, all
    positive, the largest at least ten times the smallest, and their steps are more even as ratios than as differences.
    Linear otherwise.

    >>> scale_of([0.001, 0.002, 0.01]), scale_of([512, 1024, 2048]), scale_of([True, False])
    ('log', 'linear', 'categorical')
    """
    if not all(map(_is_number, values)):
        return "categorical"
    steps = sorted(set(values))
    if len(steps) < 3 or steps[0] <= 0 or steps[-1] / steps[0] < 10:
        return "linear"
    return "log" if _unevenness([math.log(v) for v in steps]) < _unevenness(steps) else "linear"


def _unevenness(steps: Sequence[float]) -> float:
    """Largest gap between neighbours, as a share of the whole."""
    return max(b - a for a, b in itertools.pairwise(steps)) / (steps[-1] - steps[0])


def _listed(written: Any) -> list[Any]:
    if isinstance(written, set | frozenset):
        raise ValueError("a set has no order; write a list")
    if hasattr(written, "dtype") and hasattr(written, "tolist"):  # numpy, pandas
        written = written.tolist()
    if isinstance(written, str | bytes | type) or not isinstance(written, Iterable):
        return [written]
    return [v.item() if getattr(v, "ndim", None) == 0 and hasattr(v, "item") else v for v in written]


def _distinct(values: Iterable[Any]) -> tuple[Any, ...]:
    found: dict[str, Any] = {}
    for value in values:
        found.setdefault(digest(value), value)
    if not found:
        raise ValueError("has no values; an axis needs at least one")
    return tuple(found.values())


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and -1e300 < value < 1e300


def _shorthand(name: str, written: Mapping[Any, Any]) -> Axis:
    forms = [form for form in _FORMS if form in written]
    if len(forms) != 1:
        asked = ", ".join(map(str, written)) or "nothing"
        raise ValueError(
            f"has {asked}, and takes one of {', '.join(_FORMS)}, as in {{log: [1e-4, 1e-1], num: 4}}; "
            "a value that is itself a mapping goes into a list"
        )
    make, options = _FORMS[forms[0]]
    for key in written:
        if key not in {forms[0], *options}:
            raise ValueError(f"{key} does not go with {forms[0]}; {did_you_mean(str(key), options)}")
    values, scale = make(written[forms[0]], written)
    return Axis(name, values, scale)


def _log(ends: Any, written: Mapping[Any, Any]) -> tuple[tuple[Any, ...], Scale]:
    first, last = _ends("log", ends)
    if first <= 0 or last <= 0:
        raise ValueError(f"log takes two numbers above zero, got {shown(ends)}")

    def at(share: Fraction) -> Number:
        value = math.exp(math.log(first) + float(share) * (math.log(last) - math.log(first)))
        return round(value) if math.isclose(value, round(value), rel_tol=1e-12) else value

    return _spaced(first, last, _count("log", written), at), "log"


def _linear(ends: Any, written: Mapping[Any, Any]) -> tuple[tuple[Any, ...], Scale]:
    first, last = _ends("linear", ends)

    def at(share: Fraction) -> Number:
        return _simple(_exact(first) + share * (_exact(last) - _exact(first)))

    return _spaced(first, last, _count("linear", written), at), "linear"


def _range(ends: Any, written: Mapping[Any, Any]) -> tuple[tuple[Any, ...], Scale]:
    if not isinstance(ends, list | tuple) or len(ends) not in {2, 3} or not all(map(_is_number, ends)):
        raise ValueError(f"range takes [start, stop] or [start, stop, step] as Python's range does, got {shown(ends)}")
    start, stop, step = (_exact(end) for end in (*ends, 1)[:3])
    number = math.ceil((stop - start) / step) if step else 0
    if not 0 < number <= MOST:
        raise ValueError(f"range {shown(ends)} has {max(number, 0):,} values; an axis has 1 to {MOST:,}")
    whole = all(isinstance(end, int) for end in ends)
    found = [start + i * step for i in range(number)]
    return _strict([int(v) if whole else float(v) for v in found]), "linear"


def _values(listed: Any, written: Mapping[Any, Any]) -> tuple[tuple[Any, ...], Scale]:
    values, scale = _distinct(_listed(listed)), written.get("scale")
    if scale is None:
        return values, scale_of(values)
    if scale not in get_args(Scale):
        raise ValueError(f"scale is {scale!r}; it takes {', '.join(get_args(Scale))}")
    if scale != "categorical" and not all(map(_is_number, values)):
        raise ValueError(f"a {scale} scale takes numbers only, got {shown(values)}")
    if scale == "log" and min(values) <= 0:
        raise ValueError(f"a log scale takes numbers above zero only, got {min(values)!r}")
    return values, scale


_FORMS: dict[str, tuple[Callable[[Any, Mapping[Any, Any]], tuple[tuple[Any, ...], Scale]], tuple[str, ...]]] = {
    "log": (_log, ("num",)),
    "linear": (_linear, ("num",)),
    "range": (_range, ()),
    "values": (_values, ("scale",)),
}


def _ends(form: str, ends: Any) -> tuple[Number, Number]:
    if not isinstance(ends, list | tuple) or len(ends) != 2 or not all(map(_is_number, ends)) or ends[0] == ends[1]:
        raise ValueError(f"{form} takes two different numbers, [first, last], got {shown(ends)}")
    return ends[0], ends[1]


def _count(form: str, written: Mapping[Any, Any]) -> int:
    num = written.get("num")
    if not isinstance(num, int) or isinstance(num, bool) or not 2 <= num <= MOST:
        got = "it is missing" if num is None else f"got {shown(num)}"
        raise ValueError(f"{form} takes num, a whole number of values from 2 to {MOST:,}; {got}")
    return num


def _spaced(first: Number, last: Number, num: int, at: Callable[[Fraction], Number]) -> tuple[Number, ...]:
    """`first`, the values between, `last`: whole numbers if all are, else free of the dust of floating point."""
    between = [at(Fraction(i, num - 1)) for i in range(1, num - 1)]
    if all(isinstance(value, int) for value in (first, *between, last)):
        return _strict([first, *between, last])
    dusted = [float(first), *(float(f"{value:.12g}") for value in between), float(last)]
    try:
        return _strict(dusted)
    except ValueError:  # twelve digits do not tell them apart
        return _strict([float(first), *map(float, between), float(last)])


def _strict(values: list[Number]) -> tuple[Number, ...]:
    pairs = list(itertools.pairwise(values))
    if not (all(a < b for a, b in pairs) or all(a > b for a, b in pairs)):
        raise ValueError(f"there are not {len(values):,} different numbers from {values[0]!r} to {values[-1]!r}")
    return tuple(values)


def _exact(value: Number) -> Fraction:
    """The decimal number as it is written, not the binary one nearest to it: 0.1 is a tenth."""
    return Fraction(repr(float(value))) if isinstance(value, float) else Fraction(value)


def _simple(value: Fraction) -> Number:
    return int(value) if value.denominator == 1 else float(value)
