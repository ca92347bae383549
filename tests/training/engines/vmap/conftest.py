"""Small problems to train lanes on. Keras runs on one backend in a process, so these tests run in one of their own."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import pytest
from sklearn.model_selection import StratifiedKFold

collect_ignore_glob = [] if os.environ.get("KERAS_BACKEND") == "jax" else ["test_*.py"]


@pytest.fixture
def make_task() -> Callable[..., tuple[Any, list[Any]]]:
    """(builder, grid) → a task of 121 rows in three classes on two splits, a row apart in size, and its fits."""
    return _make_task


def _make_task(
    model: Any, grid: Mapping[str, Sequence[Any]], *, n: int = 121, shape: Sequence[int] = (12,), **settings: Any
) -> tuple[Any, list[Any]]:
    from gridlab.sweep.grid import candidates, fits
    from gridlab.sweep.parts import ModelSpec
    from gridlab.training.datasets.dataset import Dataset
    from gridlab.training.folds import splits_from
    from gridlab.training.recipe import make_recipe
    from gridlab.training.task import Task

    random = np.random.default_rng(0)
    y = np.arange(n) % 3
    X = random.normal(size=(n, *shape)).astype(np.float32)
    X += y.reshape(-1, *[1] * len(shape)).astype(np.float32) * 0.7
    dataset = Dataset("small", "small", "classification", X, y, None, None, (0, 1, 2), "fingerprint")
    splits = splits_from(StratifiedKFold(settings.pop("folds", 2)), X, y)
    seed = settings.pop("seed", 7)
    spec = ModelSpec(name=model) if isinstance(model, str) else ModelSpec(object=model)
    recipe = make_recipe(spec, "classification", settings.pop("fit", {}), None)
    task = Task(dataset, splits, recipe, ("accuracy",), seed=seed, **settings)
    found = candidates([grid])
    return task, fits(found, len(splits.indices), seed=seed, identity=lambda candidate: [], shared=recipe.shared)
