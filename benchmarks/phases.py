"""Where the vmap engine's time goes."""

from __future__ import annotations

import time
from collections import defaultdict
from typing import Any

from gridlab.training.engines import Trained
from gridlab.training.engines.vmap import engine as engines
from gridlab.training.engines.vmap.compiled import Compiler
from gridlab.training.engines.vmap.training import Training
from gridlab.training.plan import Plan


def account(plan: Plan, imported: float) -> str:
    """Train a plan in this process, one program after the other, and tell where the time went."""
    spent: dict[str, float] = defaultdict(float)
    _watch(spent)
    began = time.perf_counter()
    engine = engines.VmapEngine(plan.task)
    trained = [each for unit in plan.units(plan.fits) for each in engine.train(unit)]
    total = time.perf_counter() - began
    records = [each.record for each in trained if isinstance(each, Trained)]
    assert all(record.ok for record in records), [record.error for record in records if not record.ok][:1]
    spent["other"] = total - sum(spent.values())
    parts = ", ".join(f"{name} {seconds:.1f}" for name, seconds in {"import": imported, **spent}.items())
    return f"one process, seconds: {parts}"


def _watch(spent: dict[str, float]) -> None:
    """Have the engine's steps add their seconds."""

    def timed(owner: Any, method: str, what: str) -> None:
        inner = getattr(owner, method)

        def outer(*given: Any, **named: Any) -> Any:
            start = time.perf_counter()
            try:
                return inner(*given, **named)
            finally:
                spent[what] += time.perf_counter() - start

        setattr(owner, method, outer)

    timed(engines, "group", "build")
    timed(Compiler, "_compile", "compile")
    timed(Training, "__init__", "weights")
    timed(Training, "_train", "train")
    timed(Training, "_look", "evaluate")
    timed(engines.VmapEngine, "_scored", "score")
