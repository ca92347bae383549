"""Marginal means: how well candidates with each value of a parameter did over all others; the trend over numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from gridlab.records.insights.corrected import Estimate, estimate
from gridlab.records.insights.trials import ABSENT

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gridlab.records.insights.trials import Factor, Trials

    Floats = NDArray[np.float64]


class Margins(NamedTuple):
    """The marginal means of a parameter, in the order of its values."""

    sizes: NDArray[np.int64]
    """(values,): candidates with each."""
    mean: Floats
    """(values,)"""
    low: Floats
    """(values,): ends of the 95 % intervals, corrected for overlapping training sets; NaN with under two splits."""
    high: Floats


class Trend(NamedTuple):
    """The straight line through the scores over a parameter's numbers, on its axis' scale; same other parameters."""

    change: float
    """Of the score, along the line from the smallest value to the largest."""
    low: float
    high: float
    """The 95 % interval."""
    p: float
    """Of no slope; NaN where it cannot be tested."""
    blocks: int
    """Groups of candidates that differ in this parameter alone and have all of its values."""
    means: Floats
    """(values,): mean score of each value over the blocks."""

    @property
    def steady(self) -> bool:
        """Whether the means rise, or fall, from each value to the next."""
        steps = np.diff(self.means)
        return bool((steps > 0).all() or (steps < 0).all())


def margins(trials: Trials, factor: Factor) -> Margins:
    """The marginal means of a factor. They are comparable where the search is balanced, as a full grid is."""
    has = factor.codes != ABSENT
    sizes = np.bincount(factor.codes[has], minlength=len(factor.values))
    mean = np.bincount(factor.codes[has], trials.mean[has], minlength=len(factor.values)) / sizes
    by_split = [np.bincount(factor.codes[has], column, minlength=len(sizes)) / sizes for column in trials.splits[has].T]
    found = estimate(np.reshape(by_split, (-1, len(sizes))).T, trials.ratio)
    return Margins(sizes, mean, np.clip(found.low, *trials.bounds), np.clip(found.high, *trials.bounds))


def trend(trials: Trials, factor: Factor) -> Trend | None:
    """The trend over a factor of numbers; None where fewer than three values, or no whole block of them, were tried."""
    if not factor.ordered or len(factor.values) < 3:
        return None
    blocks = trials.blocks(factor)
    blocks = blocks[(blocks != ABSENT).all(axis=1)]
    if not len(blocks):
        return None
    means = trials.mean[blocks].mean(axis=0)
    place = factor.places - factor.places.mean()
    weights = place / (place**2).sum() * (factor.places[-1] - factor.places[0])
    found: Estimate = estimate(weights @ trials.splits[blocks].mean(axis=0), trials.ratio)
    return Trend(float(weights @ means), float(found.low), float(found.high), float(found.p), len(blocks), means)
