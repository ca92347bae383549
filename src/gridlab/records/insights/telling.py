"""Telling: what every sentence needs to know, and the words that all of them share."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from gridlab.records.insights.contrasts import Contrast, contrasts, margin_of
from gridlab.records.insights.corrected import holm
from gridlab.records.insights.words import Metric, number, p_value

if TYPE_CHECKING:
    from gridlab.records.insights.trials import Factor, Trials

ALPHA = 0.05
"""Adjusted p-value below which a difference is called one."""


@dataclass(frozen=True)
class Context:
    """The candidates, and how to speak of them."""

    trials: Trials

    @cached_property
    def metric(self) -> Metric:
        """The scorer."""
        return Metric(self.trials.metric)

    @cached_property
    def margin(self) -> float:
        """The largest difference of scores that makes none."""
        return margin_of(self.trials, self.metric.bounded)

    @cached_property
    def contrasts(self) -> dict[str, list[Compared]]:
        """Parameter → every contrast of its values, adjusted for the number of all of them."""
        found = [(f, c) for f in self.trials.factors for c in contrasts(self.trials, f, self.margin)]
        different = holm([c.p for _, c in found]).tolist()
        within = holm([c.p_within for _, c in found]).tolist()
        told: dict[str, list[Compared]] = {factor.name: [] for factor in self.trials.factors}
        for (factor, contrast), p, same in zip(found, different, within, strict=True):
            told[factor.name].append(Compared(factor, contrast, p, same, len(found)))
        return told

    def score(self, score: float) -> str:
        """A score in the metric's own sense."""
        return self.metric.value(score, self.margin)

    def spread(self, low: float, high: float, level: int = 95) -> str:
        """An interval of differences, in the direction that the sentence has named; nothing where it is unknown."""
        if math.isnan(low):
            return ""
        return f"{level} % interval {number(low, self.margin)} to {number(high, self.margin)}"

    @property
    def splits(self) -> str:
        """How many splits there are."""
        return f"{self.trials.n_splits} splits"


@dataclass(frozen=True)
class Compared:
    """A contrast among all contrasts of a sweep."""

    factor: Factor
    contrast: Contrast
    p: float
    """Adjusted for the number of contrasts; NaN where there is no test."""
    p_within: float
    """Of the equivalence, adjusted alike."""
    family: int
    """How many contrasts they are adjusted for."""

    @property
    def told_apart(self) -> bool:
        """Whether the difference is more than chance gives, with 5 % for all contrasts together."""
        return self.p < ALPHA

    @property
    def equivalent(self) -> bool:
        """Whether the difference is shown to be within the margin, with 5 % for all contrasts together."""
        return self.p_within < ALPHA

    @property
    def consistent(self) -> bool:
        """Whether four in five pairs of candidates agree on the better value."""
        return self.contrast.pairs >= 5 and self.contrast.won >= 0.8 * self.contrast.pairs

    def to_json(self) -> dict[str, object]:
        """Its numbers."""
        c, values = self.contrast, self.factor.values
        numbers = {
            "difference": c.difference,
            "low": c.low,
            "high": c.high,
            "standard_error": c.error,
            "p": c.p,
            "p_adjusted": self.p,
            "p_within_margin": c.p_within,
            "p_within_margin_adjusted": self.p_within,
        }
        return {
            "better": values[c.a],
            "worse": values[c.b],
            "pairs": c.pairs,
            "won": c.won,
            **{name: finite(number) for name, number in numbers.items()},
            "by_split": list(c.by_split),
        }


def adjusted(p: float, family: int) -> str:
    """An adjusted p-value in words: p = 0.02 adjusted for 9 contrasts; nothing where there is none."""
    if math.isnan(p):
        return ""
    return f"{p_value(p)} adjusted for {family} contrasts" if family > 1 else p_value(p)


def finite(number: float) -> float | None:
    """A number for JSON: None for NaN."""
    return float(number) if np.isfinite(number) else None


def bracketed(*parts: str) -> str:
    """In brackets and behind a space, without the parts that are empty; nothing if all are."""
    return f" ({', '.join(kept)})" if (kept := [part for part in parts if part]) else ""
