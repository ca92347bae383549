"""What every engine promises, asked of each of them: subclass, name the engine and its models, and the tests run.

In a process whose Keras runs on the engine's backend.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable
from typing import Any, ClassVar

import numpy as np
import pytest
from sklearn.metrics import accuracy_score

from gridlab.sweep.grid import Fit
from gridlab.sweep.spec import SweepSpec
from gridlab.training.engines import Progress, Trained
from gridlab.training.plan import Plan, make_plan
from gridlab.training.worker import load_engine

Outcome = dict[tuple[int, int], Trained]
"""(candidate, split) → what came of the fit."""


def three_classes(n: int = 90, features: int = 6) -> tuple[Any, Any]:
    random = np.random.default_rng(0)
    y = np.arange(n) % 3
    return (random.normal(size=(n, features)) + y[:, None]).astype("float32"), y


def numbers(trained: Trained) -> tuple[Any, Any]:
    """All that two trainings of one fit must agree on."""
    record = trained.record
    outcome = {
        "status": record.status,
        "scores": dict(record.scores),
        "curves": {name: list(values) for name, values in record.curves.items()},
        "error": record.error,
        "seed": record.seed,
    }
    return outcome, {name: np.asarray(array) for name, array in (trained.predictions or {}).items()}


class EngineContract:
    """Promises that need no network."""

    engine: str
    classifier: Any
    """What stands under `model:` for classes."""
    regressor: Any
    """For numbers."""
    sizes: str
    """The parameter of both that takes the sizes of hidden layers; a layer of -1 units raises."""
    fit: ClassVar[dict[str, Any]] = {}
    grid: ClassVar[dict[str, list[Any]]] = {}
    """Axes beside the sizes."""
    scoring: ClassVar[list[str]] = ["accuracy", "neg_log_loss", "f1_macro"]

    @classmethod
    def plan(cls, data: Any, model: Any = None, **given: Any) -> Plan:
        wanted = {
            "name": "contract",
            "data": data,
            "model": model or cls.classifier,
            "grid": {cls.sizes: [[4], [6]]},
            "fit": cls.fit,
            "cv": 2,
            "engine": cls.engine,
            "seed": 3,
        }
        return make_plan(SweepSpec(**{**wanted, **given}))

    @classmethod
    def train(cls, plan: Plan, fits: Iterable[Fit] | None = None) -> Outcome:
        """Train with an engine of its own."""
        chosen = list(plan.fits if fits is None else fits)
        engine = load_engine(plan.engine, plan.task)
        found: Outcome = {}
        at = {fit.key: (fit.candidate.index, fit.split) for fit in chosen}
        for unit in plan.units(chosen):
            for trained in engine.train(unit):
                if isinstance(trained, Progress):
                    assert 0 <= trained.begun <= len(unit)
                    continue
                assert at[trained.record.key] not in found, "a fit was trained twice"
                found[at[trained.record.key]] = trained
        return found

    def assert_same(self, one: Trained, other: Trained) -> None:
        """The same numbers, to the bit."""
        (mine, arrays), (theirs, other_arrays) = numbers(one), numbers(other)
        assert mine == theirs
        assert arrays.keys() == other_arrays.keys()
        for name, array in arrays.items():
            np.testing.assert_array_equal(array, other_arrays[name])

    @pytest.fixture(scope="class")
    @classmethod
    def whole(cls) -> Plan:
        grid = {cls.sizes: [[4], [6]], **cls.grid}
        return cls.plan(three_classes(), grid=grid, scoring=cls.scoring)

    @pytest.fixture(scope="class")
    @classmethod
    def trained(cls, whole: Plan) -> Outcome:
        return cls.train(whole)

    def test_every_fit_leaves_one_record(self, whole, trained):
        assert trained.keys() == {(fit.candidate.index, fit.split) for fit in whole.fits}
        for fit in whole.fits:
            record = trained[fit.candidate.index, fit.split].record
            assert record.status == "ok", record.error
            assert record.error is None
            assert (record.key, record.split, record.seed) == (fit.key, fit.split, fit.seed)
            assert record.engine == self.engine
            assert (record.n_train, record.n_test) == (45, 45)
            assert record.fit_time > 0
            assert record.score_time > 0
            assert record.finished > 1e9

    def test_scores_are_finite_numbers_of_every_metric(self, trained):
        for found in trained.values():
            assert list(found.record.scores) == self.scoring
            assert all(isinstance(score, float) and math.isfinite(score) for score in found.record.scores.values())

    def test_a_record_is_plain_json_and_holds_the_candidate(self, whole, trained):
        for fit in whole.fits:
            line = json.loads(json.dumps(trained[fit.candidate.index, fit.split].record.to_json(), allow_nan=False))
            assert line["params"] == json.loads(json.dumps(dict(fit.candidate.params)))

    def test_predictions_are_those_that_were_scored(self, whole, trained):
        y = whole.task.dataset.y
        for (_, split), found in trained.items():
            _, test = whole.task.splits.indices[split]
            assert set(found.predictions) == {"label", "proba"}
            label, proba = found.predictions["label"], found.predictions["proba"]
            assert label.shape == (45,)
            assert label.dtype == np.uint8
            assert proba.shape == (45, 3)
            assert accuracy_score(y[test], label) == found.record.scores["accuracy"]
            np.testing.assert_allclose(proba.sum(axis=1), 1, atol=5e-3)
            confident = np.sort(proba.astype(float), axis=1)
            clear = confident[:, 2] - confident[:, 1] > 1e-2  # half precision may tie what was close
            np.testing.assert_array_equal(proba.argmax(axis=1)[clear], label[clear])

    def test_numbers_do_not_depend_on_the_order_or_on_what_went_before(self, whole, trained):
        again = self.train(whole, reversed(whole.fits))
        assert again.keys() == trained.keys()
        for at, found in again.items():
            self.assert_same(found, trained[at])

    def test_numbers_do_not_depend_on_what_else_is_in_the_unit(self, whole, trained):
        for fit in (whole.fits[0], whole.fits[-1]):
            alone = self.train(whole, [fit])
            self.assert_same(alone[fit.candidate.index, fit.split], trained[fit.candidate.index, fit.split])

    def test_candidates_and_splits_differ(self, trained):
        scores = {found.record.scores["neg_log_loss"] for found in trained.values()}
        assert len(scores) > len(trained) // 2

    def test_a_fit_that_raises_is_a_failed_record_and_the_others_go_on(self):
        plan = self.plan(three_classes(), grid={self.sizes: [[4], [-1], [6]]})
        found = self.train(plan)
        assert [found[index, 0].record.status for index in range(3)] == ["ok", "failed", "ok"]
        for split in range(2):
            failed = found[1, split]
            assert failed.predictions is None
            assert failed.record.scores == {}
            assert "\n" not in failed.record.error
            assert "-1" in failed.record.error
            assert failed.record.params == {self.sizes: [-1]}

    def test_labels_may_be_text(self):
        X, y = three_classes()
        plan = self.plan((X, np.array(["zwei", "eins", "둘"])[y]), grid={self.sizes: [[5]]})
        for (_, split), found in self.train(plan).items():
            assert found.record.status == "ok", found.record.error
            _, test = plan.task.splits.indices[split]
            named = np.asarray(plan.task.dataset.classes)[found.predictions["label"]]
            assert accuracy_score(plan.task.dataset.y[test], named) == found.record.scores["accuracy"]

    def test_two_classes(self):
        X, y = three_classes()
        plan = self.plan(
            (X, np.where(y > 0, "yes", "no")),
            grid={self.sizes: [[5]]},
            scoring=["accuracy", "roc_auc"],
        )
        for found in self.train(plan).values():
            assert found.record.status == "ok", found.record.error
            assert all(score is not None for score in found.record.scores.values())
            assert found.predictions["proba"].shape == (45, 2)

    def test_regression(self):
        X, y = three_classes()
        target = (y + X[:, 0]).astype("float32")
        data = {"arrays": (X, target), "task": "regression"}
        plan = self.plan(data, self.regressor, grid={self.sizes: [[5]]}, scoring=["r2", "neg_mean_absolute_error"])
        for (_, split), found in self.train(plan).items():
            assert found.record.status == "ok", found.record.error
            _, test = plan.task.splits.indices[split]
            assert set(found.predictions) == {"value"}
            assert found.predictions["value"].shape == (45,)
            error = np.abs(found.predictions["value"] - target[test]).mean()
            assert -found.record.scores["neg_mean_absolute_error"] == pytest.approx(error, rel=1e-5)


class NetworkContract(EngineContract):
    """Promises of engines that train Keras networks; `grid` has the axes `learning_rate` and `epochs: [2, 4]`."""

    classifier = "mlp"
    regressor = "mlp"
    sizes = "hidden"
    fit: ClassVar[dict[str, Any]] = {"epochs": 2, "batch_size": 16}
    grid: ClassVar[dict[str, list[Any]]] = {"learning_rate": [0.01, 0.1], "epochs": [2, 4]}

    def test_curves_have_a_value_per_epoch(self, whole, trained):
        for fit in whole.fits:
            curves = trained[fit.candidate.index, fit.split].record.curves
            assert set(curves) == {"loss", "accuracy", "test_loss", "test_accuracy"}
            assert {len(values) for values in curves.values()} == {fit.candidate.params["epochs"]}

    def test_the_last_of_the_test_curve_is_the_score(self, trained):
        for found in trained.values():
            record = found.record
            assert record.curves["test_accuracy"][-1] == pytest.approx(record.scores["accuracy"], abs=1e-6)
            assert -record.curves["test_loss"][-1] == pytest.approx(record.scores["neg_log_loss"], abs=1e-4)

    def test_a_longer_training_goes_through_the_shorter_one(self, whole, trained):
        by_params = {
            (tuple(fit.candidate.params["hidden"]), *list(fit.candidate.params.values())[1:], fit.split): trained[
                fit.candidate.index, fit.split
            ].record
            for fit in whole.fits
        }
        for (hidden, rate, epochs, split), record in by_params.items():
            if epochs == 2:
                longer = by_params[hidden, rate, 4, split]
                assert longer.seed == record.seed
                assert {k: v[:2] for k, v in longer.curves.items()} == record.curves

    def test_curves_can_be_left_out(self):
        plan = self.plan(three_classes(), grid={"hidden": [[4]]}, curves=False)
        for found in self.train(plan).values():
            assert set(found.record.curves) <= {"loss", "accuracy"}
            assert found.record.scores["accuracy"] is not None

    def test_a_training_that_diverges_fails_and_keeps_what_it_was_before(self):
        X, y = three_classes()
        X = (X * 1e4).astype("float32")
        data = {"arrays": (X, y.astype("float32")), "task": "regression"}
        fit = {"batch_size": 64}
        grid = {"hidden": [[4]], "learning_rate": [1e3], "optimizer": ["SGD"], "epochs": [1, 40]}
        found = self.train(self.plan(data, self.regressor, grid=grid, fit=fit))
        failed = found[1, 0].record
        assert failed.status == "failed"
        assert "diverged" in failed.error
        assert "after epoch" in failed.error
        assert failed.scores == {}
        assert found[1, 0].predictions is None
        assert len(failed.curves["loss"]) < 40
        assert failed.curves["loss"][-1] is None

    def test_what_was_scored_before_a_training_diverged_is_kept(self):
        X, y = three_classes()
        data = {"arrays": (X, y.astype("float32")), "task": "regression"}
        grid = {
            "hidden": [[4]],
            "learning_rate": [2.0],
            "optimizer": ["SGD"],
            "activation": ["linear"],
            "epochs": [1, 60],
        }
        found = self.train(self.plan(data, self.regressor, grid=grid, fit={"batch_size": 90}))
        assert found[1, 0].record.status == "failed"
        epoch = int(found[1, 0].record.error.rpartition(" ")[2])
        assert epoch > 1
        assert len(found[1, 0].record.curves["loss"]) == epoch
        assert found[0, 0].record.status == "ok"
        assert len(found[0, 0].record.curves["loss"]) == 1
        assert found[0, 0].predictions is not None
