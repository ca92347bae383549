from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from gridlab.errors import SpecError
from gridlab.records.record import FitRecord
from gridlab.sweep.spec import SweepSpec
from gridlab.training.plan import Planned, duration, expected_seconds, make_plan

X = np.random.default_rng(1).normal(size=(60, 4)).astype("float32")
Y = np.arange(60) % 3
MODEL = "sklearn.linear_model:LogisticRegression"


def spec(**given):
    wanted = {"name": "p", "data": (X, Y), "model": MODEL, "grid": {"C": [0.1, 1.0], "max_iter": [50]}, "cv": 2}
    return SweepSpec(**{**wanted, **given})


def keys(**given):
    return {fit.key for fit in make_plan(spec(**given)).fits}


def recorded(fits, **fields):
    return {fit.key: FitRecord(fit.key, {}, fit.split, "ok", **fields) for fit in fits}


def test_candidates_times_splits():
    plan = make_plan(spec())
    assert (len(plan.candidates), len(plan.fits), len(keys())) == (2, 4, 4)
    assert plan.engine == "estimator"
    assert plan.refit == "accuracy"
    assert (
        make_plan(
            spec(
                data={"arrays": (X, X[:, 0]), "task": "regression"}, model=f"{MODEL[:20]}:Ridge", grid={"alpha": [1.0]}
            )
        ).refit
        == "r2"
    )


@pytest.mark.parametrize(
    "change",
    [
        {"data": (X + 1, Y)},
        {"data": (X, (Y + 1) % 3)},
        {"seed": 5},
        {"cv": 3},
        {"cv": {"folds": 2, "shuffle": True}},
        {"model": {"name": MODEL, "fit_intercept": False}},
        {"model": "sklearn.linear_model:LogisticRegressionCV", "grid": {"Cs": [[0.1], [1.0]], "max_iter": [50]}},
        {"scoring": ["f1_macro"]},
        {"data": {"arrays": (X, Y), "test_size": 0.2}},
    ],
    ids=["rows", "labels", "seed", "folds", "shuffle", "fixed", "model", "scoring", "held-out"],
)
def test_whatever_affects_the_numbers_changes_every_key(change):
    assert not keys() & keys(**change)


@pytest.mark.parametrize(
    "change",
    [{"workers": 3}, {"threads": 2}, {"description": "words"}, {"name": "other"}, {"curves": False}],
    ids=lambda change: next(iter(change)),
)
def test_whatever_does_not_changes_none(change):
    assert keys() == keys(**change)


def test_one_more_value_keeps_the_keys_of_the_others():
    more = keys(grid={"C": [0.1, 0.5, 1.0], "max_iter": [50]})
    assert keys() < more
    assert len(more) == 6


def test_what_is_left():
    plan = make_plan(spec())
    records = recorded(plan.fits[:2])
    records[plan.fits[1].key] = FitRecord(plan.fits[1].key, {}, 1, "failed", error="no")
    assert plan.left(records) == list(plan.fits[2:])
    assert plan.left(records, retry_failed=True) == list(plan.fits[1:])
    assert plan.left({}) == list(plan.fits)


def test_epochs_are_units_of_one_training():
    grid = {"dropout": [0.1, 0.2], "epochs": [2, 4]}
    plan = make_plan(spec(model="fc3", grid=grid))
    assert (len(plan.fits), len(plan.units(plan.fits))) == (8, 4)
    assert len({fit.seed for fit in plan.fits}) == 4


def test_what_run_json_says_is_plain_json_and_names_every_fit():
    plan = make_plan(spec())
    told = json.loads(json.dumps(plan.describe(), allow_nan=False))
    assert [candidate["keys"] for candidate in told["plan"]] == [
        [fit.key for fit in plan.fits if fit.candidate.index == i] for i in range(2)
    ]
    assert told["plan"][0] == {
        "params": {"C": 0.1, "max_iter": 50},
        "keys": told["plan"][0]["keys"],
        "engine": "estimator",
    }
    assert told["data"]["fingerprint"] == plan.task.dataset.fingerprint
    assert told["scoring"] == {"metrics": ["accuracy"], "refit": "accuracy"}
    assert [axis["name"] for axis in told["axes"]] == ["C", "max_iter"]
    assert told["n_splits"] == 2


def test_the_refit_has_a_seed_and_a_mark_of_its_own_for_each_candidate():
    plan, again, other = make_plan(spec()), make_plan(spec()), make_plan(spec(seed=1))
    one, two = plan.candidates
    assert plan.refit_seed(one) == again.refit_seed(one) != plan.refit_seed(two)
    assert plan.refit_seed(one) != other.refit_seed(one)
    assert plan.mark(0) == again.mark(0) != plan.mark(1)
    assert plan.mark(0) != other.mark(0)


def test_everything_wrong_with_a_sweep_is_said_at_once():
    with pytest.raises(SpecError) as caught:
        make_plan(spec(grid={"c": [1], "max_itre": [2]}, scoring="acuracy"))
    assert {problem.key for problem in caught.value.problems} == {"grid.c", "grid.max_itre", "scoring"}


def test_time_is_judged_by_the_fits_that_are_done():
    seen = [FitRecord("a", {}, 0, "ok", fit_time=3.0, score_time=1.0), FitRecord("b", {}, 0, "failed", fit_time=99.0)]
    assert expected_seconds(seen, left=10, workers=2) == 20
    assert expected_seconds(seen, left=10, workers=0) == 40
    assert expected_seconds([], left=10, workers=2) is None


@pytest.mark.parametrize(("seconds", "text"), [(0.2, "0:00"), (59.6, "1:00"), (725, "12:05"), (12000, "3:20:00")])
def test_durations(seconds, text):
    assert duration(seconds) == text


def test_planned_counts():
    plan = make_plan(spec())
    planned = plan.planned(Path("x"), list(recorded(plan.fits[:1]).values()), workers=2)
    assert isinstance(planned, Planned)
    assert (planned.candidates, planned.n_splits, planned.fits, planned.done) == (2, 2, 4, 1)
    assert planned.varied == ("C",)
