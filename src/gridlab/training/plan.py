"""Plan: a checked sweep and its data → every fit there is to train, with its key."""

from __future__ import annotations

import statistics
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from gridlab.errors import SpecError
from gridlab.records.record import FORMAT, FitRecord
from gridlab.sweep.grid import Candidate, Fit, candidates, digest, fits
from gridlab.sweep.plain import plain
from gridlab.sweep.spec import SweepSpec
from gridlab.training.callback_settings import callback_settings
from gridlab.training.check import check_spec
from gridlab.training.datasets.load import load_dataset
from gridlab.training.engines import ENGINES, Unit
from gridlab.training.folds import make_splits
from gridlab.training.loading import load_object
from gridlab.training.recipe import make_recipe
from gridlab.training.scoring import DEFAULT
from gridlab.training.task import Task


@dataclass(frozen=True)
class Planned:
    """What a run is about to do."""

    folder: Path
    candidates: int
    n_splits: int
    fits: int
    recorded: Sequence[FitRecord]
    """Those of the fits that are on the disk already."""
    metric: str
    """The metric that ranks."""
    varied: tuple[str, ...]
    """Parameters in which the candidates differ."""
    workers: int
    engine: str

    @property
    def done(self) -> int:
        """Fits that are recorded already."""
        return len(self.recorded)


@dataclass(frozen=True)
class Plan:
    """All that a sweep is, before any of it is trained."""

    spec: SweepSpec
    task: Task
    refit: str
    """The metric that ranks."""
    candidates: Sequence[Candidate]
    fits: Sequence[Fit]
    engine: str

    @property
    def worth(self) -> int:
        """Units that make a further worker worth its start."""
        return ENGINES[self.engine].units_per_worker

    def left(self, records: Mapping[str, FitRecord], retry_failed: bool = False) -> list[Fit]:
        """Fits that are not recorded yet; with `retry_failed` also those that failed."""
        return [f for f in self.fits if f.key not in records or (retry_failed and not records[f.key].ok)]

    def units(self, left: Sequence[Fit]) -> list[Unit]:
        """Fits that are still to do, grouped as the engine trains them."""
        grouped: list[Unit] = load_object(ENGINES[self.engine].units)(self.task, left)
        return grouped

    def planned(self, folder: Path, recorded: Sequence[FitRecord], workers: int) -> Planned:
        """What a run of this plan is about to do."""
        varied = tuple(axis.name for axis in self.spec.axes() if len(axis.values) > 1)
        n_splits = len(self.task.splits.indices)
        return Planned(
            folder, len(self.candidates), n_splits, len(self.fits), recorded, self.refit, varied, workers, self.engine
        )

    def mark(self, index: int) -> str:
        """Hash of the keys of a candidate's fits: tells whether a saved model is still that candidate's."""
        return digest([fit.key for fit in self.fits if fit.candidate.index == index])

    def refit_seed(self, candidate: Candidate) -> int:
        """The seed with which a candidate is trained on all rows."""
        return int(digest(["refit", self.spec.seed, candidate.key]), 16) % 2**31

    def describe(self) -> dict[str, Any]:
        """What `run.json` says of all this, as plain JSON."""
        data, splits = self.task.dataset, self.task.splits
        keys: dict[int, list[str]] = {}
        for fit in self.fits:
            keys.setdefault(fit.candidate.index, []).append(fit.key)
        return {
            "format": FORMAT,
            "name": self.spec.name,
            "description": self.spec.description,
            "spec": self.spec.to_json(),
            "data": data.describe(),
            "scoring": {"metrics": list(self.task.metrics), "refit": self.refit},
            "n_splits": len(splits.indices),
            "axes": [axis.to_json() for axis in self.spec.axes()],
            "plan": [
                {"params": plain(c.params), "keys": keys[c.index], "engine": self.engine} for c in self.candidates
            ],
        }


def make_plan(spec: SweepSpec) -> Plan:
    """Check a sweep, load its data, and lay out its fits.

    Raises:
        SpecError: everything wrong with the sweep, at once.
        DataError: the data cannot be used.
    """
    if problems := check_spec(spec):
        raise SpecError(problems)
    dataset = load_dataset(spec.data, base=spec.base, seed=spec.seed)
    splits = make_splits(dataset, spec.cv, spec.seed)
    fit = {**spec.fit, **callback_settings(spec.callbacks)}
    recipe = make_recipe(spec.model, dataset.kind, fit, spec.base, spec.augment)
    metrics = tuple(spec.scoring.metrics) or (DEFAULT[dataset.kind],)
    task = Task(
        dataset,
        splits,
        recipe,
        metrics,
        curves=spec.curves,
        train_scores=spec.return_train_score,
        seed=spec.seed,
        common_random_numbers=spec.common_random_numbers,
        memory=spec.memory,
    )
    engine = recipe.engine if spec.engine in ("auto", "single") else spec.engine
    found = candidates([{name: axis.values for name, axis in grid.items()} for grid in spec.grid])
    return Plan(spec, task, spec.scoring.refit or metrics[0], found, lay_out(task, found, engine, spec.seed), engine)


def expected_seconds(records: Iterable[FitRecord], left: int, workers: int) -> float | None:
    """Seconds that the fits left will take, judged by those that are done; None when none are."""
    seen = [r.fit_time + r.score_time for r in records if r.ok]
    return statistics.fmean(seen) * left / max(workers, 1) if seen else None


def duration(seconds: float) -> str:
    """'0:42', '12:05' or '3:20:00'."""
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


def lay_out(task: Task, found: Sequence[Candidate], engine: str, seed: int, more: Any = None) -> list[Fit]:
    """Every candidate on every split of a task.

    Args:
        task: data, splits, recipe and metrics.
        found: the candidates.
        engine: what trains them.
        seed: the sweep's.
        more: what else affects the numbers, if anything does.
    """
    identity = {
        "format": FORMAT,
        "data": task.dataset.fingerprint,
        "splits": task.splits.definition,
        "recipe": task.recipe.fingerprint,
        "metrics": list(task.metrics),
        "engine": engine,
        **({} if more is None else {"more": more}),
        **({"train_scores": True} if task.train_scores else {}),
        **({} if task.common_random_numbers else {"common_random_numbers": False}),
    }
    return fits(found, len(task.splits.indices), seed=seed, identity=lambda params: identity, shared=task.recipe.shared)
