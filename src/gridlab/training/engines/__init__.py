"""ENGINES: how units of work are trained, and what each engine needs to be asked.

To add one: a class with the methods of `Engine` in a file of its own here, a line in the table, and the contract test
(`tests/training/engines/contract.py`) run on it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

if TYPE_CHECKING:
    from gridlab.records.record import FitRecord
    from gridlab.sweep.grid import Fit
    from gridlab.training.task import Task

Unit = Sequence["Fit"]
"""Fits that are trained together, in one call, in one process."""


class Trained(NamedTuple):
    """What is left of a fit: its record and, by name, the arrays of its out-of-fold predictions."""

    record: FitRecord
    predictions: Mapping[str, Any] | None
    """`label` (codes of the predicted classes) and `proba`, or `value` for regression; None when it failed."""
    outcome: Any = None
    """What scikit-learn's own fit-and-score answered, or the exception it ended with; None from the other engines."""


class Progress(NamedTuple):
    """How far work is that is under way."""

    begun: float
    """Fits' worth of training behind fits that are not done yet: two fits, each half trained, are one."""


class Lost(NamedTuple):
    """Fits of which nothing came, because what trained them died, twice."""

    fits: Unit
    error: str


class Engine(Protocol):
    """Trains units of work; lives in the process that trains."""

    def __init__(self, task: Task) -> None: ...

    def train(self, unit: Unit) -> Iterator[Trained | Progress]:
        """One `Trained` for each fit of the unit, in any order; a fit that fails is a record with its error.

        None for a fit that is only `Beside` the others.

        An engine that trains many fits at once says in between how far it is.
        """


@dataclass(frozen=True)
class EngineEntry:
    """A line of the table: what is known of an engine without loading it."""

    factory: str
    """"module:class" of the `Engine`, imported on first use by the process that trains."""
    backend: str
    """The Keras backend it runs on, one to a process; "" where that is not the engine's to say."""
    units: str
    """"module:function" that groups fits into units: (task, fits, fit key -> program, where known) -> list of units."""
    units_per_worker: int = 12
    """Units that make a further worker worth its start, which takes some ten seconds of importing TensorFlow."""
    together: bool = False
    """Whether the last digits of a fit depend on which others are in its unit."""
    files: bool = True
    """Whether a sweep file may name it."""


ENGINES: dict[str, EngineEntry] = {
    "estimator": EngineEntry(
        factory="gridlab.training.engines.estimator:EstimatorEngine",
        backend="tensorflow",
        units="gridlab.training.engines.units:one_by_one",
    ),
    "single": EngineEntry(
        factory="gridlab.training.engines.single:SingleEngine",
        backend="tensorflow",
        units="gridlab.training.engines.units:by_trajectory",
    ),
    "sklearn": EngineEntry(
        factory="gridlab.training.engines.crossval:CrossValEngine",
        backend="",
        units="gridlab.training.engines.units:one_by_one",
        files=False,
    ),
    "vmap": EngineEntry(
        factory="gridlab.training.engines.vmap.engine:VmapEngine",
        backend="jax",
        units="gridlab.training.engines.units:by_program",
        units_per_worker=1,
        together=True,
    ),
}
