"""What a run would do, in words: `gridlab plan`."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from gridlab.records.record import FitRecord
from gridlab.records.store import RunStore
from gridlab.sweep.spec import SweepSpec
from gridlab.training.machine import share
from gridlab.training.plan import Plan, duration, expected_seconds, make_plan


def outline(spec: SweepSpec, results: Path) -> str:
    """Candidates, fits, what is done, what is left, units of work, and the time it may take."""
    plan = make_plan(spec)
    folder = results / spec.name
    records = RunStore(folder).records if folder.is_dir() else {}
    left = plan.left(records)
    units = plan.units(left)
    layout = share(spec.workers, spec.threads, len(units), plan.task.dataset.nbytes, plan.worth)
    done = [records[fit.key] for fit in plan.fits if fit.key in records]
    rows = {
        "sweep": f"{spec.name}, into {folder}",
        "data": _data(plan),
        "grid": " × ".join(f"{axis.name} {len(axis.values)}" for axis in spec.axes()),
        "candidates": str(len(plan.candidates)),
        "fits": f"{len(plan.fits)} ({len(plan.candidates)} candidates × {len(plan.task.splits)} splits)",
        "done": f"{len(done)}{_failed(done)}",
        "left": str(len(left)),
        "units": f"{plan.engine}: {len(units)}" + (" (fits that differ only in epochs are one)" if units else ""),
        "workers": f"{layout.workers or 'this process'}, threads of each: {layout.threads}",
        "time": _time(done or records.values(), len(left), layout.workers),
    }
    width = max(map(len, rows))
    return "\n".join(f"{name:<{width}}  {text}" for name, text in rows.items())


def _data(plan: Plan) -> str:
    data = plan.task.dataset
    held_out = f", {len(data.y_test)} more held out" if data.y_test is not None else ""
    what = f"{len(data.classes)} classes" if data.classes else "regression"
    return f"{data.name}, {len(data.y)} rows of {' × '.join(map(str, data.X.shape[1:]))}{held_out}, {what}"


def _failed(done: Sequence[FitRecord]) -> str:
    failed = sum(not record.ok for record in done)
    return f", {failed} of them failed" if failed else ""


def _time(seen: Iterable[FitRecord], left: int, workers: int) -> str:
    if not left:
        return "nothing to train"
    seconds = expected_seconds(seen, left, workers)
    return "unknown until a fit is recorded" if seconds is None else f"about {duration(seconds)} at the speed so far"
