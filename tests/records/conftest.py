"""Fits and runs to record."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Any

import pytest

from gridlab.records.record import FitRecord
from gridlab.records.store import RunStore

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path


@pytest.fixture
def fit() -> Callable[..., FitRecord]:
    """A factory of records, each with a key of its own."""
    numbers = itertools.count()

    def make(**fields: Any) -> FitRecord:
        defaults = {
            "key": f"key{next(numbers)}",
            "params": {"dropout": 0.2, "optimizer": "Adam"},
            "split": 0,
            "status": "ok",
            "scores": {"accuracy": 0.9},
            "curves": {"loss": [0.5, 0.25], "val_loss": [0.6, 0.3]},
            "fit_time": 1.5,
        }
        return FitRecord(**{**defaults, **fields})

    return make


@pytest.fixture
def plan() -> Callable[..., dict[str, Any]]:
    """A factory of `run.json` contents; the key of candidate i on split s is "i/s"."""

    def make(
        params: Sequence[Mapping[str, Any]], n_splits: int = 3, metrics: Sequence[str] = ("accuracy",), **more: Any
    ) -> dict[str, Any]:
        names = dict.fromkeys(name for candidate in params for name in candidate)
        return {
            "format": 1,
            "name": "fc3",
            "scoring": {"metrics": list(metrics), "refit": metrics[0]},
            "n_splits": n_splits,
            "axes": [{"name": name, "scale": "categorical", "values": []} for name in names],
            "plan": [
                {"params": dict(p), "keys": [f"{i}/{s}" for s in range(n_splits)], "engine": "single"}
                for i, p in enumerate(params)
            ],
            **more,
        }

    return make


@pytest.fixture
def run(tmp_path: Path, plan: Callable[..., dict[str, Any]]) -> Callable[..., Path]:
    """A factory of run folders: candidates, and the fits recorded of them."""

    def make(params: Sequence[Mapping[str, Any]], fits: Sequence[FitRecord], name: str = "fc3", **more: Any) -> Path:
        folder = tmp_path / "results" / name
        with RunStore(folder, write=True) as store:
            store.write_info(plan(params, **more) | {"name": name})
            for record in fits:
                store.append(record)
        return folder

    return make
