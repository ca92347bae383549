"""SearchRun: stands where scikit-learn's search has its `joblib.Parallel`, and trains through gridlab's loop."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import replace
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from joblib import cpu_count
from joblib.parallel import LokyBackend, get_active_backend

from gridlab.errors import GridlabError, StoreError
from gridlab.records.misread import write_misread
from gridlab.records.provenance import provenance
from gridlab.records.record import FitRecord
from gridlab.records.results import Results
from gridlab.records.store import RunStore
from gridlab.sweep.grid import Fit
from gridlab.training.asked import Called
from gridlab.training.machine import share
from gridlab.training.misread import misread
from gridlab.training.pool import InProcess, Pool, Workers
from gridlab.training.pool_joblib import ThroughJoblib
from gridlab.training.pool_warming import Warming
from gridlab.training.run import LOG, Reporter, record_truth, train_units
from gridlab.training.search_plan import Call, Search, make_search
from gridlab.training.search_spec import Wanted, runs_here
from gridlab.training.worker import Setup


class MemoryStore:
    """A run that leaves nothing on the disk."""

    folder = None

    def __init__(self) -> None:
        self.records: dict[str, FitRecord] = {}
        self.info: dict[str, Any] = {}
        self.notes: list[str] = []

    def append(self, record: FitRecord, predictions: Mapping[str, Any] | None = None) -> FitRecord:
        """Keep a record."""
        self.records[record.key] = record
        return record

    def write_info(self, info: Mapping[str, Any]) -> None:
        """Keep what `run.json` would hold."""
        self.info = dict(info)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: object, traceback: TracebackType | None) -> None:
        return None


class SearchRun:
    """One search's fits, trained as a sweep's are."""

    def __init__(
        self,
        wanted: Wanted,
        *,
        journal: Path | None,
        n_jobs: int | None,
        pre_dispatch: int | str,
        reporter: Reporter,
        caller: Any,
    ) -> None:
        """Prepare for the fits of one search.

        Args:
            wanted: what the search wants of them.
            journal: the run folder that they are recorded in; None for none.
            n_jobs: as joblib takes it.
            pre_dispatch: as joblib takes it.
            reporter: told how it goes.
            caller: the search, which scikit-learn's callbacks want to know.
        """
        self._wanted, self._journal, self._told, self._caller = wanted, journal, reporter, caller
        self._n_jobs, self._pre_dispatch = n_jobs, pre_dispatch
        self._answers: dict[str, Any] = {}
        self.info: dict[str, Any] = {}
        self.records: dict[str, FitRecord] = {}

    def __call__(self, calls: Iterable[Call]) -> list[dict[str, Any]]:
        """Do what scikit-learn has prepared for `joblib.Parallel`, and answer as that would.

        Raises:
            GridlabError: the search cannot be run as it was asked, or its journal cannot be written.
            Exception: what a fit raised, with error_score="raise".
        """
        prepared = list(calls)
        if not prepared:
            return []
        self._began = time.time()
        search = make_search(prepared, self._wanted)
        with RunStore(self._journal, write=True) if self._journal else MemoryStore() as store:
            try:
                self._train(search, store)
            except BaseException as error:
                with suppress(StoreError):  # a disk that is full is full here too; the first error says more
                    self._conclude(search, store)
                if isinstance(error, KeyboardInterrupt) and self._journal:
                    self._told.noted(f"interrupted; what is done lies in {self._journal}: call fit again to go on")
                raise
            finally:
                self._told.closed()
            self._conclude(search, store)
        return [self._answer(search, call) for call in search.calls]

    def _train(self, search: Search, store: RunStore | MemoryStore) -> None:
        plan = search.plan
        left = plan.left(store.records, retry_failed=search.asked.error_score == "raise")
        units = plan.units(left)
        to_do = {fit.key for fit in left}
        n_jobs = self._workers(len(units))
        done = [store.records[fit.key] for fit in plan.fits if fit.key not in to_do]
        workers = n_jobs or int(not runs_here(plan.engine))
        self._told.planned(plan.planned(store.folder or Path(plan.spec.name), done, workers))
        if self._journal:
            store.write_info(self._described(search))
            record_truth(self._journal, plan.task)
        for note in store.notes:
            self._told.noted(note)
        untold = self._untold(search, left)
        if units:
            with self._pool(search, n_jobs) as pool:
                for trained in train_units(pool, units, store, plan.engine, self._told):
                    self._answers[trained.record.key] = trained.outcome
                    self._told.recorded(trained.record)
                    self._tell(untold.pop(trained.record.key, ()))
                    if isinstance(trained.outcome, Exception):
                        raise trained.outcome
        for contexts in untold.values():
            self._tell(contexts)

    def _workers(self, n_units: int) -> int:
        """Worker processes that may be started; 0 for none, as scikit-learn's n_jobs=1."""
        backend, n_jobs = get_active_backend()
        asked = backend.effective_n_jobs(self._n_jobs if self._n_jobs is not None else n_jobs)
        return 0 if asked == 1 else min(asked, n_units)

    @contextmanager
    def _pool(self, search: Search, n_jobs: int) -> Iterator[Pool]:
        task, engine = search.plan.task, search.plan.engine
        backend, _ = get_active_backend()
        here = partial(InProcess, task, engine, share(1, "auto", 1, task.dataset.nbytes).threads, quiet=False)
        if n_jobs and not isinstance(backend, LokyBackend):
            with ThroughJoblib(task, engine, self._n_jobs, self._pre_dispatch) as pool:
                yield pool
        elif n_jobs == 0 and runs_here(engine):
            with here() as pool:
                yield pool
        else:
            with tempfile.TemporaryDirectory(prefix="gridlab-", ignore_cleanup_errors=True) as folder:
                started = _starter(search, max(n_jobs, 1), Path(folder), self._journal or Path(folder))
                with Warming(here(), started) if engine == "sklearn" else started() as pool:
                    yield pool

    def _untold(self, search: Search, left: Iterable[Fit]) -> dict[str, list[Any]]:
        """By key, what tells scikit-learn's callbacks of the fits that its own fit-and-score will not tell them of."""
        told = set(map(id, left)) if search.plan.engine == "sklearn" else set()
        contexts: dict[str, list[Any]] = {}
        for call in search.calls:
            if call.context is not None and id(call) not in told:
                contexts.setdefault(call.key, []).append(call.context)
        return contexts

    def _tell(self, contexts: Iterable[Any]) -> None:
        for context in contexts:
            context.call_on_fit_task_begin(estimator=self._caller)
            context.call_on_fit_task_end(estimator=self._caller)

    def _answer(self, search: Search, call: Called) -> dict[str, Any]:
        answer = self._answers.get(call.key)
        record = self.records[call.key]
        if answer is None and not record.ok and search.asked.error_score == "raise":
            raise GridlabError(f"a fit failed: {record.error}")
        return dict(answer) if answer is not None else search.asked.outcome(record)

    def _described(self, search: Search, finished: float | None = None) -> dict[str, Any]:
        told = {"provenance": provenance(self._began, finished)} if self._journal else {}
        return {**search.plan.describe(), **told}

    def _conclude(self, search: Search, store: RunStore | MemoryStore) -> None:
        """Leave what a reader wants, also after an interruption."""
        info = self._described(search, time.time())
        info["scoring"] = _scoring(info["scoring"], store.records.values())
        store.write_info(info)
        if isinstance(store, RunStore):
            results = Results(store.info, store.records, store.folder)
            store.export(results.rows())
            write_misread(store.folder, misread(search.plan.task.dataset.X, results))
        self.info, self.records = dict(store.info), dict(store.records)


