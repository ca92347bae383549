"""Seats: lanes laid out in a program's rectangle, with the weights, numbers and noise that they start with."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from numpy.typing import NDArray

from gridlab.sweep.grid import Fit, digest
from gridlab.training.engines.vmap.callbacks import LaneCallbacks
from gridlab.training.engines.vmap.compiled import Compiled
from gridlab.training.engines.vmap.lanes import Lane, parts
from gridlab.training.engines.vmap.program import State
from gridlab.training.task import Task


@dataclass(frozen=True, eq=False)
class Row:
    """Lanes that share batches and noise."""

    seed: int
    """Of both."""
    lanes: Sequence[Lane]
    """All of one split; where the rectangle is wider, the first one fills it up."""

    filler: bool = False
    """Whether it only fills up the rectangle."""

    @property
    def split(self) -> int:
        """The split."""
        return self.lanes[0].split

    def at(self, place: int) -> Lane:
        """The lane at a place of the rectangle."""
        return self.lanes[place] if place < len(self.lanes) else self.lanes[0]


@dataclass(eq=False)
class Seat:
    """A lane in training, and what has become of it so far."""

    lane: Lane
    place: tuple[int, int]
    """Row and column of the rectangle."""
    callbacks: LaneCallbacks
    curves: dict[str, list[float]] = field(default_factory=dict)
    running: bool = True
    diverged: int | None = None
    """The epoch after which its loss was no number any more."""
    fit_time: float = 0.0
    score_time: float = 0.0


@dataclass(frozen=True, eq=False)
class Reached:
    """A fit at its end."""

    fit: Fit
    seat: Seat
    epochs: int
    output: NDArray[Any] | None
    """(n_test, …) what the network said of the held-out rows; None if the training diverged."""


class Layout:
    """A rectangle's rows, and arrays over them."""

    def __init__(self, rows: Sequence[Row], compiled: Compiled) -> None:
        self._rows, self._compiled = rows, compiled
        self._shape = compiled.program.shape

    def seats(self) -> list[Seat]:
        """One for each lane; those that only fill the rectangle up have none."""
        rows = [(i, row) for i, row in enumerate(self._rows) if not row.filler]
        return [self._seat(lane, (i, j)) for i, row in rows for j, lane in enumerate(row.lanes)]

    def _seat(self, lane: Lane, place: tuple[int, int]) -> Seat:
        model, plan = self._compiled.group.blueprint.model, lane.blueprint
        return Seat(lane, place, LaneCallbacks(plan.callbacks, model, plan.learning_rate, plan.epochs))

    def over(self, value: Callable[[Lane], Any]) -> NDArray[Any]:
        """(rows, lanes, …) of a value of each lane."""
        return np.array([[value(row.at(j)) for j in range(self._shape.lanes)] for row in self._rows])

    def numbers(self) -> list[jax.Array]:
        """(rows, lanes) for each slot in which lanes differ."""
        values = self.over(lambda lane: [lane.blueprint.values[slot] for slot in self._compiled.varied])
        return [jnp.asarray(values[..., i].astype(np.float32)) for i in range(values.shape[-1])]

    def weights(self, task: Task) -> jax.Array | None:
        """(rows, lanes, n) what each data row counts for in each lane, by `class_weight`."""
        return jnp.asarray(self.over(lambda lane: _counts(task, lane))) if self._compiled.group.weighted else None

    def start(self) -> State:
        """The state of all lanes before the first step."""
        shape, program, group = self._shape, self._compiled.program, self._compiled.group
        lanes = (shape.rows, shape.lanes)
        drawn = group.blueprint.initial.values(self.over(lambda lane: lane.seed).ravel().tolist())
        weights = [jnp.asarray(value.reshape((*lanes, *value.shape[1:]))) for value in drawn]
        n = len(weights) - program.n_states
        optimizer = [jnp.asarray(np.broadcast_to(v, (*lanes, *v.shape))) for v in program.optimizer_start()]
        if (at := program.learning_rate_at) is not None:
            optimizer[at] = jnp.asarray(self.over(lambda lane: lane.blueprint.learning_rate), optimizer[at].dtype)
        return State(weights[:n], weights[n:], optimizer, [self._noise(i) for i in range(program.n_generators)])

    def _noise(self, generator: int) -> jax.Array:
        """(rows, 2): where a generator starts in each row."""
        seeds = [int(digest(["noise", row.seed, generator]), 16) % 2**32 for row in self._rows]
        return jnp.asarray(np.array([[seed, 0] for seed in seeds], dtype=np.uint32))


def _counts(task: Task, lane: Lane) -> NDArray[np.float32]:
    """(n,) what the data rows of a lane's split count for; the others are never asked."""
    blueprint = lane.blueprint
    train, validation, _ = parts(task, lane.split, blueprint.validation_split)
    rows = np.concatenate([train, validation])
    counts = np.zeros(len(task.dataset.y), np.float32)
    counts[rows] = blueprint.row_weights(task.dataset.y[rows])
    return counts
