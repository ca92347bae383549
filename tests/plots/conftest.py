"""Runs made by hand: fc3's grid with scores that a real sweep could have had."""

from __future__ import annotations

import itertools
import math
import random
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from gridlab.records.misread import Misread, write_misread
from gridlab.records.record import FitRecord
from gridlab.records.results import Results, load_results
from gridlab.records.store import RunStore
from gridlab.records.truth import Truth, write_truth

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

FC3 = {
    "batch_norm": [True, False],
    "dropout": [0.2, 0.4],
    "learning_rate": [0.001, 0.002, 0.01],
    "optimizer": ["RMSprop", "Adam"],
    "batch_size": [512, 1024, 2048],
    "epochs": [20],
}
SCALES = {"batch_norm": "categorical", "optimizer": "categorical", "learning_rate": "log"}


def make_results(
    grid: Mapping[str, Sequence[Any]] = FC3,
    *,
    scales: Mapping[str, str] = SCALES,
    splits: int = 3,
    score: Callable[[Mapping[str, Any], int], float | None] | None = None,
    failed: Callable[[int, int], bool] = lambda index, split: False,
    pending: Callable[[int, int], bool] = lambda index, split: False,
    **info: Any,
) -> Results:
    """A run over a grid, fits failing and waiting as asked for."""
    points = [dict(zip(grid, values, strict=True)) for values in itertools.product(*grid.values())]
    records = {}
    for index, params in enumerate(points):
        for split in (s for s in range(splits) if not pending(index, s)):
            key = f"k{index}-{split}"
            records[key] = make_record(key, params, split, score or plausible, failed(index, split))
    axes = [{"name": n, "scale": scales.get(n, "linear"), "values": list(v)} for n, v in grid.items()]
    plan = [
        {"params": params, "keys": [f"k{index}-{split}" for split in range(splits)], "engine": "single"}
        for index, params in enumerate(points)
    ]
    return Results({**INFO, "n_splits": splits, "axes": axes, "plan": plan, **info}, records)


def make_record(
    key: str,
    params: Mapping[str, Any],
    split: int,
    score: Callable[[Mapping[str, Any], int], float | None],
    failed: bool,
) -> FitRecord:
    if failed:
        return FitRecord(key, params, split, "failed", error="loss became NaN in epoch 3")
    seconds = 1.5 + 900 / params.get("batch_size", 1024) + 0.4 * bool(params.get("batch_norm")) + split / 10
    return FitRecord(key, params, split, "ok", {"accuracy": score(params, split)}, fit_time=seconds, engine="single")


def plausible(params: Mapping[str, Any], split: int) -> float:
    noise = random.Random(repr(sorted(params.items(), key=str)) + str(split)).gauss(0, 0.006)
    rate, size = params.get("learning_rate", 0.002), params.get("batch_size", 1024)
    dropout = params.get("dropout", 0.2)
    value = 0.93 + (0.03 if params.get("batch_norm") else 0) + 0.012 * math.log10(rate / 0.001) - 0.05 * (dropout - 0.2)
    return min(0.999, value - 0.012 * math.log2(size / 512) + noise)


INFO: dict[str, Any] = {
    "format": 1,
    "name": "fc3",
    "description": "Fully connected 64-128-256 network, five techniques compared",
    "source": None,
    "source_file": None,
    "overrides": [],
    "spec": {},
    "data": {
        "name": "digits",
        "fingerprint": "8f1c",
        "kind": "classification",
        "n": 1257,
        "n_test": 540,
        "shape": [8, 8, 1],
        "classes": list(range(10)),
    },
    "scoring": {"metrics": ["accuracy"], "refit": "accuracy"},
    "provenance": {
        "gridlab": "0.1.0",
        "cpu": "Some CPU @ 2.9 GHz",
        "platform": "Linux-6.1-x86_64",
        "started": "2026-03-01T09:41:10+00:00",
        "finished": "2026-03-01T10:00:12+00:00",
        "seconds": 1142.4,
    },
}

