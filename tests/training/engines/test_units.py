from __future__ import annotations

import itertools
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gridlab.sweep.grid import candidates, fits
from gridlab.sweep.spec import SweepSpec
from gridlab.training.engines import units
from gridlab.training.engines.units import by_program, by_trajectory, one_by_one
from gridlab.training.plan import make_plan

grids = st.fixed_dictionaries(
    {"epochs": st.lists(st.integers(1, 9), min_size=1, max_size=4, unique=True)},
    optional={"dropout": st.lists(st.sampled_from([0.1, 0.2, 0.4]), min_size=1, max_size=3, unique=True)},
)


@given(grids, st.integers(1, 3), st.randoms())
def test_units_hold_every_fit_once_and_only_what_is_one_training(grid, n_splits, random):
    planned = fits(candidates([grid]), n_splits, seed=0, identity=lambda p: 0, shared=lambda p: frozenset({"epochs"}))
    chosen = random.sample(planned, random.randint(0, len(planned)))
    found = by_trajectory(None, chosen, {})
    assert sorted(f.key for f in itertools.chain(*found)) == sorted(f.key for f in chosen)
    for unit in found:
        assert len({(f.split, f.seed, f.candidate.params.get("dropout")) for f in unit}) == 1
    assert len(found) == len({f.trajectory for f in chosen})


def test_one_by_one():
    planned = fits(candidates([{"a": [1, 2]}]), 2, seed=0, identity=lambda p: 0)
    assert one_by_one(None, planned, {}) == [(fit,) for fit in planned]


def plan():
    grid = {"dropout": [0.0, 0.2, 0.4], "optimizer": ["Adam", "SGD"], "batch_size": [16, 32], "epochs": [1, 2]}
    given = {"name": "a", "data": "digits", "model": "fc3", "grid": grid, "engine": "vmap", "cv": 2}
    return make_plan(SweepSpec.model_validate(given))


def test_by_looks_fits_go_together_that_differ_in_real_numbers_and_epochs(monkeypatch):
    monkeypatch.setattr(units, "cpu_count", lambda: 2)
    fits = plan().fits
    sizes = sorted(map(len, by_program(plan().task, fits, {})))
    assert sizes == [4] * 4 + [8] * 4  # without dropout, and with two rates of it: two epochs each, on two splits


def test_programs_are_units_and_are_cut_by_split_where_cores_would_idle(monkeypatch):
    fits = plan().fits
    programs = {fit.key: "ab"[fit.candidate.params["optimizer"] == "SGD"] for fit in fits}
    monkeypatch.setattr(units, "cpu_count", lambda: 2)
    assert sorted(map(len, by_program(plan().task, fits, programs))) == [24, 24]
    monkeypatch.setattr(units, "cpu_count", lambda: 3)
    cut = by_program(plan().task, fits, programs)
    assert sorted(map(len, cut)) == [12] * 4
    assert all(len({fit.split for fit in unit}) == 1 for unit in cut)
    monkeypatch.setattr(units, "accelerated", lambda: True)
    assert len(by_program(plan().task, fits, programs)) == 2, "a card takes all the lanes it can get"


@given(grids, st.integers(1, 5), st.integers(1, 9))
def test_a_program_is_cut_into_the_most_even_parts_and_no_training_is(grid, n_splits, cores):
    shared = SimpleNamespace(recipe=SimpleNamespace(shared=lambda params: frozenset({"epochs"})))
    planned = fits(candidates([grid]), n_splits, seed=0, identity=lambda p: 0, shared=shared.recipe.shared)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(units, "cpu_count", lambda: cores)
        patch.setattr(units, "accelerated", lambda: False)
        found = by_program(shared, planned, {fit.key: "one" for fit in planned})
    assert sorted(f.key for f in itertools.chain(*found)) == sorted(f.key for f in planned)
    parts = [{fit.trajectory for fit in unit} for unit in found]
    assert sum(map(len, parts)) == len(set().union(*parts)), "fits that differ in epochs are one training"
    n = len(set().union(*parts)) // n_splits
    assert max(map(len, parts)) == min(-(-n // cores) * n_splits, -(-n_splits // cores) * n)


def test_a_program_that_is_cut_by_lane_is_the_same_in_all_parts(monkeypatch):
    given = {"dropout": [0.2, 0.4], "learning_rate": [0.1, 0.2, 0.3], "epochs": [1, 2]}
    sweep = make_plan(SweepSpec.model_validate({"name": "a", "data": "digits", "model": "fc3", "grid": given, "cv": 3}))
    monkeypatch.setattr(units, "cpu_count", lambda: 2)
    found = by_program(sweep.task, sweep.fits, {})
    assert [len(unit) for unit in found] == [18, 18]
    for unit in found:
        assert {fit.split for fit in unit} == {0, 1, 2}
        assert {fit.candidate.params["dropout"] for fit in unit} == {0.2, 0.4}
