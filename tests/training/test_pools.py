"""Several engines in one run: who trains what, what is kept of it, and what is not started."""

from __future__ import annotations

import json

import numpy as np
import pytest

from gridlab.records.best import read_account
from gridlab.records.results import load_results
from gridlab.sweep.spec import SweepSpec
from gridlab.training import pools
from gridlab.training.outline import outline
from gridlab.training.plan import make_plan
from gridlab.training.pools import ALONE, Pools
from gridlab.training.run import Reporter, run_sweep

X = np.random.default_rng(1).normal(size=(60, 4)).astype("float32")
Y = np.arange(60) % 3


def build(kind, rate=0.1):
    import keras

    class Own(keras.Model):
        def train_step(self, *given):
            return super().train_step(*given)

    layers = [keras.Input((4,)), keras.layers.Dropout(rate), keras.layers.Dense(3, "softmax")]
    model = keras.Sequential(layers)
    if kind == "own":
        model = Own(model.inputs, model.outputs)
    model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
    return model


def spec(**given):
    grid = [{"kind": ["plain"], "epochs": [3000]}, {"kind": ["own"], "epochs": [2]}]  # seconds, and a moment
    grid = [{**part, "rate": [0.1, 0.3]} for part in grid]
    data = {"arrays": (X, Y), "test_size": 0.2}
    wanted = {"name": "p", "data": data, "model": build, "grid": grid, "cv": 2, "workers": 1}
    return SweepSpec(**{**wanted, **given})


class Ear(Reporter):
    def __init__(self):
        self.looked, self.moved, self.plan = [], [], None

    def looking(self, candidates):
        self.looked.append(candidates)

    def planned(self, planned):
        self.plan = planned

    def progressed(self, begun):
        self.moved.append(begun)


@pytest.mark.slow
def test_each_candidate_is_trained_by_what_can_and_nothing_starts_where_nothing_is_to_do(tmp_path, monkeypatch):
    before = outline(spec(), tmp_path).splitlines()
    assert "units       vmap: 2 of 2 fits; single: 4 of 1 fit" in before
    assert "programs    1 of 4 lanes" in before
    assert "not vmap    2 candidates: Own has a training step of its own (train_step)" in before

    ear = Ear()
    found = run_sweep(spec(), tmp_path, reporter=ear)
    assert {r.engine for r in found.records.values() if r.params["kind"] == "own"} == {"single"}
    assert {r.engine for r in found.records.values() if r.params["kind"] == "plain"} == {"vmap"}
    assert all(record.ok for record in found.records.values())
    assert (ear.looked, ear.plan.engine, ear.plan.workers) == ([4], "vmap and single", 1)
    assert max(ear.moved) > 0, "progress moved while a program ran"
    account = read_account(tmp_path / "p")
    assert account["params"] == found.best["params"]
    assert not (tmp_path / "p" / "data").exists()

    monkeypatch.setattr(pools, "Workers", lambda *_, **__: pytest.fail("started a worker"))
    again = Ear()
    run_sweep(spec(), tmp_path, reporter=again)
    assert (again.looked, again.plan.done) == ([], 8)
    assert "nothing to train" in outline(spec(), tmp_path)
    engines = [line["engine"] for line in json.loads((tmp_path / "p" / "run.json").read_text())["plan"]]
    assert engines == ["vmap", "vmap", "single", "single"]
    assert load_results(tmp_path / "p").n_done == 8


def test_in_this_process_nothing_is_looked_at(tmp_path):
    plan = make_plan(spec(workers=0))
    with Pools(plan, tmp_path, None) as found:
        assert found.look(plan.fits) == ALONE


def test_what_cannot_be_looked_at_is_said(tmp_path, monkeypatch):
    class Dying:
        def __init__(self, *_):
            pass

        def call_each(self, *_):
            raise MemoryError("no room")

        def __enter__(self):
            return self

        def __exit__(self, *_):
            pass

    monkeypatch.setattr(pools, "Workers", Dying)
    plan = make_plan(spec())
    with Pools(plan, tmp_path / "data", None) as found:
        assert "failed: MemoryError: no room" in found.look(plan.fits)


def test_one_worker_takes_a_whole_card(tmp_path, monkeypatch):
    plan = make_plan(spec(workers="auto"))
    monkeypatch.setattr(pools, "accelerated", lambda: True)
    with Pools(plan, tmp_path / "data", None) as found:
        assert found.layout("vmap", 100).workers == 1
    with Pools(make_plan(spec(workers=3)), tmp_path / "data", None) as found:
        assert found.layout("vmap", 100).workers == 3
