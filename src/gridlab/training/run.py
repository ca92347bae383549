"""run_sweep(): plan, leave out what is done, train in a pool, record as it comes, refit the best."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, Protocol

from gridlab.errors import GridlabError, StoreError, described
from gridlab.records.best import is_saved, save_account
from gridlab.records.misread import write_misread
from gridlab.records.provenance import provenance
from gridlab.records.record import FitRecord
from gridlab.records.results import Results
from gridlab.records.store import RunStore
from gridlab.records.truth import truth_of, write_truth
from gridlab.sweep.grid import Beside, Fit
from gridlab.sweep.plain import plain
from gridlab.sweep.spec import SweepSpec
from gridlab.training.choosing import Survey, by_candidate, choose
from gridlab.training.engines import Lost, Progress, Trained, Unit
from gridlab.training.misread import misread
from gridlab.training.plan import Plan, Planned, make_plan
from gridlab.training.pool import Pool
from gridlab.training.pools import Pools
from gridlab.training.task import Task

DATA = "data"
"""Folder in the run's folder where the arrays lie while workers map them."""
REFIT = "gridlab.training.refit:refit"
LOG = "workers.log"
"""What workers said, in the run's folder."""


class Reporter:
    """Is told how a run goes; this one says nothing."""

    def looking(self, candidates: int) -> None:
        """The models of so many candidates are about to be looked at, to choose what trains them."""

    def planned(self, planned: Planned) -> None:
        """Called once, before training."""

    def recorded(self, record: FitRecord) -> None:
        """A fit is on the disk."""

    def progressed(self, begun: float) -> None:
        """So many fits' worth of training is behind fits that are not done yet."""

    def refitting(self, params: Mapping[str, Any]) -> None:
        """The best candidate is about to be trained on all training data."""

    def noted(self, note: str) -> None:
        """Something the user should know."""

    def closed(self) -> None:
        """Called once, at the end, however it ends."""


def run_sweep(
    spec: SweepSpec,
    results: Path = Path("results"),
    *,
    reporter: Reporter | None = None,
    retry_failed: bool = False,
    verbose: bool = False,
    origin: Mapping[str, Any] | None = None,
) -> Results:
    """Train what is not trained yet, and return everything that is known afterwards.

    Args:
        spec: the sweep.
        results: the folder in which the run's own folder lies, or will lie.
        reporter: told how it goes.
        retry_failed: train fits again that failed before.
        verbose: let Keras and TensorFlow talk.
        origin: where the sweep comes from, for `run.json`: `source`, `source_file`, `overrides`.

    Raises:
        SpecError, DataError: the sweep or its data cannot be used; nothing has been touched then.
        RunLockedError: another process is running this sweep.
        StoreError: recording failed; everything recorded before is kept.
    """
    plan, told = make_plan(spec), reporter or Reporter()
    folder = results / spec.name
    with RunStore(folder, write=True) as store, Pools(plan, folder / DATA, None if verbose else folder / LOG) as pools:
        run = _Run(_chosen(plan, store, pools, told), store, pools, told, origin or {})
        try:
            run.train(retry_failed)
        except BaseException:
            with suppress(StoreError):  # a disk that is full is full here too; the first error says more
                run.conclude()
            raise
        finally:
            told.closed()
        run.conclude()
        return run.results()