def _starter(search: Search, n_jobs: int, folder: Path, logs: Path) -> Callable[[], Workers]:
    """Makes the worker processes of a search, when they are wanted."""
    plan, task = search.plan, replace(search.plan.task, workers=n_jobs)

    def start() -> Workers:
        threads = max(1, cpu_count() // n_jobs) if plan.engine == "sklearn" else "auto"
        layout = share(n_jobs, threads, len(plan.fits), plan.task.dataset.nbytes)
        setup = Setup(
            task.stored(folder), plan.engine, layout.threads, None if plan.engine == "sklearn" else logs / LOG
        )
        return Workers(setup, n_jobs, layout.memory, apart=_apart if plan.engine == "sklearn" else _whole)

    return start


def _apart(unit: Iterable[Fit]) -> list[tuple[Fit, ...]]:
    return [(fit,) for fit in unit]


def _whole(unit: Any) -> list[Any]:
    return [unit]


def _scoring(told: Mapping[str, Any], records: Iterable[FitRecord]) -> dict[str, Any]:
    """The scorers' names; those of a callable that answers with several scores are known by its answers alone."""
    seen = list(dict.fromkeys(name for record in records for name in record.scores))
    if not seen or set(seen) & set(told["metrics"]):
        return dict(told)
    return {"metrics": seen, "refit": told["refit"] if told["refit"] in seen else seen[0]}
