"""Lanes and groups: which fits are one training, and which trainings are one program."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gridlab.sweep.grid import Fit, digest
from gridlab.training.engines.vmap.blueprint import Blueprint, make_blueprint
from gridlab.training.engines.vmap.reasons import Unsupported
from gridlab.training.task import Task


@dataclass(frozen=True, eq=False)
class Lane:
    """One training: fits that differ only in how many epochs it has when they are scored."""

    fits: Sequence[Fit]
    """By epochs."""
    at: Sequence[int]
    """Epochs after which each of the fits is scored."""
    blueprint: Blueprint

    @property
    def split(self) -> int:
        """The split it is trained on."""
        return self.fits[0].split

    @property
    def seed(self) -> int:
        """Of its initial weights."""
        return self.fits[0].seed

    @property
    def epochs(self) -> int:
        """How long it is trained."""
        return self.at[-1]


@dataclass(frozen=True)
class Sizes:
    """Rows of the splits that share a program: their numbers differ by one at most."""

    n: int
    """Training rows seen in an epoch: the fewest of any of the splits."""
    n_validation: int
    """Rows of the validation part, the fewest."""
    n_test: int
    """Held-out rows that are evaluated after each epoch, the fewest."""
    most_test: int
    """Held-out rows that are predicted, the most."""


@dataclass(eq=False)
class Group:
    """Lanes of one program."""

    name: str
    """The same in every process."""
    sizes: Sizes
    lanes: list[Lane] = field(default_factory=list)

    @property
    def blueprint(self) -> Blueprint:
        """The one whose model is traced."""
        return self.lanes[0].blueprint

    @property
    def weighted(self) -> bool:
        """Whether data rows count differently."""
        return getattr(self.blueprint.estimator, "class_weight", None) is not None

    def varied(self) -> list[int]:
        """The slots in which lanes differ; the others stay constants of the program."""
        values = np.array([lane.blueprint.values for lane in self.lanes])
        return [i for i in range(values.shape[1]) if np.ptp(values[:, i])]


def parts(task: Task, split: int, validation_split: float) -> tuple[NDArray[Any], NDArray[Any], NDArray[Any]]:
    """Rows of a split to train on, to validate on (the last ones, as Keras takes them), and held out."""
    train, test = task.splits.indices[split]
    cut = int(np.floor(len(train) * (1.0 - validation_split))) if validation_split else len(train)
    return train[:cut], train[cut:], test


def group(task: Task, fits: Iterable[Fit]) -> tuple[list[Group], list[tuple[Fit, str]]]:
    """Fits by the program that trains them, and those that none can train, with the reason."""
    groups: dict[str, Group] = {}
    refused: list[tuple[Fit, str]] = []
    made: dict[str, Blueprint | Unsupported] = {}
    alike, whole = _alike(task), _without_a_class(task)
    for lane_fits in _trajectories(fits):
        found = whole.get(lane_fits[0].split) or _blueprint(task, lane_fits[0], made)
        if isinstance(found, Unsupported):
            refused += [(fit, str(found)) for fit in lane_fits]
            continue
        ordered = sorted(lane_fits, key=lambda fit: task.recipe.epochs(fit.candidate.params))
        lane = Lane(ordered, [task.recipe.epochs(fit.candidate.params) for fit in ordered], found)
        same = alike[lane.split]
        name = digest([found.program, same])
        groups.setdefault(name, Group(name, _sizes(task, same, found.validation_split))).lanes.append(lane)
    traced = {id(each.blueprint) for each in groups.values()}
    for found in made.values():
        if isinstance(found, Blueprint) and id(found) not in traced:
            found.lighten()
    return list(groups.values()), refused


def _trajectories(fits: Iterable[Fit]) -> list[list[Fit]]:
    found: dict[str, list[Fit]] = {}
    for fit in fits:
        found.setdefault(fit.trajectory, []).append(fit)
    return list(found.values())


def _blueprint(task: Task, fit: Fit, made: dict[str, Blueprint | Unsupported]) -> Blueprint | Unsupported:
    """The candidate's, built once for all of its splits and epochs."""
    apart = task.recipe.shared(fit.candidate.params)
    name = digest({k: v for k, v in fit.candidate.params.items() if k not in apart})
    if name not in made:
        try:
            made[name] = make_blueprint(task, fit)
        except Unsupported as reason:
            made[name] = reason
    return made[name]


def _without_a_class(task: Task) -> dict[int, Unsupported]:
    """Splits whose network would have fewer outputs than the others'."""
    n = len(task.dataset.classes)
    found = {i: len(np.unique(task.dataset.y[train])) for i, (train, _) in enumerate(task.splits.indices)} if n else {}
    return {i: Unsupported(f"split {i} trains on {k} of the {n} classes") for i, k in found.items() if k < n}


def _alike(task: Task) -> list[tuple[int, ...]]:
    """For each split, the splits whose sizes are its own but for one row."""
    sizes = [(len(train), len(test)) for train, test in task.splits.indices]
    classes: list[list[int]] = []
    for i in sorted(range(len(sizes)), key=sizes.__getitem__):
        first = sizes[classes[-1][0]] if classes else None
        if first and all(abs(a - b) <= 1 for a, b in zip(first, sizes[i], strict=True)):
            classes[-1].append(i)
        else:
            classes.append([i])
    of = {i: tuple(members) for members in classes for i in members}
    return [of[i] for i in range(len(sizes))]


def _sizes(task: Task, splits: Sequence[int], validation_split: float) -> Sizes:
    train, validation, test = zip(*(map(len, parts(task, i, validation_split)) for i in splits), strict=True)
    return Sizes(min(train), min(validation), min(test), max(test))
