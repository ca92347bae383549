"""What a run would do, in words: `gridlab plan`."""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from gridlab.records.record import FitRecord
from gridlab.records.store import RunStore
from gridlab.sweep.grid import Beside, Fit
from gridlab.sweep.spec import SweepSpec
from gridlab.training.choosing import choose
from gridlab.training.engines import Unit
from gridlab.training.machine import Share
from gridlab.training.plan import Plan, duration, expected_seconds, make_plan
from gridlab.training.pools import Pools


def outline(spec: SweepSpec, results: Path) -> str:
    """Candidates, fits, what is done, what is left, units of work by engine, and the time it may take."""
    plan = make_plan(spec)
    folder = results / spec.name
    store = RunStore(folder) if folder.is_dir() else None
    records = store.records if store else {}
    with tempfile.TemporaryDirectory(prefix="gridlab-") as data, Pools(plan, Path(data), Path(data) / "log") as pools:
        plan = choose(plan, store.info if store else {}, pools.look)
        work = plan.work(plan.left(records))
        layouts = {engine: pools.layout(engine, len(units)) for engine, units in work.items()}
    done = [records[fit.key] for fit in plan.fits if fit.key in records]
    left = plan.left(records)
    workers = max((layout.workers for layout in layouts.values()), default=1)
    rows = [
        ("sweep", f"{spec.name}, into {folder}"),
        ("data", _data(plan)),
        ("grid", " × ".join(f"{axis.name} {len(axis.values)}" for axis in spec.axes())),
        ("candidates", str(len(plan.candidates))),
        ("fits", f"{len(plan.fits)} ({len(plan.candidates)} candidates × {len(plan.task.splits)} splits)"),
        ("done", f"{len(done)}{_failed(done)}"),
        ("left", str(len(left))),
        ("units", "; ".join(f"{engine}: {_units(units)}" for engine, units in work.items()) or f"{plan.engine}: 0"),
        *_programs(plan, left),
        *_refused(plan),
        *(("workers", text) for text in _workers(layouts)),
        ("time", _time(done or records.values(), len(left), workers)),
    ]
    width = max(len(name) for name, _ in rows)
    return "\n".join(f"{name:<{width}}  {text}" for name, text in rows)


def _data(plan: Plan) -> str:
    data = plan.task.dataset
    held_out = f", {len(data.y_test)} more held out" if data.y_test is not None else ""
    what = f"{len(data.classes)} classes" if data.classes else "regression"
    return f"{data.name}, {len(data.y)} rows of {' × '.join(map(str, data.X.shape[1:]))}{held_out}, {what}"


def _failed(done: Sequence[FitRecord]) -> str:
    failed = sum(not record.ok for record in done)
    return f", {failed} of them failed" if failed else ""


def _units(units: Sequence[Unit]) -> str:
    return f"{len(units)} of {_some([sum(not isinstance(fit, Beside) for fit in unit) for unit in units], 'fit')}"


def _programs(plan: Plan, left: Iterable[Fit]) -> Iterator[tuple[str, str]]:
    """How many programs are compiled, and how many trainings each has; fits that differ only in epochs are one."""
    lanes: dict[str, set[str]] = {}
    for fit in left:
        if programs := plan.choice(fit).programs:
            lanes.setdefault(programs[fit.split], set()).add(fit.trajectory)
    if lanes:
        yield "programs", f"{len(lanes)} of {_some([len(each) for each in lanes.values()], 'lane')}"


def _refused(plan: Plan) -> Iterator[tuple[str, str]]:
    """Why candidates are not compiled, and how many for each reason."""
    for why, n in Counter(choice.why for choice in plan.choices if choice.why).most_common():
        yield "not vmap", f"{_counted(n, 'candidate')}: {why}"


def _some(numbers: Sequence[int], what: str) -> str:
    least, most = min(numbers), max(numbers)
    return _counted(most, what) if least == most else f"{least} to {_counted(most, what)}"


def _counted(n: int, what: str) -> str:
    return f"{n} {what}{'s' * (n != 1)}"


def _workers(layouts: Mapping[str, Share]) -> Iterator[str]:
    """How the work is laid out; by engine, where that makes a difference."""
    texts = {
        name: f"{each.workers or 'this process'}, threads of each: {each.threads}" for name, each in layouts.items()
    }
    if len(set(texts.values())) > 1:
        yield from (f"{engine}: {text}" for engine, text in texts.items())
    else:
        yield from set(texts.values())


def _time(seen: Iterable[FitRecord], left: int, workers: int) -> str:
    if not left:
        return "nothing to train"
    seconds = expected_seconds(seen, left, workers)
    return "unknown until a fit is recorded" if seconds is None else f"about {duration(seconds)} at the speed so far"
