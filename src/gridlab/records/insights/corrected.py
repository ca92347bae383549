"""Means over the splits of a cross-validation, their variance corrected for training sets that overlap.

The scores of J splits are not independent: their training sets share rows. Nadeau and Bengio, "Inference for the
Generalization Error" (Machine Learning 52, 2003), estimate the variance of the mean by (1/J + n_test/n_train)·s², with
s² the sample variance over the splits, and take Student's t with J − 1 degrees of freedom.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from scipy import stats

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    Floats = NDArray[np.float64]

LEVEL = 0.95
"""Of every interval, unless it is said otherwise."""


class Estimate(NamedTuple):
    """Means over the splits; every field has the shape (…) of what was averaged."""

    mean: Floats
    error: Floats
    """Corrected standard error; NaN with fewer than two splits."""
    low: Floats
    high: Floats
    """Ends of the interval; NaN, as the p-value, where no spread is seen around a mean that is not zero."""
    p: Floats
    """Two-sided p-value of the mean being zero."""


def estimate(values: ArrayLike, ratio: float, level: float = LEVEL) -> Estimate:
    """Mean over the splits with its corrected standard error, interval and test.

    Args:
        values: (…, J) a score, or a difference of scores, on each of J splits.
        ratio: rows scored on divided by rows trained on: 1/(J−1) for plain J-fold cross-validation.
        level: of the interval.
    """
    values = np.asarray(values, dtype=np.float64)
    splits = values.shape[-1]
    if splits < 2:
        mean = values.sum(axis=-1) if splits else np.full(values.shape[:-1], np.nan)
        unknown = np.full(mean.shape, np.nan)
        return Estimate(mean, unknown, unknown, unknown, unknown)
    mean = values.mean(axis=-1)
    spread = values.std(axis=-1, ddof=1)
    # What floating point leaves of equal numbers is no spread.
    spread = np.where(spread <= 1e-12 * np.maximum(np.abs(values).max(axis=-1), 1e-300), 0.0, spread)
    error = np.sqrt(1 / splits + ratio) * spread
    half = stats.t.ppf((1 + level) / 2, splits - 1) * error
    half = np.where((error > 0) | (mean == 0), half, np.nan)
    return Estimate(mean, error, mean - half, mean + half, _two_sided(mean, error, splits - 1))


def within(found: Estimate, margin: float, splits: int) -> Floats:
    """p-value of the mean lying outside ±margin: two one-sided tests (Schuirmann 1987), on the corrected error.

    Args:
        found: differences.
        margin: the largest difference that makes no difference.
        splits: how many splits the estimate comes from.
    """
    if splits < 2:
        return np.full(found.mean.shape, np.nan)
    with np.errstate(divide="ignore", invalid="ignore"):
        nearest = (margin - np.abs(found.mean)) / found.error
    p = np.where(found.mean == 0, 0.0, np.nan)  # differences that are all zero are within any margin
    return np.where(found.error > 0, stats.t.sf(nearest, splits - 1), p)


def holm(p: ArrayLike) -> Floats:
    """p-values adjusted for their number by Holm's step-down method (1979); NaN is no test and stays NaN.

    >>> holm([0.01, 0.04, 0.03]).round(3).tolist()
    [0.03, 0.06, 0.06]
    """
    p = np.asarray(p, dtype=np.float64)
    adjusted = np.full(p.shape, np.nan)
    tested = np.flatnonzero(~np.isnan(p))
    order = tested[np.argsort(p[tested], kind="stable")]
    steps = p[order] * np.arange(len(order), 0, -1)
    adjusted[order] = np.minimum(np.maximum.accumulate(steps), 1.0) if len(order) else steps
    return adjusted


def _two_sided(mean: Floats, error: Floats, freedom: int) -> Floats:
    with np.errstate(divide="ignore", invalid="ignore"):
        p = 2 * stats.t.sf(np.abs(mean) / error, freedom)
    return np.where(error > 0, p, np.where(mean == 0, 1.0, np.nan))
