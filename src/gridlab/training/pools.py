"""Pools: what a run trains in, one engine after the other: Keras has one backend in a process."""

from __future__ import annotations

import shutil
from collections import ChainMap
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import Any, Self

from gridlab.errors import GridlabError, described
from gridlab.sweep.grid import Fit
from gridlab.training.choosing import SURVEY, Survey, by_candidate
from gridlab.training.engines import ENGINES
from gridlab.training.engines.units import by_program
from gridlab.training.machine import Share, accelerated, share
from gridlab.training.plan import Plan
from gridlab.training.pool import InProcess, Pool, Workers
from gridlab.training.task import StoredTask
from gridlab.training.worker import Setup

ALONE = "workers: 0 trains in this process, where Keras has one backend; engine: vmap asks for JAX"


class Pools:
    """The pools of one run. The workers of one engine are gone before another's start, so that each has the machine."""

    def __init__(self, plan: Plan, folder: Path, log: Path | None) -> None:
        """Prepare; nothing starts before it is asked for.

        Args:
            plan: what is trained.
            folder: where the arrays lie while workers map them.
            log: where workers' chatter goes; None leaves it on the terminal.
        """
        self._plan, self._folder, self._log = plan, folder, log
        self._opened = ExitStack()
        self._open: tuple[str, Share, Pool] | None = None
        self._stored: StoredTask | None = None

    def layout(self, engine: str, n_units: int) -> Share:
        """How an engine's work is laid out over the machine."""
        if self._open is not None and self._open[0] == engine:
            return self._open[1]
        spec, entry, data = self._plan.spec, ENGINES[engine], self._plan.task.dataset
        one = spec.workers == "auto" and entry.backend == "jax" and accelerated()  # it fills the card, or all of them
        return share(1 if one else spec.workers, spec.threads, n_units, data.nbytes, entry.units_per_worker)

    def of(self, engine: str, n_units: int = 1) -> Pool:
        """The pool of an engine, for about so many units."""
        if self._open is None or self._open[0] != engine:
            self._opened.close()
            layout = self.layout(engine, n_units)
            self._open = engine, layout, self._opened.enter_context(self._made(engine, layout))
        return self._open[2]

    def look(self, fits: Sequence[Fit]) -> Survey | str:
        """Survey fits in a worker of the engine that would train them; or why that cannot be."""
        if self._plan.spec.workers == 0:
            return ALONE
        pool = self.of("vmap", len(by_program(self._plan.task, fits, {})))
        try:
            assert isinstance(pool, Workers)
            found: list[Survey] = pool.call_each(SURVEY, by_candidate(fits))
        except GridlabError:
            raise
        except Exception as error:  # what kills a process, or an engine in need of repair: `single` still trains
            self._opened.close()
            self._open = None
            return f"looking at its model on Keras' JAX backend failed: {described(error)}"
        return Survey(*(dict(ChainMap(*parts)) for parts in zip(*found, strict=True)))

    def _made(self, engine: str, layout: Share) -> Any:
        task = self._plan.task
        if layout.workers == 0:
            return InProcess(task, engine, layout.threads, quiet=self._log is not None)
        self._stored = self._stored or task.stored(self._folder)
        stored = replace(self._stored, task=replace(self._stored.task, workers=layout.workers))
        return Workers(Setup(stored, engine, layout.threads, self._log), layout.workers, layout.memory)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._opened.close()
        shutil.rmtree(self._folder, ignore_errors=True)
