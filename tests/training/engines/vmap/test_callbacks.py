from __future__ import annotations

from typing import Any

import keras
import numpy as np
import pytest

from gridlab.training.callbacks import StopAtThreshold
from gridlab.training.engines import Trained
from gridlab.training.engines.vmap.engine import VmapEngine

pytestmark = pytest.mark.slow


def train(task: Any, fits: Any) -> dict[tuple[float, int], Any]:
    found = [each for each in VmapEngine(task).train(fits) if isinstance(each, Trained)]
    return {(each.record.params["learning_rate"], each.record.split): each for each in found}


def curves_of(found: Any, name: str) -> list[int]:
    return [len(trained.record.curves[name]) for trained in found.values()]


GRID = {"batch_norm": [True], "dropout": [0.2], "learning_rate": [0.001, 0.05, 0.5]}


def test_early_stopping_stops_each_lane_by_itself_and_restores_its_best_weights(make_task):
    stopper = {
        "callbacks": keras.callbacks.EarlyStopping,
        "callbacks__patience": [0],
        "callbacks__monitor": ["val_loss"],
    }
    grid = {**GRID, **{k: v for k, v in stopper.items() if k != "callbacks"}}
    fit = {"epochs": 12, "batch_size": 16, "validation_split": 0.25, "callbacks": keras.callbacks.EarlyStopping}
    task, fits = make_task("fc3", {**grid, "callbacks__restore_best_weights": [True]}, fit=fit, n=120)
    found = train(task, fits)
    assert all(trained.record.status == "ok" for trained in found.values())
    lengths = curves_of(found, "val_loss")
    assert min(lengths) < 12
    for trained in found.values():
        curves = trained.record.curves
        assert {len(values) for values in curves.values()} == {len(curves["loss"])}
        best = int(np.argmin(curves["val_loss"]))
        if len(curves["loss"]) < 12:
            assert best == len(curves["loss"]) - 2  # patience 0: the epoch after the best one is the last
        assert trained.record.scores["accuracy"] == pytest.approx(curves["test_accuracy"][best], abs=1e-6)


def test_a_plateau_reduces_the_learning_rate_of_its_lane(make_task):
    fit = {
        "epochs": 8, "batch_size": 16, "callbacks": keras.callbacks.ReduceLROnPlateau,
        "callbacks__monitor": "loss", "callbacks__patience": 1, "callbacks__factor": 0.1, "callbacks__min_delta": 10.0,
    }  # fmt: skip
    task, fits = make_task("fc3", GRID, fit=fit)
    for (rate, _), trained in train(task, fits).items():
        rates = trained.record.curves["learning_rate"]
        assert rates[0] == pytest.approx(rate)
        assert rates[-1] < 0.02 * rate


def test_a_schedule_sets_the_learning_rate_of_every_lane(make_task):
    fit = {
        "epochs": 3, "batch_size": 16, "callbacks": keras.callbacks.LearningRateScheduler,
        "callbacks__schedule": halved,
    }  # fmt: skip
    task, fits = make_task("fc3", GRID, fit=fit)
    for (rate, _), trained in train(task, fits).items():
        assert trained.record.curves["learning_rate"] == pytest.approx([rate, rate / 2, rate / 4])


def halved(epoch: int, rate: float) -> float:
    return rate / 2 if epoch else rate


class Peeping(keras.callbacks.Callback):
    pass


def test_other_callbacks_are_refused_with_a_sentence(make_task):
    task, fits = make_task("fc3", {"learning_rate": [0.01]}, fit={"callbacks": Peeping})
    for trained in train(task, fits).values():
        assert trained.record.engine == "vmap"
        assert "Peeping" in trained.record.error


@pytest.mark.parametrize("compaction", [0.0, float("inf")])
def test_a_threshold_stops_lanes_and_the_others_go_on_in_a_narrower_program(make_task, monkeypatch, compaction):
    monkeypatch.setattr(VmapEngine, "compaction", compaction)
    fit = {
        "epochs": 10, "batch_size": 16, "callbacks": StopAtThreshold,
        "callbacks__monitor": "loss", "callbacks__threshold": 0.8,
    }  # fmt: skip
    task, fits = make_task("fc3", {**GRID, "learning_rate": [1e-6, 2e-6, 0.01, 0.02]}, fit=fit, n=120)
    found = train(task, fits)
    lengths = {at: len(trained.record.curves["loss"]) for at, trained in found.items()}
    assert {n for (rate, _), n in lengths.items() if rate < 1e-3} == {10}
    assert max(n for (rate, _), n in lengths.items() if rate > 1e-3) < 10
    for trained in found.values():
        assert trained.record.scores["accuracy"] == pytest.approx(trained.record.curves["test_accuracy"][-1], abs=1e-6)
    if not compaction:
        monkeypatch.setattr(VmapEngine, "compaction", float("inf"))
        for at, whole in train(task, fits).items():
            assert found[at].record.curves["loss"] == pytest.approx(whole.record.curves["loss"], rel=1e-3)
