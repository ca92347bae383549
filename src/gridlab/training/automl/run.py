"""run_automl(): an AutoKeras search as a run of gridlab's: same data, same first split, same journal."""

from __future__ import annotations

import importlib.util
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from joblib.externals.loky.process_executor import BrokenProcessPool

from gridlab.errors import GridlabError, StoreError
from gridlab.records.best import is_saved, save_account
from gridlab.records.provenance import provenance
from gridlab.records.record import FORMAT, FitRecord
from gridlab.records.results import Results
from gridlab.records.store import RunStore
from gridlab.sweep.axes import Axis, scale_of
from gridlab.sweep.grid import digest
from gridlab.sweep.parts import ModelSpec
from gridlab.sweep.spec import SweepSpec
from gridlab.training.automl.asked import SPLIT, Asked, task_for
from gridlab.training.engines import Trained
from gridlab.training.machine import share
from gridlab.training.plan import Plan, Planned, make_plan
from gridlab.training.pool import Pool, Workers
from gridlab.training.run import LOG, Reporter
from gridlab.training.worker import Setup

ENGINE = "autokeras"
PROJECT = "autokeras"
"""Folder in the run's folder where AutoKeras keeps what it needs to go on."""
NEXT = "gridlab.training.automl.search:next_trial"
EXPORT = "gridlab.training.automl.search:export"


def run_automl(
    spec: SweepSpec,
    results: Path,
    *,
    max_trials: int = 3,
    epochs: int | None = None,
    batch_size: int = 32,
    reporter: Reporter | None = None,
    origin: Mapping[str, Any] | None = None,
) -> Results:
    """Let AutoKeras search (Jin et al., "AutoKeras: An AutoML Library for Deep Learning", JMLR 2023), and record it.

    Each trial is a candidate with one fit, on the first of the splits that a sweep of the same data, folds and seed
    has; so `split0_test_score` of both can be compared. AutoKeras stops a trial early and keeps its best epoch by that
    very split, which flatters its scores; the held-out part (`test_size`) judges both fairly. More trials later go on
    from there. The best trial's model is saved as it was scored, as `best.keras`.

    Args:
        spec: data, folds, scoring and seed; its model is a stand-in that nobody trains.
        results: the folder in which the run's own folder lies, or will lie.
        max_trials: trials in all.
        epochs: the most epochs of a trial; None: as long as the validation loss falls.
        batch_size: rows a step.
        reporter: told how it goes.
        origin: where the spec comes from, for `run.json`.

    Raises:
        GridlabError: AutoKeras is not installed, or anything that `run_sweep` raises.
    """
    if importlib.util.find_spec(ENGINE) is None:
        raise GridlabError("automl needs autokeras, which is not installed here: pip install 'gridlab[autokeras]'")
    plan, told = make_plan(spec), reporter or Reporter()
    with RunStore(results / spec.name, write=True) as store:
        run = _Automl(plan, store, told, max_trials, epochs, batch_size, origin or {})
        try:
            run.train()
        finally:
            told.closed()
            with suppress(StoreError):
                run.conclude()
        return run.results()


