"""ThroughJoblib: units wherever the user's own joblib back-end runs them: threads, multiprocessing, Dask, Ray."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, Self

import joblib

from gridlab.training.engines import Engine, Progress, Trained, Unit
from gridlab.training.loading import load_object
from gridlab.training.pool import News
from gridlab.training.task import Task
from gridlab.training.worker import load_engine


class ThroughJoblib:
    """Trains through `joblib.Parallel` as `joblib.parallel_config` has set it up; finished units' fits stream back."""

    def __init__(self, task: Task, engine: str, n_jobs: int | None, pre_dispatch: int | str) -> None:
        self._task, self._engine = task, load_engine(engine, task)
        self._parallel = joblib.Parallel(n_jobs=n_jobs, pre_dispatch=pre_dispatch, return_as="generator_unordered")

    def stream(self, units: Iterable[Unit]) -> Iterator[News]:
        """Train all units."""
        for trained in self._parallel(joblib.delayed(_train)(self._engine, unit) for unit in units):
            yield from trained

    def call(self, function: str, *args: Any) -> Any:
        """`function(task, *args)`, in this process."""
        return load_object(function)(self._task, *args)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        return None


def _train(engine: Engine, unit: Unit) -> list[Trained]:
    return [one for one in engine.train(unit) if not isinstance(one, Progress)]