class _Run:
    """One run of one sweep, its folder held."""

    def __init__(self, plan: Plan, store: RunStore, pools: Pools, told: Reporter, origin: Mapping[str, Any]) -> None:
        self._plan, self._store, self._pools, self._told = plan, store, pools, told
        self._origin, self._began = origin, time.time()
        self._trains = False

    def train(self, retry_failed: bool) -> None:
        """Train what is left, then refit the best."""
        plan, records = self._plan, self._store.records
        left = plan.left(records, retry_failed)
        work = plan.work(left)
        workers = max((self._pools.layout(engine, len(units)).workers for engine, units in work.items()), default=0)
        to_do = {fit.key for fit in left}
        recorded = [records[fit.key] for fit in plan.fits if fit.key not in to_do]
        self._told.planned(plan.planned(self._store.folder, recorded, workers))
        self._trains = bool(left)
        self._describe()
        record_truth(self._store.folder, plan.task)
        for note in self._store.notes:
            self._told.noted(note)
        for engine, units in work.items():
            pool = self._pools.of(engine, len(units))
            for trained in train_units(pool, units, self._store, engine, self._told):
                self._told.recorded(trained.record)
        self._refit()

    def results(self) -> Results:
        """All that is recorded of this sweep."""
        return Results(self._store.info, self._store.records, self._store.folder)

    def conclude(self) -> None:
        """Leave the folder as a reader wants it, also after an interruption."""
        self._describe(time.time())
        results = self.results()
        self._store.export(results.rows())
        write_misread(self._store.folder, misread(self._plan.task.dataset.X, results))

    def _describe(self, finished: float | None = None) -> None:
        self._store.write_info(
            {
                **self._plan.describe(),
                **self._origin,
                "provenance": self._provenance(finished),
            }
        )

    def _provenance(self, finished: float | None) -> dict[str, Any]:
        """Where the numbers come from: a run that trains nothing leaves it as it was."""
        before: dict[str, Any] | None = self._store.info.get("provenance")
        return before if before and not self._trains else provenance(self._began, finished)

    def _best_to_refit(self) -> tuple[dict[str, Any], str] | None:
        """The best candidate, if the model that lies in the folder is not its own; and the mark that tells."""
        best = self.results().best
        if best is None:
            return None
        mark = self._plan.mark(best["index"])
        return None if is_saved(self._store.folder, mark) else (best, mark)

    def _refit(self) -> None:
        if (found := self._best_to_refit()) is None:
            return
        best, mark = found
        candidate = self._plan.candidates[best["index"]]
        self._told.refitting(candidate.params)
        folder, seed = self._store.folder, self._plan.refit_seed(candidate)
        try:
            pool = self._pools.of(self._plan.choices[best["index"]].engine)
            outcome = pool.call(REFIT, candidate.params, seed, folder.resolve())
        except GridlabError:
            raise
        except Exception as error:  # the sweep itself is safe; what could not be refitted is said
            self._told.noted(f"the best candidate could not be refitted: {described(error)}")
            return
        data = self._plan.task.dataset.describe()
        save_account(folder, {**best, **outcome, "mark": mark, "seed": seed, "data": data})


def record_truth(folder: Path, task: Task) -> None:
    """Keep what the out-of-fold predictions of a task are to be compared with."""
    tested = [rows for _, rows in task.splits.indices]
    write_truth(folder, truth_of(task.dataset.y, task.dataset.classes, tested))


def _chosen(plan: Plan, store: RunStore, pools: Pools, told: Reporter) -> Plan:
    def look(fits: Sequence[Fit]) -> Survey | str:
        told.looking(len(by_candidate(fits)))
        return pools.look(fits)

    return choose(plan, store.info, look)


class Store(Protocol):
    """Where records go."""

    def append(self, record: FitRecord, predictions: Mapping[str, Any] | None = None) -> FitRecord:
        """Keep a record, and return it as it is kept."""


def train_units(pool: Pool, units: Iterable[Unit], store: Store, engine: str, told: Reporter) -> Iterator[Trained]:
    """Train units; each fit is recorded before it is handed on. The one loop of all that gridlab trains."""
    for news in pool.stream(units):
        if isinstance(news, Progress):
            told.progressed(news.begun)
            continue
        for trained in [news] if isinstance(news, Trained) else _failed(news, engine):
            yield trained._replace(record=store.append(trained.record, trained.predictions))


def _failed(lost: Lost, engine: str) -> Iterator[Trained]:
    return (Trained(_record(fit, lost.error, engine), None) for fit in lost.fits if not isinstance(fit, Beside))


def _record(fit: Fit, error: str, engine: str) -> FitRecord:
    return FitRecord(
        fit.key,
        plain(fit.candidate.params),
        fit.split,
        "failed",
        seed=fit.seed,
        engine=engine,
        error=error,
        finished=time.time(),
    )
