"""Words: numbers as a reader wants them, and scores by the name of what they measure."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, NamedTuple

from gridlab.sweep.plain import shown

BOUNDED = (
    "accuracy",
    "average_precision",
    "balanced_accuracy",
    "f1",
    "jaccard",
    "precision",
    "recall",
    "roc_auc",
    "top_k_accuracy",
)
"""How the names of scorers begin that run from 0 to 1: a hundredth of them is a percentage point."""


MOST_VALUES = 8
"""Values that a sentence names one by one."""


class Metric(NamedTuple):
    """A scorer, as sentences speak of it: scorers that are negated errors are turned round, and less is better."""

    name: str

    @property
    def negated(self) -> bool:
        """Whether the scorer is an error with a minus before it."""
        return self.name.startswith("neg_")

    @property
    def said(self) -> str:
        """mean squared error, for neg_mean_squared_error."""
        return self.name.removeprefix("neg_").replace("_", " ")

    @property
    def bounded(self) -> bool:
        """Whether it runs from 0 to 1."""
        return self.name.startswith(BOUNDED)

    def value(self, score: float, unit: float) -> str:
        """A score in the metric's own sense, with as many digits as `unit`, a difference worth telling, calls for."""
        return number(-score + 0.0 if self.negated else score, unit)

    def interval(self, low: float, high: float, unit: float) -> str:
        """Both ends, the smaller first."""
        ends = sorted((-low, -high)) if self.negated else [low, high]
        return f"{number(ends[0], unit)} to {number(ends[1], unit)}"

    def better(self, difference: float, unit: float) -> str:
        """How much better a score is: "accuracy higher by 0.012", "mean squared error lower by 0.4"."""
        return f"{self.said} {'lower' if self.negated else 'higher'} by {number(abs(difference), unit)}"


def number(value: float, unit: float) -> str:
    """A number to two digits of `unit`: the unit is a standard error, or a small difference.

    >>> number(0.94546466, 0.0068), number(1234.5, 20.0), number(0.0, 0.01)
    ('0.9455', '1234', '0.000')
    """
    if not math.isfinite(unit) or unit <= 0:
        return f"{value:.4g}"
    digits = 1 - math.floor(math.log10(unit))
    if digits > 12:
        return f"{value:.2e}"
    text = f"{value:.{max(digits, 0)}f}"
    return text.removeprefix("-") if float(text) == 0 else text


def percent(share: float) -> str:
    """A share in whole per cent; small ones are not nothing.

    >>> percent(0.613), percent(0.004), percent(0.0)
    ('61 %', 'under 1 %', '0 %')
    """
    return "under 1 %" if 1e-9 < share < 0.01 else f"{100 * share:.0f} %"


def p_value(p: float) -> str:
    """ "p = 0.013", "p < 0.001"."""
    return "p < 0.001" if p < 0.001 else f"p = {p:.2g}" if p < 0.1 else f"p = {p:.2f}"


def listed(parts: Sequence[str]) -> str:
    """a, b and c."""
    return " and ".join(filter(None, [", ".join(parts[:-1]), *parts[-1:]]))


def counted(n: int, noun: str) -> str:
    """1 candidate, 2 candidates, 1,000 candidates."""
    return f"{n:,} {noun}{'' if n == 1 else 's'}"


def value(of: Any) -> str:
    """A parameter's value in a sentence: text without quotation marks, on one line, cut where it is long."""
    if isinstance(of, float):
        return f"{of:.6g}"
    if isinstance(of, bool | int) or of is None:
        return str(of)
    text = of if isinstance(of, str) else shown(of)
    text = "".join(letter if letter.isprintable() else " " for letter in text)
    return text if len(text) <= 60 else f"{text[:60]}…"
