"""Paired contrasts: how much better one value of a parameter is than another, all other parameters and the split alike.

The unit is the split: differences are averaged over all pairs of candidates of a split, and the mean of these averages
has the corrected variance of `corrected.estimate`. So the interval speaks of this grid of candidates on other splits of
such data, and a hundred pairs on three splits are no more than three observations.
"""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from gridlab.records.insights.corrected import estimate, within
from gridlab.records.insights.trials import ABSENT, MOST_VALUES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from gridlab.records.insights.trials import Factor, Trials

    Floats = NDArray[np.float64]

ALL_PAIRS = 6
"""Values up to which each is compared with each; of more, each with the one that is best on average."""


class Contrast(NamedTuple):
    """Value `a` of a parameter against value `b`; differences are a − b, on the scorer's scale."""

    a: int
    """Place in the factor's values."""
    b: int
    pairs: int
    """Candidates that differ in this parameter alone, two by two."""
    won: int
    """Pairs in which the mean with `a` is the higher."""
    difference: float
    error: float
    """Corrected standard error; NaN with fewer than two splits."""
    low: float
    high: float
    """The 95 % interval."""
    p: float
    """Of no difference, not adjusted; NaN where it cannot be tested."""
    p_within: float
    """Of a difference beyond ±margin, by two one-sided tests; NaN where it cannot be tested."""
    low90: float
    high90: float
    """The 90 % interval: within ±margin exactly when `p_within` is below 0.05."""
    by_split: tuple[float, ...]
    """The difference on each split; empty where only means are known."""

    def turned(self) -> Contrast:
        """`b` against `a`."""
        return self._replace(
            a=self.b,
            b=self.a,
            won=self.pairs - self.won,
            difference=-self.difference,
            low=-self.high,
            high=-self.low,
            low90=-self.high90,
            high90=-self.low90,
            by_split=tuple(-difference for difference in self.by_split),
        )


def contrasts(trials: Trials, factor: Factor, margin: float) -> list[Contrast]:
    """Every pair of values of a factor, the better value first; none of a factor with more than `MOST_VALUES`.

    Pairs in which no two candidates are alike in all else are left out.

    Args:
        trials: the candidates.
        factor: one of their factors.
        margin: the largest difference of scores that makes none.
    """
    if len(factor.values) > MOST_VALUES:
        return []
    blocks = trials.blocks(factor)
    found = (_contrast(trials, blocks, a, b, margin) for a, b in _to_compare(trials, factor))
    return [c if c.difference >= 0 else c.turned() for c in found if c is not None]


def margin_of(trials: Trials, bounded: bool) -> float:
    """The largest difference that makes none: a percentage point, or a tenth of the candidates' standard deviation.

    Args:
        trials: the candidates.
        bounded: whether the scorer runs from 0 to 1.
    """
    return 0.01 if bounded else 0.1 * float(trials.mean.std())


def _to_compare(trials: Trials, factor: Factor) -> Iterator[tuple[int, int]]:
    if len(factor.values) <= ALL_PAIRS:
        yield from itertools.combinations(range(len(factor.values)), 2)
        return
    sums = np.bincount(factor.codes[factor.codes != ABSENT], trials.mean[factor.codes != ABSENT])
    best = int((sums / np.bincount(factor.codes[factor.codes != ABSENT])).argmax())
    yield from ((best, other) for other in range(len(factor.values)) if other != best)


def _contrast(trials: Trials, blocks: NDArray[np.int64], a: int, b: int, margin: float) -> Contrast | None:
    rows = blocks[:, [a, b]]
    rows = rows[(rows != ABSENT).all(axis=1)]
    if not len(rows):
        return None
    means = trials.mean[rows[:, 0]] - trials.mean[rows[:, 1]]
    by_split = (trials.splits[rows[:, 0]] - trials.splits[rows[:, 1]]).mean(axis=0)
    found, narrow = estimate(by_split, trials.ratio), estimate(by_split, trials.ratio, 0.9)
    return Contrast(
        a,
        b,
        len(rows),
        int((means > 0).sum()),
        difference=float(means.mean()),
        error=float(found.error),
        low=float(found.low),
        high=float(found.high),
        p=float(found.p),
        p_within=float(within(found, margin, trials.n_splits)),
        low90=float(narrow.low),
        high90=float(narrow.high),
        by_split=tuple(by_split.tolist()),
    )
