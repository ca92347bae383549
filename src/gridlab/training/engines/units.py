"""Fits into units of work, without loading what trains them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from gridlab.sweep.grid import digest

if TYPE_CHECKING:
    from gridlab.sweep.grid import Fit
    from gridlab.training.engines import Unit
    from gridlab.training.task import Task


def by_trajectory(task: Task, fits: Sequence[Fit]) -> list[Unit]:
    """One unit per training: fits that differ only in where on the way they are scored."""
    units: dict[str, list[Fit]] = {}
    for fit in fits:
        units.setdefault(fit.trajectory, []).append(fit)
    return list(units.values())


def by_looks(task: Task, fits: Sequence[Fit]) -> list[Unit]:
    """One unit per network, as far as parameters tell: fits that differ only in real numbers that are not zero.

    Learning rates and dropout rates are such numbers, sizes and names are none. Which fits are one program the engine
    decides from the built models; units are only what goes to a worker at a time.
    """
    units: dict[str, list[Fit]] = {}
    for fit in fits:
        shared = task.recipe.shared(fit.candidate.params)
        looks = {k: _looks(v) for k, v in fit.candidate.params.items() if k not in shared}
        units.setdefault(digest(looks), []).append(fit)
    return list(units.values())


def _looks(value: Any) -> Any:
    return "a real number" if isinstance(value, float) and value else value


def one_by_one(task: Task, fits: Sequence[Fit]) -> list[Unit]:
    """Every fit by itself."""
    return [(fit,) for fit in fits]