LABELS = ["zero", "one", "<img src=x onerror=window.pwned=5>"]
TRUTH = np.array([0, 0, 1, 1, 2, 2, 0, 1, 2, 1, 0, 2])
"""The labels of twelve rows; the first six are scored on in split 0, the others in split 1."""


def make_predicted(folder: Path, *, curves: Sequence[str] = ("loss", "test_loss")) -> Results:
    """A run folder with curves and predictions; the best candidate is wrong on rows 0, 1 and 7, the others on more."""
    data = {**INFO["data"], "name": "pictures", "classes": LABELS, "n": 12, "n_test": 0}
    results = make_results({"dropout": [0.2, 0.3, 0.4]}, splits=2, score=lambda p, s: 0.95 - p["dropout"], data=data)
    with RunStore(folder, write=True) as store:
        store.write_info(results.info)
        for record in results.records.values():
            wrong = [0, 1, 7, *range(8, 4 + round(record.params["dropout"] * 20))]
            said = np.where(np.isin(np.arange(12), wrong), (TRUTH + 1) % 3, TRUTH).reshape(2, 6)[record.split]
            proba = np.full((6, 3), 0.1, np.float16)
            proba[np.arange(6), said] = 0.5 + np.arange(6) / 20
            series = {name: [1 / (epoch + 1) for epoch in range(5)] for name in curves}
            store.append(replace(record, curves=series), {"label": said.astype(np.uint8), "proba": proba})
    write_truth(folder, Truth(TRUTH.astype(np.uint8), (np.arange(6), np.arange(6, 12))))
    pictures = np.arange(3 * 64, dtype=np.uint8).reshape(3, 8, 8, 1)
    wrong = np.array([7, 1, 0])
    said = (TRUTH[wrong] + 1) % 3
    write_misread(folder, Misread(0, 3, 12, pictures, wrong, TRUTH[wrong], said, np.array([0.55, 0.55, np.nan])))
    return load_results(folder)


HOSTILE = "</script><script>window.pwned=1</script>"
MARKUP = "<img src=x onerror=window.pwned=2>"


@pytest.fixture(scope="session")
def make() -> Callable[..., Results]:
    """`make_results`: a run over any grid."""
    return make_results


@pytest.fixture(scope="session")
def fc3() -> Results:
    """72 candidates on three splits, all done."""
    return make_results()


@pytest.fixture(scope="session")
def broken() -> Results:
    """The same with two candidates that failed, one that failed on one split, and one that waits."""
    return make_results(
        failed=lambda index, split: index in (7, 30) or (index == 9 and split == 1),
        pending=lambda index, split: index == 71,
    )


@pytest.fixture(scope="session")
def predicted(tmp_path_factory: pytest.TempPathFactory) -> Results:
    """Three candidates on two splits of three classes, with curves, predictions and misread pictures."""
    return make_predicted(tmp_path_factory.mktemp("runs") / "predicted")


@pytest.fixture(scope="session")
def hostile_run(tmp_path_factory: pytest.TempPathFactory) -> Results:
    """The same with curves whose names are markup."""
    return make_predicted(tmp_path_factory.mktemp("runs") / "hostile", curves=(MARKUP, "test_" + MARKUP))


@pytest.fixture(scope="session")
def hostile_failures() -> Results:
    """Three candidates, two of which failed and say so in markup."""
    results = make_results({"dropout": [0.2, 0.3, 0.4]}, failed=lambda index, split: index > 0)
    return Results(results.info, {k: r if r.ok else replace(r, error=MARKUP) for k, r in results.records.items()})


@pytest.fixture(scope="session")
def hostile() -> Results:
    """Names and values that are script, markup, or words that JavaScript has a use for."""
    grid = {
        "uid": ["constructor", "__proto__"],
        "__proto__": [HOSTILE, MARKUP],
        "constructor": [1, "1"],
        "": ["", " "],
        "한글": ["가", "나"],
        HOSTILE: [0.1, 0.2],
        MARKUP: [None, [64, 128]],
    }
    names = {"name": MARKUP, "description": HOSTILE, "source": HOSTILE + MARKUP, "source_file": MARKUP}
    return make_results(grid, scales=dict.fromkeys([*[*grid][:5], MARKUP], "categorical"), **names)
