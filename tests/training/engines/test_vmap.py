"""The vmap engine beside `single`, and its own tests, in a process of their own: Keras has one backend a process."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from scipy import stats

from gridlab.sweep.spec import SweepSpec
from gridlab.training.run import run_sweep

pytestmark = [pytest.mark.slow, pytest.mark.timeout(3600)]


def test_the_vmap_engine_on_jax() -> None:
    folder = Path(__file__).parent / "vmap"
    environment = {**os.environ, "KERAS_BACKEND": "jax"}
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", str(folder)]
    run = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stdout[-6000:]


def scores(engine: str, results: Path, candidates: int) -> dict[str, np.ndarray]:
    """Scores of one network from many seeds: its learning rate differs in the seventh digit, which changes the seed."""
    given = {
        "name": engine,
        "data": {"name": "digits", "limit": 600},
        "model": "fc3",
        "grid": {"learning_rate": [0.01 * (1 + 1e-7 * i) for i in range(candidates)]},
        "fit": {"epochs": 6, "batch_size": 64},
        "cv": 3,
        "scoring": ["accuracy", "neg_log_loss"],
        "engine": engine,
        "common_random_numbers": False,  # else the candidates of a split were no independent draws
        "curves": False,
        "seed": 1,
    }
    found = run_sweep(SweepSpec.model_validate(given), results)
    records = list(found.records.values())
    assert all(record.ok and record.engine == engine for record in records)
    return {name: np.array([record.scores[name] for record in records]) for name in ("accuracy", "neg_log_loss")}


def test_vmap_and_single_have_the_same_distribution_of_scores(tmp_path: Path) -> None:
    """120 fits each: at the level 0.001, means that are 0.53 standard deviations apart are found in 8 of 10 cases."""
    vmap, single = (scores(engine, tmp_path, candidates=40) for engine in ("vmap", "single"))
    for name in vmap:
        assert stats.ttest_ind(vmap[name], single[name], equal_var=False).pvalue > 0.001, name
        assert stats.levene(vmap[name], single[name]).pvalue > 0.001, name
