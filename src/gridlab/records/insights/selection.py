"""How good the winner really is: bootstrap bias-corrected cross-validation, BBC-CV.

The best of many candidates was chosen by the same scores that praise it. Tsamardinos, Greasidou and Borboudakis,
"Bootstrapping the out-of-sample predictions for efficient and accurate cross-validation" (Machine Learning 107, 2018):
draw samples with replacement, choose the candidate that is best on those drawn, by its out-of-fold predictions, and
score it on those not drawn. The mean of these scores estimates how the whole search does on new data; their percentiles
are its interval. Nothing is trained again. The interval is conservative: each score is of the third of the samples that
was not drawn, so it varies more than one of all samples would; in the simulation of the tests it never misses.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from gridlab.errors import StoreError
from gridlab.records.insights.measures import MEASURES, Measure

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gridlab.records.insights.trials import Trials
    from gridlab.records.results import Results
    from gridlab.records.truth import Truth

    Array = NDArray[Any]

BOOTSTRAPS = 500
FEWEST = 20
"""Samples below which drawing them anew says nothing."""
CELLS = 30_000_000
"""Predictions looked at, fewer where a scorer takes many passes; of more candidates the best, hardly another is ever
selected."""


class Corrected(NamedTuple):
    """The winner's score, corrected for having been selected."""

    score: float
    """Mean over the bootstraps of the selected candidate's score on the samples not drawn."""
    low: float
    high: float
    """Percentiles 2.5 and 97.5 of these scores."""
    pooled: float
    """The winner's score on all out-of-fold predictions at once, to compare `score` with."""
    stable: float
    """Share of the bootstraps that select the very same winner."""
    bootstraps: int
    candidates: int
    """How many were looked at."""
    samples: int


def bias_corrected(results: Results, trials: Trials) -> Corrected | str:
    """The selection-corrected score of the search, or why it cannot be told."""
    measure = MEASURES.get(trials.metric)
    if measure is None:
        return f"BBC-CV is not computed for {trials.metric}, only for {', '.join(sorted(MEASURES))}"
    truth = results.truth
    if truth is None:
        return (
            "the true labels that out-of-fold predictions are compared with were not recorded: by a gridlab before "
            f"0.2, or without predictions (the same run again records them in {results.name}'s folder)"
            if results.folder
            else "out-of-fold predictions are not recorded"
        )
    rows = np.concatenate(truth.rows)
    if len(np.unique(rows)) < FEWEST:
        return f"{len(np.unique(rows))} samples are too few to draw from"
    chosen = trials.order[: max(CELLS // measure.passes // len(rows), 2)]
    try:
        predicted = [_predictions(results, int(trials.candidates[row]), measure, truth) for row in chosen]
    except StoreError as error:
        return str(error)
    tables = [table for table in predicted if table is not None]
    if len(tables) < len(predicted):
        return (
            f"{len(predicted) - len(tables)} of {len(predicted)} candidates have no out-of-fold predictions on record"
        )
    return bbc(np.stack(tables), truth.y[rows], rows, measure)


def bbc(predicted: Array, y: Array, rows: Array, measure: Measure, bootstraps: int = BOOTSTRAPS) -> Corrected:
    """BBC-CV.

    Args:
        predicted: (C, n) out-of-fold predictions, the apparent winner's first.
        y: (n,) the truth.
        rows: (n,) which sample each prediction is of: one sample's are drawn together when it was predicted repeatedly.
        measure: the scorer.
        bootstraps: how often to draw.
    """
    samples, of_sample = np.unique(rows, return_inverse=True)
    n, rng = len(samples), np.random.default_rng(0)
    draws = rng.integers(0, n, (bootstraps, n))
    drawn = np.stack([np.bincount(draw, minlength=n) for draw in draws], axis=1)[of_sample]
    with np.errstate(divide="ignore", invalid="ignore"):  # of a handful of samples none may be left out, or all alike
        winners = np.nan_to_num(measure.score(predicted, y, drawn), nan=-np.inf).argmax(axis=0)
        ever, place = np.unique(winners, return_inverse=True)
        left_out = measure.score(predicted[ever], y, drawn == 0)[place, np.arange(bootstraps)]
    left_out = left_out[np.isfinite(left_out)]
    pooled = measure.score(predicted[:1], y, np.ones((len(rows), 1)))
    low, high = np.quantile(left_out, (0.025, 0.975)).tolist()
    return Corrected(
        float(left_out.mean()),
        low,
        high,
        pooled=float(pooled[0, 0]),
        stable=float((winners == 0).mean()),
        bootstraps=bootstraps,
        candidates=len(predicted),
        samples=n,
    )


def _predictions(results: Results, candidate: int, measure: Measure, truth: Truth) -> Array | None:
    """A candidate's predictions on all splits, end to end; None where they are not all there."""
    found = results.predictions(candidate, measure.takes)
    parts = []
    for split, rows in enumerate(truth.rows):
        part = found.get(split, {}).get(measure.takes)
        if part is None or len(part) != len(rows):
            return None
        if measure.takes == "proba":
            part = part[np.arange(len(rows)), truth.y[rows]].astype(np.float32)
        if part.ndim == 2 and part.shape[1] == 1:
            part = part[:, 0]
        if part.ndim != 1:
            return None
        parts.append(part)
    return np.concatenate(parts)
