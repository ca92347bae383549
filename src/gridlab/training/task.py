"""Task: the learning problem that all fits of a sweep share (data, splits, recipe, scorers), as sent to workers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from gridlab.training.asked import Asked
    from gridlab.training.datasets.dataset import Dataset
    from gridlab.training.folds import Splits
    from gridlab.training.given import Given
    from gridlab.training.recipe import Recipe


@dataclass(frozen=True)
class Task:
    """What a fit needs to know beside its own parameters, split and seed."""

    dataset: Dataset
    """Or, where scikit-learn's own fit-and-score trains, a `Given`."""
    splits: Splits
    recipe: Recipe
    metrics: Sequence[str]
    """Names of scikit-learn scorers; the first is the one that ranks, unless the sweep says otherwise."""
    curves: bool = True
    """Whether the held-out split is evaluated after every epoch."""
    train_scores: bool = False
    """Whether estimators that are no networks are scored on their training rows too."""
    verbose: bool = False
    asked: Asked | None = None
    """How scikit-learn's own fit-and-score is to be called; for the engine that leaves fits to it."""
    seed: int = 0
    """The sweep's; engines draw from it what the fits of a split have in common."""
    common_random_numbers: bool = True
    """Whether the candidates of a split see the same batches and the same noise, where an engine can arrange that."""
    memory: int | None = None
    """Bytes that training may take altogether; None leaves it to the engine."""
    workers: int = 1
    """Processes that share the machine."""

    def stored(self, folder: Path) -> StoredTask:
        """The task with its arrays on disk, so that workers map them instead of each holding a copy."""
        without = replace(self, dataset=None, splits=None)  # type: ignore[arg-type]
        return StoredTask(without, type(self.dataset), self.dataset.save(folder), self.splits)


@dataclass(frozen=True)
class StoredTask:
    """A task to be sent to another process of this machine."""

    task: Task
    kind: type[Dataset] | type[Given]
    data: Path
    """What its `save` wrote."""
    splits: Splits

    def open(self) -> Task:
        """The task again, its data memory-mapped."""
        return replace(self.task, dataset=self.kind.open(self.data), splits=self.splits)  # type: ignore[arg-type]
