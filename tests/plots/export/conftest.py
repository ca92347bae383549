"""Runs to export: with curves, with failures, and read from a list of flat records."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from gridlab.records.results import Results, load_results

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(scope="session")
def curved(broken: Results) -> Results:
    """fc3's grid with failures and a pending candidate; fits have three epochs, those of the second split two."""

    def curves(split: int) -> dict[str, list[float | None]]:
        epochs = [0, 1, 2][: 2 if split == 1 else 3]
        return {
            "loss": [1.0 - 0.25 * epoch for epoch in epochs],
            "test_loss": [2.0 - 0.25 * epoch - split for epoch in epochs],
            "test_accuracy": [0.5 + 0.125 * epoch + 0.25 * split for epoch in epochs],
        }

    records = {
        key: replace(record, curves=curves(record.split), score_time=0.5, finished=1000.0 + record.split)
        if record.ok
        else record
        for key, record in broken.records.items()
    }
    return Results(broken.info, records)


@pytest.fixture
def flat(tmp_path: Path) -> Results:
    """Three records of an old notebook, parameters of mixed types among them."""
    rows = [
        {"units": 1, "act": "x", "shape": [1, 2], "on": True, "mean_test_score": 0.5},
        {"units": 0.5, "act": True, "shape": None, "on": False, "mean_test_score": None},
        {"units": 2, "act": 1, "on": True, "mean_test_score": 0.75},
    ]
    (tmp_path / "old.json").write_text(json.dumps(rows))
    return load_results(tmp_path / "old.json")