class _Automl:
    """One search, its folder held."""

    def __init__(
        self,
        plan: Plan,
        store: RunStore,
        told: Reporter,
        max_trials: int,
        epochs: int | None,
        batch_size: int,
        origin: Mapping[str, Any],
    ) -> None:
        self._plan, self._store, self._told, self._origin = plan, store, told, origin
        task, seed, data = plan.task, plan.spec.seed, plan.task.dataset
        kind = task_for(data.kind, data.X.shape[1:])
        self._identity = digest(
            [
                FORMAT,
                ENGINE,
                kind,
                data.fingerprint,
                task.splits.definition,
                list(task.metrics),
                epochs,
                batch_size,
                seed,
            ]
        )
        folder = (store.folder / PROJECT / self._identity).resolve()
        self._asked = Asked(kind, folder, epochs, batch_size, seed)
        self._keys = [digest([self._identity, number]) for number in range(max_trials)]
        self._began, self._trains = time.time(), False

    @property
    def _trials(self) -> list[FitRecord]:
        """Those that are recorded, in their order."""
        return [self._store.records[key] for key in self._keys if key in self._store.records]

    def train(self) -> None:
        """Train the trials that are left, and save the best one's model."""
        recorded, left = self._trials, [key for key in self._keys if key not in self._store.records]
        n, folder = len(self._keys), self._store.folder
        self._told.planned(Planned(folder, n, 1, n, recorded, self._plan.refit, (), 1, ENGINE))
        self._trains = bool(left)
        self._describe()
        if not left and self._saved():
            return
        with self._pool() as pool:
            for key in left:
                trained: Trained | None = pool.call(NEXT, self._asked, self._keys.index(key), key)
                if trained is None:
                    self._told.noted("AutoKeras has no more to try")
                    break
                self._told.recorded(self._store.append(trained.record, trained.predictions))
                self._describe()
            self._save_best(pool)

    def results(self) -> Results:
        """All that is recorded of this search."""
        return Results(self._store.info, self._store.records, self._store.folder)

    def conclude(self) -> None:
        """Leave the folder as a reader wants it, also after an interruption."""
        self._describe(time.time())
        self._store.export(self.results().rows())

    def _saved(self) -> bool:
        best = self.results().best
        return best is None or is_saved(self._store.folder, self._mark(best))

    def _mark(self, best: Mapping[str, Any]) -> str:
        return digest(self._store.info["plan"][best["index"]]["keys"])

    def _save_best(self, pool: Pool) -> None:
        best = self.results().best
        if best is None or self._saved():
            return
        key = self._store.info["plan"][best["index"]]["keys"][0]
        outcome = pool.call(EXPORT, self._asked, self._keys.index(key), self._store.folder.resolve())
        about = {"mark": self._mark(best), "seed": self._asked.seed, "data": self._plan.task.dataset.describe()}
        save_account(self._store.folder, {**best, **outcome, **about})

    def _describe(self, finished: float | None = None) -> None:
        trials, splits = self._trials, self._plan.task.splits
        spec = self._plan.spec.model_copy(update={"model": ModelSpec(name=f"{ENGINE}:{self._asked.task}")})
        before = self._store.info.get("provenance")
        self._store.write_info(
            {
                **self._plan.describe(),
                **self._origin,
                "spec": spec.to_json(),
                "n_splits": 1,
                "split": {"number": SPLIT, "of": splits.definition},
                "axes": [axis.to_json() for axis in axes(trials)],
                "plan": [{"params": dict(t.params), "keys": [t.key], "engine": ENGINE} for t in trials],
                "provenance": before if before and not self._trains else provenance(self._began, finished),
            }
        )

    @contextmanager
    def _pool(self) -> Iterator[Pool]:
        """One worker process; AutoKeras is never loaded into this one."""
        task = self._plan.task
        layout = share(1, self._plan.spec.threads, 1, task.dataset.nbytes)
        with tempfile.TemporaryDirectory() as scratch:
            setup = Setup(task.stored(Path(scratch)), "single", layout.threads, self._store.folder / LOG)
            with Workers(setup, 1, layout.memory) as pool:
                try:
                    yield pool
                except BrokenProcessPool as error:
                    raise GridlabError(
                        f"{self._store.folder}: AutoKeras' process died (out of memory?); {LOG} there may tell more; "
                        "the same command goes on from there"
                    ) from error


def axes(trials: list[FitRecord]) -> Iterator[Axis]:
    """What the trials have tried of each hyperparameter, those first that vary."""
    values: dict[str, dict[str, Any]] = {}
    for trial in trials:
        for name, value in trial.params.items():
            values.setdefault(name, {})[digest(value)] = value
    for name, found in sorted(values.items(), key=lambda item: len(item[1]) == 1):
        scale = scale_of(tuple(found.values()))
        ordered = list(found.values()) if scale == "categorical" else sorted(found.values())
        yield Axis(name, tuple(ordered), scale)
