"""Leaderboard: candidates with their intervals, those that cannot be told from the best, the cheapest good one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from gridlab.records.cv_results import rank
from gridlab.records.insights.corrected import estimate, holm
from gridlab.records.insights.insight import Leader

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any

    from gridlab.records.insights.trials import Floats, Trials

ALPHA = 0.05
"""Adjusted p-value below which a candidate is told from the best."""


def leaders(trials: Trials, params: Sequence[Mapping[str, Any]]) -> tuple[Leader, ...]:
    """The candidates, best first.

    Args:
        trials: the candidates.
        params: the parameters of every candidate of the plan.
    """
    if not len(trials):
        return ()
    found, p, cheap = estimate(trials.splits, trials.ratio), from_best(trials), cheapest(trials)
    low, high = (np.clip(end, *trials.bounds) for end in (found.low, found.high))
    ranks = rank(trials.mean)
    return tuple(
        Leader(
            candidate=int(trials.candidates[row]),
            rank=int(ranks[row]),
            params=dict(params[trials.candidates[row]]),
            mean=float(trials.mean[row]),
            low=known(low[row]),
            high=known(high[row]),
            splits=tuple(trials.splits[row].tolist()),
            time=known(trials.time[row]),
            tied=_tied(row == trials.best, p[row]),
            p=known(p[row]),
            cheapest=row == cheap,
        )
        for row in trials.order.tolist()
    )


def from_best(trials: Trials) -> Floats:
    """(n,): adjusted p-value of each candidate's difference from the best, split by split; NaN for the best.

    The corrected paired t-test against the best, adjusted by Holm's method. The best was chosen by these very scores,
    which flatter it: what is told from it here may be no worse.
    """
    p = estimate(trials.splits[trials.best] - trials.splits, trials.ratio).p.copy()
    p[trials.best] = np.nan
    return holm(p)


def cheapest(trials: Trials) -> int | None:
    """The row of the fastest candidate within one corrected standard error of the best; None where it is not known.

    The one-standard-error rule of Breiman, Friedman, Olshen and Stone (1984), with seconds of a fit for complexity.
    """
    error = estimate(trials.splits[trials.best], trials.ratio).error
    good = trials.mean >= trials.mean[trials.best] - error
    times = np.where(good & ~np.isnan(trials.time), trials.time, np.inf)
    return int(times.argmin()) if np.isfinite(times).any() else None


def known(value: float) -> float | None:
    """A number, or None for NaN."""
    return None if np.isnan(value) else float(value)


def _tied(best: bool, p: float) -> bool | None:
    if best:
        return True
    return None if np.isnan(p) else bool(p >= ALPHA)
