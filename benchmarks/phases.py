"""Where the vmap engine's time goes, and the arithmetic that it reaches while it trains."""

from __future__ import annotations

import itertools
import time
from collections import defaultdict
from collections.abc import Callable
from typing import Any

import numpy as np

from gridlab.training.engines import Trained
from gridlab.training.engines.vmap import engine as engines
from gridlab.training.engines.vmap.compiled import Compiler
from gridlab.training.engines.vmap.training import Training
from gridlab.training.plan import Plan

HIDDEN = (64, 128, 256, 10)
"""Units of FC3's layers."""


def peak(n: int = 2048, times: int = 10) -> float:
    """GFLOP/s of a plain float32 matrix product on this machine, the best of some."""
    A = np.random.default_rng(0).random((n, n), dtype=np.float32)
    best = 0.0
    for _ in range(times):
        began = time.perf_counter()
        A @ A
        best = max(best, 2 * n**3 / (time.perf_counter() - began) / 1e9)
    return best


def flops_per_row(pixels: int) -> int:
    """Floating-point operations of FC3's matrix products for one row, forward and back; the input has no gradient."""
    sizes = [(pixels, HIDDEN[0]), *itertools.pairwise(HIDDEN)]
    products = [2 * a * b for a, b in sizes]
    return 3 * sum(products) - products[0]


def account(plan: Plan, imported: float, before: float) -> str:
    """Train a plan in this process, one program after the other, and tell where the time went."""
    spent: dict[str, float] = defaultdict(float)
    rows = _watched(spent)
    began = time.perf_counter()
    engine = engines.VmapEngine(plan.task)
    trained = [each for unit in plan.units(plan.fits) for each in engine.train(unit)]
    total = time.perf_counter() - began
    records = [each.record for each in trained if isinstance(each, Trained)]
    assert all(record.ok for record in records), [record.error for record in records if not record.ok][:1]
    gflops = rows["rows"] * flops_per_row(plan.task.dataset.X[0].size) / spent["train"] / 1e9
    product = (before + peak()) / 2
    spent["other"] = total - sum(spent.values())
    parts = ", ".join(f"{name} {seconds:.1f}" for name, seconds in {"import": imported, **spent}.items())
    reached = f"{gflops:.0f} of {product:.0f} GFLOP/s ({gflops / product:.0%})"
    return f"one process, seconds: {parts}\narithmetic while training: {reached} of a plain matrix product"


def _watched(spent: dict[str, float]) -> dict[str, int]:
    """Have the engine's steps add their seconds, and the rows that are trained."""
    rows = {"rows": 0}

    def timed(owner: Any, method: str, what: str, then: Callable[..., None] | None = None) -> None:
        inner = getattr(owner, method)

        def outer(*given: Any, **named: Any) -> Any:
            start = time.perf_counter()
            try:
                return inner(*given, **named)
            finally:
                spent[what] += time.perf_counter() - start
                if then is not None:
                    then(*given)

        setattr(owner, method, outer)

    def count(training: Training, running: Any) -> None:
        rows["rows"] += len(running) * training.n_seen

    timed(engines, "group", "build")
    timed(Compiler, "_compile", "compile")
    timed(Training, "__init__", "weights")
    timed(Training, "_train", "train", count)
    timed(Training, "_look", "evaluate")
    timed(engines.VmapEngine, "_scored", "score")
    return rows
