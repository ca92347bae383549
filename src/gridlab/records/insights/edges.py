"""Edges of the grid: where the best value of a parameter is the last one tried, better ones may lie beyond it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gridlab.records.insights.trials import Factor, Trials


class Edge(NamedTuple):
    """The best value of a parameter, for the best candidate and on average, is the last one tried."""

    side: Literal["lowest", "highest"]
    value: float
    next: float
    """What to try: one more step on the axis."""
    best_inside: float | None
    """The highest mean score of candidates that are not at an edge; None where there is no value between the edges."""


def edge(trials: Trials, factor: Factor) -> Edge | None:
    """Whether the smallest or the largest value of a factor of numbers is best, for the best candidate and on average.

    None if neither is. One of the two alone is no sign: a best candidate has chance in it, an average bad company.
    """
    if not factor.ordered or len(factor.values) < 2:
        return None
    last = len(factor.values) - 1
    at = int(factor.codes[trials.best])
    has = factor.codes >= 0
    averages = np.bincount(factor.codes[has], trials.mean[has]) / np.bincount(factor.codes[has])
    if at not in (0, last) or averages.argmax() != at:
        return None
    inside = (factor.codes > 0) & (factor.codes < last)
    further = beyond(factor.values if at else factor.values[::-1], factor.scale)
    if further is None:
        return None
    return Edge(
        "highest" if at else "lowest",
        factor.values[at],
        further,
        float(trials.mean[inside].max()) if inside.any() else None,
    )


def beyond(values: Sequence[Any], scale: str) -> float | None:
    """The next value after the last: by the last ratio on a logarithmic axis, by the last step on a linear one.

    Values that double are taken as logarithmic, whatever the axis. What is positive stays so, and what lies between 0
    and 1 on a linear axis, as rates do, stays there: then it goes half of the way. None where there is none: nothing
    lies below zero where no value does, nor between 1 and 0 for whole numbers.

    >>> beyond([0.001, 0.01], "log"), beyond([512, 1024, 2048], "linear"), beyond([0.4, 0.2], "linear")
    (0.1, 4096, 0.1)
    """
    before, last = float(values[-2]), float(values[-1])
    by_ratio = scale == "log" or _even_ratios(values)
    if last == 0 == min(values):
        return None
    found = last * last / before if by_ratio else last + (last - before)
    if min(values) > 0 and found <= 0:
        found = last / 2
    if not by_ratio and 0 <= min(values) <= max(values) < 1 <= found:
        found = (last + 1) / 2
    if all(isinstance(value, int) for value in values):
        return None if last > 0 and found < 1 else round(found)
    return float(f"{found:.6g}")


def _even_ratios(values: Sequence[Any]) -> bool:
    if len(values) < 3 or min(values) <= 0:
        return False
    steps = np.diff(np.log(np.array(values, dtype=np.float64)))
    return bool(np.allclose(steps, steps[0]))
