"""The studies' networks and techniques on an engine: subclass, name the engine, and the tests run.

In a process whose Keras runs on the engine's backend.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

from gridlab.records.record import FitRecord
from gridlab.sweep.spec import SweepSpec
from gridlab.training.engines import Trained
from gridlab.training.plan import make_plan
from gridlab.training.worker import load_engine
from tests.training.models.contract import SMALL


def images(n: int = 60) -> tuple[Any, Any]:
    """Three kinds of images of 8 × 8 pixels: bright above, bright below, bright all over."""
    X, y = np.random.default_rng(0).random((n, 8, 8, 1)).astype("float32") / 2, np.arange(n) % 3
    X[y != 1, :4] += 0.5
    X[y != 0, 4:] += 0.5
    return X, y


class Catalogue:
    """Asked of each engine that trains networks."""

    engine: str

    def records(self, model: Any, **more: Any) -> list[FitRecord]:
        given = {"name": "x", "data": images(), "model": model, "grid": {}, "cv": 2, "engine": self.engine, "seed": 3}
        plan = make_plan(SweepSpec(**{**given, "fit": {"epochs": 1, "batch_size": 16}, **more}))
        engine = load_engine(self.engine, plan.task)
        said = [each for unit in plan.units(plan.fits) for each in engine.train(unit)]
        found = [each.record for each in said if isinstance(each, Trained)]
        for record in found:
            assert record.ok, record.error
            assert all(math.isfinite(value) for value in record.curves["loss"])
        return found

    @pytest.mark.parametrize("name", sorted(SMALL.keys() - {"fc3", "mlp"}))  # other tests train those
    def test_every_builder_is_trained(self, name):
        assert len(self.records({"name": name, **SMALL[name]})) == 2

    def test_the_techniques_of_the_studies_in_one_grid(self):
        found = self.records(
            {"name": "cnn30", "filters": 4, "dense": 8, "pool_dropout": 0.25, "spatial_dropout": True},
            grid={
                "augment": [False, True],
                "optimizer": ["RAdam"],
                "callbacks": ["none", ["early_stopping", "reduce_on_plateau", "step_decay"]],
                "loss": ["mean_squared_error"],
                "learning_rate": [1e-9],
            },
            fit={"epochs": 4, "batch_size": 16, "validation_split": 0.2},
            callbacks=[
                {"early_stopping": {"patience": 1, "min_delta": 0.5, "restore_best_weights": True}},
                {"reduce_on_plateau": {"factor": 0.25, "patience": 1, "min_delta": 0.5}},
                {"step_decay": {"every": 1, "factor": 0.5}},
            ],
            augment={"rotation": "10°", "width_shift": 0.25, "height_shift": 0.25, "shear": 0.1, "zoom": 0.4},
        )
        for record in found:
            stopped = record.params["callbacks"] != "none"
            assert len(record.curves["val_loss"]) == (2 if stopped else 4)
            assert record.curves["loss"][0] == pytest.approx(2 / 9, abs=0.1), "labels are rows of a unit matrix"
            if stopped:
                assert record.curves["learning_rate"][1] < 0.6e-9

    def test_a_target_is_a_callback(self):
        target = {"stop_at": {"accuracy": 0.9}}
        for record in self.records({"name": "mlp", "learning_rate": 0.01}, callbacks=target, fit={"epochs": 40}):
            accuracy = record.curves["accuracy"]
            assert len(accuracy) < 40
            assert max(accuracy[:-1]) < 0.9 <= accuracy[-1]

    def test_momentum_and_plain_sgd(self):
        grid = {"optimizer": ["SGD"], "momentum": [0.0, 0.5, 0.9]}
        found = self.records("mlp", grid=grid, fit={"epochs": 3, "batch_size": 16})
        ends = {(record.params["momentum"], record.split): record.curves["loss"][-1] for record in found}
        assert len(set(ends.values())) == len(found) == 6
