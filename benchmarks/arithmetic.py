"""Arithmetic: what a plain float32 matrix product reaches on this machine, and what training FC3 reaches of it."""

from __future__ import annotations

import itertools
import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

HIDDEN = (64, 128, 256, 10)
"""Units of FC3's layers."""


def peaks(n: int = 2048) -> dict[str, float]:
    """GFLOP/s of a plain float32 matrix product with all cores, by NumPy and by JAX, which use other libraries."""
    import jax

    A = np.random.default_rng(0).random((n, n), dtype=np.float32)
    B, product = jax.numpy.asarray(A), jax.jit(jax.numpy.matmul)
    product(B, B).block_until_ready()
    return {
        "NumPy": 2 * n**3 / _fastest(lambda: A @ A) / 1e9,
        "JAX": 2 * n**3 / _fastest(lambda: product(B, B).block_until_ready()) / 1e9,
    }


def _fastest(run: Callable[[], Any], times: int = 20) -> float:
    """Seconds."""
    found = []
    for _ in range(times):
        began = time.perf_counter()
        run()
        found.append(time.perf_counter() - began)
    return min(found)


def flops_per_row(pixels: int) -> int:
    """Floating-point operations of FC3's matrix products for one row, forward and back; the input has no gradient."""
    sizes = [(pixels, HIDDEN[0]), *itertools.pairwise(HIDDEN)]
    products = [2 * a * b for a, b in sizes]
    return 3 * sum(products) - products[0]


def reached(run: Path, pixels: int, workers: int) -> float:
    """GFLOP/s of a finished vmap run while it trained, all its workers together, by the times that it recorded."""
    trainings: dict[str, tuple[int, float]] = {}
    for line in (run / "fits.jsonl").read_text(encoding="utf-8").splitlines():
        fit = json.loads(line)
        epochs = fit["params"].pop("epochs")
        name = json.dumps([fit["params"], fit["split"]])  # fits that differ in epochs are one training
        trainings[name] = max(trainings.get(name, (0, 0.0)), (epochs * fit["n_train"], fit["fit_time"]))
    rows, seconds = map(sum, zip(*trainings.values(), strict=True))
    return rows * flops_per_row(pixels) / (seconds / workers) / 1e9
