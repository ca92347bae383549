"""Functional ANOVA on a full grid: the share of the variance between candidates that parameters and pairs explain.

On a full grid the decomposition is exact (Hooker 2007; Hutter, Hoos and Leyton-Brown, "An Efficient Approach for
Assessing Hyperparameter Importance", 2014): every value counts alike, and the shares of all main effects, pairs and
higher orders add up to one. A part of each is noise: were nothing to matter, candidates would differ all the same.
"""

from __future__ import annotations

import itertools
import math
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from gridlab.records.insights.trials import Trials

    Floats = NDArray[np.float64]

MOST_FACTORS = 30
"""Beyond it pairs are too many to look at, and no full grid has so many."""


class Shares(NamedTuple):
    """Shares of the variance of the candidates' mean scores over a full grid."""

    variance: float
    """The population variance of the candidates' means."""
    main: Mapping[str, float]
    """Parameter → its main effect's share, from 0 to 1."""
    pairs: Mapping[tuple[str, str], float]
    """Two parameters → the share of their interaction, their main effects taken off."""
    higher: float
    """What is left to three and more parameters."""
    noise: float | None
    """The share that the noise over the splits is expected to have in the whole; None with fewer than two splits."""
    by_noise: Mapping[tuple[str, ...], float]
    """One or two parameters → the share that noise alone is expected to give them; empty where it is unknown."""


def is_full_grid(trials: Trials) -> bool:
    """Whether every combination of the values of all parameters was tried once."""
    if not trials.factors or len(trials.factors) > MOST_FACTORS or not all(f.complete for f in trials.factors):
        return False
    sizes = [len(factor.values) for factor in trials.factors]
    if math.prod(sizes) != len(trials):
        return False
    cells = np.ravel_multi_index([factor.codes for factor in trials.factors], sizes)
    return len(np.unique(cells)) == len(trials)


def on_grid(trials: Trials, values: Floats) -> Floats:
    """Values of the candidates, (n, …), laid out as the grid: one axis a parameter, then the rest."""
    grid = np.empty((*(len(factor.values) for factor in trials.factors), *values.shape[1:]))
    grid[tuple(factor.codes for factor in trials.factors)] = values
    return grid


def exact_shares(trials: Trials) -> Shares | None:
    """The decomposition of a full grid; None where all candidates have the same score."""
    names = [factor.name for factor in trials.factors]
    scores = on_grid(trials, trials.mean)
    variance = float(scores.var())
    if variance <= 1e-24 * max(1.0, float(np.abs(scores).max()) ** 2):
        return None
    axes = range(len(names))
    main = {i: float(_margin(scores, i).var()) / variance for i in axes}
    pairs = {
        (i, j): max(float(_margin(scores, i, j).var()) / variance - main[i] - main[j], 0.0)
        for i, j in itertools.combinations(axes, 2)
    }
    noise = noise_variance(trials)
    share = None if noise is None else noise * (1 - 1 / len(trials)) / variance
    freedom: dict[tuple[int, ...], int] = {(i,): scores.shape[i] - 1 for i in axes}
    freedom |= {(i, j): (scores.shape[i] - 1) * (scores.shape[j] - 1) for i, j in pairs}
    return Shares(
        variance=variance,
        main={names[i]: found for i, found in main.items()},
        pairs={(names[i], names[j]): found for (i, j), found in pairs.items()},
        higher=max(1.0 - sum(main.values()) - sum(pairs.values()), 0.0),
        noise=share,
        by_noise={}
        if share is None
        else {tuple(names[i] for i in effect): share * df / (len(trials) - 1) for effect, df in freedom.items()},
    )


def noise_variance(trials: Trials) -> float | None:
    """Variance of a candidate's mean around what it would be with other splits and seeds; None with under two splits.

    What is left of the scores when each candidate's mean and each split's mean are taken off, divided by the splits.
    """
    n, splits = trials.splits.shape
    if splits < 2 or n < 2:
        return None
    rest = trials.splits - trials.mean[:, np.newaxis] - trials.splits.mean(axis=0) + trials.splits.mean()
    return float((rest**2).sum() / ((n - 1) * (splits - 1) * splits))


def _margin(scores: Floats, *kept: int) -> Floats:
    """Mean over all axes but these."""
    found: Floats = scores.mean(axis=tuple(i for i in range(scores.ndim) if i not in kept))
    return found
