"""Fits into units of work, without loading what trains them: (task, fits, key → program, where known) → units."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from joblib import cpu_count

from gridlab.sweep.grid import digest
from gridlab.training.machine import accelerated

if TYPE_CHECKING:
    from gridlab.sweep.grid import Fit
    from gridlab.training.engines import Unit
    from gridlab.training.task import Task


def by_trajectory(task: Task, fits: Sequence[Fit], programs: Mapping[str, str]) -> list[Unit]:
    """One unit per training: fits that differ only in where on the way they are scored."""
    units: dict[str, list[Fit]] = {}
    for fit in fits:
        units.setdefault(fit.trajectory, []).append(fit)
    return list(units.values())


def by_program(task: Task, fits: Sequence[Fit], programs: Mapping[str, str]) -> list[Unit]:
    """One unit per program; cut into parts where there are fewer programs than cores, which would idle.

    A program is cut by split, or by lane where that makes more even parts: like cards that are dealt, so that a part
    does not hold the neighbours in the grid, whose common number would make another program. A fit whose program nobody
    knows goes by its looks: with fits that differ only in real numbers that are not zero, as learning rates and dropout
    rates do, and sizes and names do not. The engine decides from the built models anyway; units are only what goes to a
    worker at a time.
    """
    together: dict[str, list[Fit]] = {}
    for fit in fits:
        together.setdefault(programs.get(fit.key) or _looks(task, fit), []).append(fit)
    parts = 1 if accelerated() else math.ceil(cpu_count() / max(len(together), 1))
    return [unit for some in together.values() for unit in _cut(task, some, parts)]


def _cut(task: Task, fits: Sequence[Fit], parts: int) -> list[Unit]:
    """The fits of a program in parts, none empty."""
    lanes, splits = [_lane(task, fit) for fit in fits], [fit.split for fit in fits]
    n, m = len(set(lanes)), len(set(splits))
    by_lane = math.ceil(n / parts) * m < math.ceil(m / parts) * n
    ranks = {cut: i for i, cut in enumerate(dict.fromkeys(lanes if by_lane else splits))}
    units: dict[int, list[Fit]] = {}
    for fit, cut in zip(fits, lanes if by_lane else splits, strict=True):
        units.setdefault(ranks[cut] % parts, []).append(fit)
    return list(units.values())


def _lane(task: Task, fit: Fit) -> str:
    """What of a candidate is one training on a split."""
    shared = task.recipe.shared(fit.candidate.params)
    return digest({k: v for k, v in fit.candidate.params.items() if k not in shared})


def _looks(task: Task, fit: Fit) -> str:
    shared = task.recipe.shared(fit.candidate.params)
    return digest({k: _look(v) for k, v in fit.candidate.params.items() if k not in shared})


def _look(value: Any) -> Any:
    return "a real number" if isinstance(value, float) and value else value


def one_by_one(task: Task, fits: Sequence[Fit], programs: Mapping[str, str]) -> list[Unit]:
    """Every fit by itself."""
    return [(fit,) for fit in fits]
