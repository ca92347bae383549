"""Plan: a checked sweep and its data → every fit there is to train, with its key."""

from __future__ import annotations

import statistics
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from gridlab.errors import SpecError
from gridlab.records.record import FORMAT, FitRecord
from gridlab.sweep.grid import Beside, Candidate, Fit, candidates, digest, fits
from gridlab.sweep.plain import plain
from gridlab.sweep.spec import SweepSpec
from gridlab.training.callback_settings import callback_settings
from gridlab.training.check import check_spec
from gridlab.training.choosing import Choice, looked_with
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
    """Or several, as in "vmap and single"."""

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
    choices: Sequence[Choice]
    """What trains each candidate."""

    @property
    def engine(self) -> str:
        """What trains the fits; of several engines, "vmap and single"."""
        return " and ".join(dict.fromkeys(choice.engine for choice in self.choices))

    def chosen(self, choices: Sequence[Choice]) -> Plan:
        """The same, for other engines: keys hold them, so the fits are others too."""
        fits = lay_out(self.task, self.candidates, [choice.engine for choice in choices], self.spec.seed)
        return replace(self, fits=fits, choices=choices)

    def choice(self, fit: Fit) -> Choice:
        """What trains a fit."""
        return self.choices[fit.candidate.index]

    def left(self, records: Mapping[str, FitRecord], retry_failed: bool = False) -> list[Fit]:
        """Fits that are not recorded yet; with `retry_failed` also those that failed."""
        return [f for f in self.fits if f.key not in records or (retry_failed and not records[f.key].ok)]

    def work(self, left: Sequence[Fit]) -> dict[str, list[Unit]]:
        """Engine → its units of the fits that are still to do, and of those that keep their places beside them."""
        fits: dict[str, list[Fit]] = {}
        for fit in left:
            fits.setdefault(self.choice(fit).engine, []).append(fit)
        return {engine: self._grouped(engine, some) for engine, some in sorted(fits.items(), reverse=True)}

    def units(self, left: Sequence[Fit]) -> list[Unit]:
        """All units of the fits that are still to do."""
        return [unit for units in self.work(left).values() for unit in units]

    def _grouped(self, engine: str, fits: Sequence[Fit]) -> list[Unit]:
        batches = {self.choice(fit).batch for fit in fits}
        if not ENGINES[engine].together or batches == {None}:
            return self._units(engine, fits)
        left = {fit.key for fit in fits}
        units: list[Unit] = []
        for batch in sorted(batches, key=lambda batch: batch or 0):
            whole = [f for f in self.fits if self.choice(f).engine == engine and self.choice(f).batch == batch]
            units += self._units(engine, [fit if fit.key in left else Beside.of(fit) for fit in whole])
        return [unit for unit in units if any(fit.key in left for fit in unit)]

    def _units(self, engine: str, fits: Sequence[Fit]) -> list[Unit]:
        programs = {fit.key: self.choice(fit).programs[fit.split] for fit in fits if self.choice(fit).programs}
        grouped: list[Unit] = load_object(ENGINES[engine].units)(self.task, fits, programs)
        return grouped

    def keys(self, candidate: Candidate) -> list[str]:
        """Keys of a candidate's fits, split by split."""
        n = len(self.task.splits.indices)
        return [fit.key for fit in self.fits[candidate.index * n : (candidate.index + 1) * n]]

    def planned(self, folder: Path, recorded: Sequence[FitRecord], workers: int) -> Planned:
        """What a run of this plan is about to do."""
        varied = tuple(axis.name for axis in self.spec.axes() if len(axis.values) > 1)
        n_splits = len(self.task.splits.indices)
        return Planned(
            folder, len(self.candidates), n_splits, len(self.fits), recorded, self.refit, varied, workers, self.engine
        )

    def mark(self, index: int) -> str:
        """Hash of the keys of a candidate's fits: tells whether a saved model is still that candidate's."""
        return digest(self.keys(self.candidates[index]))

    def refit_seed(self, candidate: Candidate) -> int:
        """The seed with which a candidate is trained on all rows."""
        return int(digest(["refit", self.spec.seed, candidate.key]), 16) % 2**31

    def describe(self) -> dict[str, Any]:
        """What `run.json` says of all this, as plain JSON."""
        data, splits = self.task.dataset, self.task.splits
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
                {"params": plain(c.params), "keys": self.keys(c), "engine": choice.engine, **choice.to_json()}
                for c, choice in zip(self.candidates, self.choices, strict=True)
            ],
            **({"survey": looked_with()} if any(choice.seen for choice in self.choices) else {}),
        }


def make_plan(spec: SweepSpec) -> Plan:
    """Check a sweep, load its data, and lay out its fits.

    With `engine: auto` they are all for the engine that trains one at a time, until `choosing.choose` has looked.

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
    fits = lay_out(task, found, [engine] * len(found), spec.seed)
    return Plan(spec, task, spec.scoring.refit or metrics[0], found, fits, [Choice(engine)] * len(found))


def expected_seconds(records: Iterable[FitRecord], left: int, workers: int) -> float | None:
    """Seconds that the fits left will take, judged by those that are done; None when none are."""
    seen = [r.fit_time + r.score_time for r in records if r.ok]
    return statistics.fmean(seen) * left / max(workers, 1) if seen else None


def duration(seconds: float) -> str:
    """'0:42', '12:05' or '3:20:00'."""
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


def lay_out(task: Task, found: Sequence[Candidate], engines: Sequence[str], seed: int, more: Any = None) -> list[Fit]:
    """Every candidate on every split of a task.

    Args:
        task: data, splits, recipe and metrics.
        found: the candidates.
        engines: what trains each of them.
        seed: the sweep's.
        more: what else affects the numbers, if anything does.
    """
    identity = {
        "format": FORMAT,
        "data": task.dataset.fingerprint,
        "splits": task.splits.definition,
        "recipe": task.recipe.fingerprint,
        "metrics": list(task.metrics),
        **({} if more is None else {"more": more}),
        **({"train_scores": True} if task.train_scores else {}),
        **({} if task.common_random_numbers else {"common_random_numbers": False}),
    }

    def of(candidate: Candidate) -> Any:
        return {**identity, "engine": engines[candidate.index]}

    return fits(found, len(task.splits.indices), seed=seed, identity=of, shared=task.recipe.shared)
