from __future__ import annotations

import json

import numpy as np
import pytest

from gridlab.sweep.grid import Beside
from gridlab.sweep.spec import SweepSpec
from gridlab.training import choosing
from gridlab.training.choosing import Survey, choose
from gridlab.training.plan import make_plan

X = np.random.default_rng(1).normal(size=(60, 4)).astype("float32")
Y = np.arange(60) % 3
WHY = "its builder sets the value of dense/kernel itself"


def plan(**given):
    wanted = {"name": "p", "data": (X, Y), "model": "fc3", "grid": {"dropout": [0.1, 0.2, 0.3]}, "cv": 2}
    return make_plan(SweepSpec(**{**wanted, **given}))


class Looking:
    """Stands where a worker builds models: refuses some rates of dropout on some splits."""

    def __init__(self, *refused):
        self.refused = set(refused)
        self.seen = []

    def __call__(self, fits):
        self.seen += [(fit.candidate.params["dropout"], fit.split) for fit in fits]
        no = {fit.key for fit in fits if (fit.candidate.params["dropout"], fit.split) in self.refused}
        programs = {fit.key: f"program {fit.split}" for fit in fits if fit.key not in no}
        return Survey(programs, dict.fromkeys(no, WHY))


def info(chosen):
    return json.loads(json.dumps(chosen.describe()))


def keys(chosen):
    return [fit.key for fit in chosen.fits]


def test_what_can_be_compiled_is():
    found = choose(plan(), {}, Looking())
    assert found.engine == "vmap"
    assert keys(found) == keys(plan(engine="vmap"))
    assert [choice.programs for choice in found.choices] == [("program 0", "program 1")] * 3
    assert found.work(found.fits).keys() == {"vmap"}


def test_a_candidate_that_cannot_be_compiled_on_every_split_goes_to_single_with_all_of_them():
    found = choose(plan(), {}, Looking((0.2, 1)))
    assert [choice.engine for choice in found.choices] == ["vmap", "single", "vmap"]
    assert found.choices[1].why == WHY
    assert found.engine == "vmap and single"
    by_name = {name: keys(plan(engine=name)) for name in ("vmap", "single")}
    assert keys(found) == by_name["vmap"][:2] + by_name["single"][2:4] + by_name["vmap"][4:]
    work = found.work(found.fits)
    assert [*work] == ["vmap", "single"], "the workers that looked go on"
    assert {engine: sum(map(len, units)) for engine, units in work.items()} == {"vmap": 4, "single": 2}
    assert found.units(found.fits) == work["vmap"] + work["single"]


def test_a_choice_lasts_and_only_what_is_new_is_looked_at():
    first = choose(plan(), {}, Looking((0.2, 1)))
    again = choose(plan(), info(first), pytest.fail)
    assert again.choices == first.choices
    assert keys(again) == keys(first)
    look = Looking()
    more = choose(plan(grid={"dropout": [0.1, 0.15, 0.2, 0.3]}), info(first), look)
    assert look.seen == [(0.15, 0), (0.15, 1)]
    assert set(keys(first)) < set(keys(more))
    less = choose(plan(grid={"dropout": [0.3]}), info(more), pytest.fail)
    assert set(keys(less)) < set(keys(first))


def test_what_is_left_of_a_batch_keeps_its_place_and_what_is_new_is_a_batch_of_its_own():
    first = choose(plan(), {}, Looking())
    [left, *_] = first.fits
    [unit] = first.units([left])
    assert [fit.key for fit in unit] == [fit.key for fit in first.fits if fit.split == left.split]
    assert [isinstance(fit, Beside) for fit in unit] == [False, True, True]
    assert unit[0] == left
    more = choose(plan(grid={"dropout": [0.1, 0.15, 0.2, 0.3, 0.4]}), info(first), Looking())
    new = [fit for fit in more.fits if fit.candidate.params["dropout"] in (0.15, 0.4)]
    assert sorted(len(unit) for unit in more.units(new)) == [2, 2]
    again = choose(plan(grid={"dropout": [0.1, 0.15, 0.2, 0.3, 0.4]}), info(more), pytest.fail)
    assert [choice.batch for choice in again.choices] == [0, 1, 0, 0, 1]
    assert {len(unit) for unit in again.units([new[0], left])} == {2, 3}


@pytest.mark.parametrize("change", [{"data": (X + 1, Y)}, {"cv": 3}, {"fit": {"epochs": 3}}, {"seed": 1}], ids=str)
def test_other_fits_are_looked_at(change):
    look = Looking()
    choose(plan(**change), info(choose(plan(), {}, Looking())), look)
    assert len(look.seen) == 3 * change.get("cv", 2)


def test_another_version_of_what_builds_models_looks_again(monkeypatch):
    before, look = info(choose(plan(), {}, Looking())), Looking()
    monkeypatch.setattr(choosing, "version", lambda name: f"{name} of tomorrow")
    choose(plan(), before, look)
    assert len(look.seen) == 6


@pytest.mark.parametrize("broken", [{"survey": 3}, {"plan": []}, {"plan": [{"keys": None}, {}]}], ids=str)
def test_a_file_that_tells_nothing_is_no_obstacle(broken):
    look = Looking()
    choose(plan(), {**info(choose(plan(), {}, Looking())), **broken}, look)
    assert len(look.seen) == 6


def test_asked_for_by_name_the_engine_keeps_what_it_refuses():
    found = choose(plan(engine="vmap"), {}, Looking((0.2, 0)))
    assert found.engine == "vmap"
    assert [choice.why for choice in found.choices] == ["", WHY, ""]
    assert keys(found) == keys(plan(engine="vmap"))
    auto = choose(plan(), info(found), pytest.fail)
    assert [choice.engine for choice in auto.choices] == ["vmap", "single", "vmap"]


def test_what_is_slower_compiled_goes_to_single_unless_vmap_is_asked_for_by_name():
    def look(fits):
        survey = Looking()(fits)
        return survey._replace(slow={key: "slow" for fit in fits if (key := fit.key) and fit.candidate.index == 1})

    found = choose(plan(), {}, look)
    assert [(choice.engine, choice.why) for choice in found.choices] == [("vmap", ""), ("single", "slow"), ("vmap", "")]
    assert choose(plan(), info(found), pytest.fail).choices == found.choices
    named = choose(plan(engine="vmap"), info(found), look)
    assert {(choice.engine, choice.why, len(choice.programs)) for choice in named.choices} == {("vmap", "", 2)}


def test_where_nobody_can_look_one_at_a_time_is_trained_and_the_choice_is_not_kept():
    found = choose(plan(), {}, lambda fits: "no room")
    assert found.engine == "single"
    assert {choice.why for choice in found.choices} == {"no room"}
    look = Looking()
    assert choose(plan(), info(found), look).engine == "vmap"
    assert len(look.seen) == 6
    assert choose(plan(engine="vmap"), {}, lambda fits: "no room").engine == "vmap"


def test_what_is_no_network_by_itself_is_not_looked_at():
    pipeline = {"pipeline": ["sklearn.preprocessing:StandardScaler", "fc3"]}
    found = choose(plan(model=pipeline), {}, pytest.fail)
    assert (found.engine, {choice.why for choice in found.choices}) == ("single", {choosing.PIPELINE})
    logistic = {"model": "sklearn.linear_model:LogisticRegression", "grid": {"C": [1.0]}}
    assert choose(plan(**logistic), {}, pytest.fail).engine == "estimator"
    assert choose(plan(engine="single"), {}, pytest.fail).engine == "single"
