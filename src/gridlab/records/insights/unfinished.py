"""Still improving when it stopped: the held-out curves of the best candidates over their last epochs."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from gridlab.records.insights.corrected import estimate

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from gridlab.records.insights.trials import Trials
    from gridlab.records.results import Results

    Floats = NDArray[np.float64]

BEST = 10
"""Candidates whose curves are looked at."""
SHORTEST = 8
"""Epochs below which a curve has no end to speak of."""
HELD_OUT = ("test_", "val_")
"""Prefixes of curves on rows that were not trained on, the split's own first."""


class Ending(NamedTuple):
    """How the held-out curves of the best candidates end."""

    series: str
    """The curve's name."""
    falls: bool
    """Whether less is better: a loss."""
    first: int
    last: int
    """The epochs looked at, counted from 1: a quarter of them, the last but one at the end."""
    epochs: int
    """Epochs of the longest of these curves."""
    gain: float
    """How much better the straight line through these epochs becomes along them; mean over candidates and splits."""
    low: float
    high: float
    """Its 95 % interval over the splits; NaN with under two."""
    improving: int
    fits: int
    """Fits that become better along these epochs, and fits that were looked at."""
    candidates: tuple[int, ...]
    """Their numbers in the plan."""
    curve: tuple[float, ...]
    """The mean curve of these fits."""


def ending(results: Results, trials: Trials) -> Ending | str:
    """How the best candidates' curves end, or why that cannot be said. Fits that stopped by themselves do not count.

    Nor does the very last epoch: candidates are the best by what they scored after it, so luck has lifted it.
    """
    chosen = [int(trials.candidates[row]) for row in trials.order[:BEST]]
    fits = [(s, fit.curves) for i in chosen for s, fit in results.fits_of(i) if fit.curves]
    if not fits:
        return "no learning curves were recorded of the best candidates"
    series = _series(fits[0][1], trials.metric)
    if series is None:
        return "no curve on held-out rows was recorded"
    longest = max(len(curves.get(series, ())) for _, curves in fits)
    if longest < SHORTEST:
        return f"{longest} epochs are too few to say how a curve ends"
    window = max(longest // 4, 4)
    whole = [(s, np.array(c[series], dtype=np.float64)) for s, c in fits if len(c.get(series, ())) == longest]
    whole = [(s, curve) for s, curve in whole if not np.isnan(curve).any()]
    if 2 * len(whole) < len(fits):
        return f"most of the best candidates' fits ended before epoch {longest}, or have gaps in their curves"
    falls = "loss" in series or "error" in series
    gains = np.array([_gain(curve[-window - 1 : -1]) * (-1 if falls else 1) for _, curve in whole])
    split = np.array([s for s, _ in whole])
    by_split = [gains[split == s].mean() for s in np.unique(split)]
    found = estimate(by_split, trials.ratio)
    return Ending(
        series,
        falls,
        longest - window,
        longest - 1,
        longest,
        float(found.mean),
        float(found.low),
        float(found.high),
        int((gains > 0).sum()),
        len(gains),
        tuple(chosen),
        tuple(np.mean([curve for _, curve in whole], axis=0).tolist()),
    )


def _series(curves: Mapping[str, Sequence[float | None]], metric: str) -> str | None:
    """The held-out curve of the metric itself, or of the loss."""
    names = (f"{prefix}{name}" for name in (metric.removeprefix("neg_"), "loss") for prefix in HELD_OUT)
    return next((name for name in names if name in curves), None)


def _gain(last: Floats) -> float:
    """The rise of the least-squares line from the first of these values to the last."""
    place = np.arange(len(last)) - (len(last) - 1) / 2
    return float(place @ last / (place @ place)) * (len(last) - 1)
