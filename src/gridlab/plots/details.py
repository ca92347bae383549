"""What a page keeps of single candidates: learning curves and confusion matrices, of as many as fit."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from gridlab.plots.sampling import sample
from gridlab.records.outcomes import confusion_matrix, outcomes

if TYPE_CHECKING:
    from gridlab.records.results import Results

MOST = 150
"""Candidates whose curves are kept, at most."""
NUMBERS = 300_000
"""Numbers in all of these curves together: about two megabytes."""
POINTS = 100
"""Epochs of a curve that are kept; of longer ones every second, third, …, and the last."""
MOST_CLASSES = 30
"""Classes whose confusion can still be read as a picture."""
ROWS = 5_000_000
"""Predictions that are read for confusion matrices: about a second's work."""


class Curves(NamedTuple):
    """The learning curves of one candidate."""

    epochs: tuple[int, ...]
    """From 1."""
    series: dict[str, list[list[float | None]]]
    """Series (`loss`, `test_loss`, …) → for each split a value at each of the epochs, to four digits; empty lists for
    splits that have none."""


class Details(NamedTuple):
    """What can be seen of single candidates."""

    curves: dict[int, Curves]
    """Candidate → its learning curves."""
    confusion: dict[int, list[list[int]]]
    """Candidate → counts, a row for each true label, a column for each predicted one."""
    note: str
    """Which candidates these are; empty where they are all."""


def details(results: Results, ranked: Sequence[int]) -> Details:
    """Gather curves and confusion matrices: of all candidates, or of the best, the worst and a sample between.

    Args:
        results: a sweep, finished or not.
        ranked: candidates with a score, best first.
    """
    kept = sample(ranked, [], _room(results, ranked)).indices
    curves = dict(_curves(results, kept))
    confusion = dict(_confusions(results, kept))
    return Details(curves, confusion, _note(len(ranked), len(curves), len(confusion)))


def _room(results: Results, ranked: Sequence[int]) -> int:
    """How many candidates' curves may be kept, judged by the longest of the first few."""
    few = results.curves(ranked[:5])
    size = max((part.size for _, part in few.groupby("candidate")), default=1)
    return max(20, min(MOST, NUMBERS // size))


def _curves(results: Results, kept: Sequence[int]) -> Iterator[tuple[int, Curves]]:
    table = results.curves(kept)
    names = [name for name in table.columns if name not in ("candidate", "split", "epoch")]
    for candidate, part in table.groupby("candidate", sort=False):
        splits = {int(split): rows for split, rows in part.groupby("split")}
        length = max(len(rows) for rows in splits.values())
        step = -(-length // POINTS)
        places = sorted(range(length - 1, -1, -step))
        own = [name for name in names if part[name].notna().any()]
        series = {name: [_thinned(splits.get(s), name, places) for s in range(max(splits) + 1)] for name in own}
        yield int(candidate), Curves(tuple(place + 1 for place in places), series)


def _thinned(rows: Any, name: str, places: Sequence[int]) -> list[float | None]:
    if rows is None or rows[name].isna().all():
        return []
    values = rows[name].tolist()
    return [rounded(values[place]) if place < len(values) else None for place in places]


def _confusions(results: Results, kept: Sequence[int]) -> Iterator[tuple[int, list[list[int]]]]:
    n_classes = len((results.info.get("data") or {}).get("classes") or ())
    if not 2 <= n_classes <= MOST_CLASSES:
        return
    left = ROWS
    for candidate in kept:
        found = outcomes(results, candidate, proba=False) if left > 0 else None
        if found is None:
            return
        left -= len(found.rows)
        yield candidate, confusion_matrix(found, n_classes).tolist()


def rounded(value: float, digits: int = 4) -> float | None:
    """A number to so many significant digits; None for NaN and infinities, which JSON has no word for."""
    return float(f"{value:.{digits}g}") if np.isfinite(value) else None


def _note(n_ranked: int, n_curves: int, n_confusions: int) -> str:
    """Which candidates can be looked at."""
    if not n_curves and not n_confusions:
        return ""
    parts = [f"learning curves of {n_curves:,}"] if n_curves < n_ranked and n_curves else []
    parts += [f"predictions of {n_confusions:,}"] if n_confusions < n_ranked and n_confusions else []
    if not parts:
        return ""
    held = " and the ".join(parts)
    return f"Of {n_ranked:,} candidates this page holds the {held}: the best, the worst, and a sample between."
