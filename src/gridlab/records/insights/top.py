"""What the top tenth has in common: values that the best candidates have more often than the rest."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from scipy import stats

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gridlab.records.insights.trials import Factor, Trials

FEWEST = 20
"""Candidates below which there is no top tenth to speak of."""


class Common(NamedTuple):
    """One value of a parameter, among the best candidates and among the rest."""

    factor: Factor
    value: int
    """Its place in the factor's values."""
    in_top: int
    top: int
    """How many of the top candidates have it, and how many these are."""
    in_all: int
    all: int
    """How many of all candidates have it, and how many these are."""
    p: float
    """Probability that as many or more of the top have it when ranks have nothing to do with it (hypergeometric, which
    is Fisher's exact test, one-sided); not adjusted."""

    @property
    def in_rest(self) -> float:
        """Its share of the candidates that are not of the top."""
        return (self.in_all - self.in_top) / (self.all - self.top)

    @property
    def lift(self) -> float:
        """Its share of the top divided by its share of all."""
        return (self.in_top / self.top) / (self.in_all / self.all)


def top_tenth(trials: Trials) -> NDArray[np.int64] | None:
    """The rows of the best tenth, equals of its last one included; None where that is no small part of them."""
    n = len(trials)
    if n < FEWEST:
        return None
    last = trials.mean[trials.order[-(-n // 10) - 1]]
    top = np.flatnonzero(trials.mean >= last)
    return top if len(top) <= n / 3 else None


def common(trials: Trials, top: NDArray[np.int64]) -> list[Common]:
    """Every value of every parameter, by what chance would give least often first."""
    found = []
    for factor in (factor.coarse for factor in trials.factors):
        size = len(factor.values)
        inside = np.bincount(factor.codes[top][factor.codes[top] >= 0], minlength=size)
        everywhere = np.bincount(factor.codes[factor.codes >= 0], minlength=size)
        p = stats.hypergeom.sf(inside - 1, len(trials), everywhere, len(top))
        found += [
            Common(factor, i, int(inside[i]), len(top), int(everywhere[i]), len(trials), float(p[i]))
            for i in range(size)
        ]
    return sorted(found, key=lambda value: value.p)
