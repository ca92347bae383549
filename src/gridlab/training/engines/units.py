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
    """One unit per program; cut by split where there are fewer programs than cores, which would idle.

    Lanes of one split are what a processor trains at a time, so cut this way they are the same program everywhere. A
    fit whose program nobody knows goes by its looks: with fits that differ only in real numbers that are not zero, as
    learning rates and dropout rates do, and sizes and names do not. The engine decides from the built models anyway;
    units are only what goes to a worker at a time.
    """
    names = [programs.get(fit.key) or _looks(task, fit) for fit in fits]
    parts = 1 if accelerated() else math.ceil(cpu_count() / max(len(set(names)), 1))
    units: dict[tuple[str, int], list[Fit]] = {}
    for name, fit in zip(names, fits, strict=True):
        units.setdefault((name, fit.split % parts), []).append(fit)
    return list(units.values())


def _looks(task: Task, fit: Fit) -> str:
    shared = task.recipe.shared(fit.candidate.params)
    return digest({k: _look(v) for k, v in fit.candidate.params.items() if k not in shared})


def _look(value: Any) -> Any:
    return "a real number" if isinstance(value, float) and value else value


def one_by_one(task: Task, fits: Sequence[Fit], programs: Mapping[str, str]) -> list[Unit]:
    """Every fit by itself."""
    return [(fit,) for fit in fits]
