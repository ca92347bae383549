"""Which candidates are drawn when a browser cannot draw all: the best, the worst, a fair share of the rest."""

from __future__ import annotations

import itertools
import random
from collections.abc import Sequence
from typing import NamedTuple


class Sample(NamedTuple):
    """The candidates to draw, in the order in which they came."""

    indices: list[int]
    best: int
    """How many of them were kept because they are the best."""
    worst: int
    """How many because they are the worst."""


def sample(ranked: Sequence[int], unscored: Sequence[int], limit: int) -> Sample:
    """At most `limit` of the candidates: a quarter of the places for the best, a twentieth for the worst, the others
    spread evenly over the ranks between; candidates without a score keep their share, a twentieth at most.

    Args:
        ranked: candidates with a score, best first.
        unscored: failed and pending ones.
        limit: how many to keep.
    """
    if len(ranked) + len(unscored) <= limit:
        return Sample([*ranked, *unscored], len(ranked), 0)
    silent = _spread(unscored, max(limit // 20, limit - len(ranked)))
    room = limit - len(silent)
    if len(ranked) <= room:
        return Sample([*ranked, *silent], len(ranked), 0)
    best, worst = room // 4, room // 20
    middle = _spread(ranked[best : len(ranked) - worst], room - best - worst)
    return Sample([*ranked[:best], *middle, *ranked[len(ranked) - worst :], *silent], best, worst)


def _spread(items: Sequence[int], n: int) -> list[int]:
    """One item from each of n equal stretches of the list, drawn at random from a fixed seed.

    Drawn, not every k-th: among equal scores the list follows the grid, and a stride would pick the same values of its
    fastest axis again and again.
    """
    if len(items) <= n:
        return list(items)
    draw = random.Random(len(items))
    edges = [i * len(items) // n for i in range(n + 1)]
    return [items[draw.randrange(low, high)] for low, high in itertools.pairwise(edges)]
