"""Runs: resumed, repeated, changed, interrupted; with estimators that train in no time."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from gridlab.errors import RunLockedError, StoreError
from gridlab.records.best import read_account
from gridlab.records.results import load_results
from gridlab.records.store import RunStore
from gridlab.sweep.spec import SweepSpec
from gridlab.training.run import Reporter, run_sweep

ROOT = Path(__file__).parents[2]
X = np.random.default_rng(1).normal(size=(60, 4)).astype("float32")
Y = np.arange(60) % 3


class Ear(Reporter):
    """Remembers what it is told."""

    def __init__(self, stop_after: int = -1) -> None:
        self.heard: list[str] = []
        self.notes: list[str] = []
        self._stop_after = stop_after

    @property
    def trained(self) -> int:
        return self.heard.count("recorded")

    def planned(self, planned):
        self.heard.append("planned")
        self.plan = planned

    def recorded(self, record):
        self.heard.append("recorded")
        if self.trained == self._stop_after:
            raise KeyboardInterrupt

    def refitting(self, params):
        self.heard.append("refitting")

    def noted(self, note):
        self.notes.append(note)

    def closed(self):
        self.heard.append("closed")


def spec(**given):
    wanted = {
        "name": "r",
        "data": {"arrays": (X, Y), "test_size": 0.2},
        "model": "sklearn.linear_model:SGDClassifier",
        "grid": {"alpha": [0.001, 0.01], "max_iter": [20], "tol": [None]},
        "cv": 2,
        "seed": 4,
        "workers": 0,
    }
    return SweepSpec(**{**wanted, **given})


def go(sweep, folder, ear=None, **settings):
    ear = ear or Ear()
    return run_sweep(sweep, folder, reporter=ear, **settings), ear


def numbers(results):
    """All that two runs of one sweep must agree on."""
    found = {}
    for i in range(len(results)):
        arrays = results.predictions(i)
        for key in results.info["plan"][i]["keys"]:
            record = results.records[key]
            kept = {name: array.tobytes() for name, array in arrays[record.split].items()} if arrays else {}
            found[key] = (record.status, dict(record.scores), dict(record.curves), record.error, kept)
    return found


def test_a_run_leaves_all_that_it_promises(tmp_path):
    results, ear = go(spec(), tmp_path)
    folder = tmp_path / "r"
    assert ear.heard == ["planned", *["recorded"] * 4, "refitting", "closed"]
    assert results.n_done == results.n_fits == 4
    assert load_results(folder).table.equals(results.table)
    rows = json.loads((folder / "results.json").read_text())
    assert [row["alpha"] for row in rows] == [0.001, 0.01]
    assert all(row["status"] == "ok" for row in rows)
    info = json.loads((folder / "run.json").read_text())
    assert info["provenance"]["finished"] is not None
    assert info["data"]["n_test"] == 12
    account = read_account(folder)
    assert account["params"] == results.best["params"]
    assert set(account["test_scores"]) == {"accuracy"}
    for split, rows in enumerate(results.truth.rows):
        said = results.predictions(0)[split]["label"]
        score = results.table[f"split{split}_test_score"][0]
        assert (said == results.truth.y[rows]).mean() == pytest.approx(score)
    assert not (folder / "data").exists()
    assert not (folder / "holder.json").exists()


def test_the_best_model_is_the_one_that_was_tested(tmp_path):
    import joblib
    from sklearn.metrics import accuracy_score

    from gridlab.training.plan import make_plan

    results, _ = go(spec(), tmp_path)
    data = make_plan(spec()).task.dataset
    model = joblib.load(results.folder / "best.joblib")
    tested = accuracy_score(data.y_test, model.predict(data.X_test))
    assert read_account(results.folder)["test_scores"]["accuracy"] == pytest.approx(tested)
    assert model.alpha == results.best["params"]["alpha"]


def test_the_same_again_trains_nothing(tmp_path):
    first, _ = go(spec(), tmp_path)
    model = (first.folder / "best.joblib").stat().st_mtime_ns
    again, ear = go(spec(), tmp_path)
    assert ear.heard == ["planned", "closed"]
    assert ear.plan.done == ear.plan.fits == 4
    assert numbers(again) == numbers(first)
    assert (first.folder / "best.joblib").stat().st_mtime_ns == model
    assert again.info["provenance"] == first.info["provenance"], "where the numbers come from has not changed"


def test_one_more_value_trains_only_what_is_new(tmp_path):
    first, _ = go(spec(), tmp_path)
    more, ear = go(spec(grid={"alpha": [0.001, 0.1, 0.01], "max_iter": [20], "tol": [None]}), tmp_path)
    assert (ear.trained, ear.plan.done) == (2, 4)
    assert len(more) == 3
    assert numbers(first).items() <= numbers(more).items()


def test_one_value_less_shows_only_what_is_asked_for(tmp_path):
    go(spec(), tmp_path)
    less, ear = go(spec(grid={"alpha": [0.01], "max_iter": [20], "tol": [None]}), tmp_path)
    assert ear.trained == 0
    assert len(less) == len(json.loads((tmp_path / "r" / "results.json").read_text())) == 1
    assert len(less.records) == 4, "nothing is thrown away"


@pytest.mark.parametrize(
    "change",
    [{"seed": 5}, {"cv": 3}, {"data": {"arrays": (X + 1, Y), "test_size": 0.2}}, {"scoring": "f1_macro"}],
    ids=["seed", "folds", "data", "scoring"],
)
def test_whatever_changes_the_numbers_trains_anew_and_does_not_mix(tmp_path, change):
    go(spec(), tmp_path)
    changed, ear = go(spec(**change), tmp_path)
    assert ear.trained == len(changed.info["plan"]) * changed.info["n_splits"]
    alone, _ = go(spec(**change), tmp_path / "alone")
    assert numbers(changed) == numbers(alone)
    back, ear = go(spec(), tmp_path)
    assert ear.trained == 0
    assert "refitting" in ear.heard, "the saved model was the changed sweep's"
    assert read_account(back.folder)["params"] == back.best["params"]


def test_edited_code_trains_anew(tmp_path):
    text = "from tests.training.killers import Moody\nclass Mine(Moody):\n    bonus = {}\n"
    for bonus, trained in ((1, 4), (2, 4), (1, 0)):
        (tmp_path / "mine.py").write_text(text.format(bonus))
        sweep = spec(model="./mine.py:Mine", grid={"mood": ["a", "b"]}, base=tmp_path)
        _, ear = go(sweep, tmp_path)
        assert ear.trained == trained, bonus


def test_interrupted_it_keeps_what_is_done_and_goes_on_from_there(tmp_path):
    undisturbed, _ = go(spec(), tmp_path / "undisturbed")
    ear = Ear(stop_after=3)
    with pytest.raises(KeyboardInterrupt):
        go(spec(), tmp_path, ear)
    assert ear.heard[-1] == "closed"
    rows = json.loads((tmp_path / "r" / "results.json").read_text())
    assert [row["status"] for row in rows] == ["ok", "pending"]
    resumed, ear = go(spec(), tmp_path)
    assert (ear.trained, ear.plan.done) == (1, 3)
    assert numbers(resumed) == numbers(undisturbed)


def test_interrupted_before_anything_was_told_leaves_a_folder_that_can_be_read(tmp_path):
    class Hasty(Ear):
        def planned(self, planned):
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        go(spec(), tmp_path, Hasty())
    assert [row["status"] for row in load_results(tmp_path / "r").rows()] == ["pending", "pending"]


def test_interrupted_in_the_refit_only_that_is_left(tmp_path):
    class Hasty(Ear):
        def refitting(self, params):
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        go(spec(), tmp_path, Hasty())
    assert read_account(tmp_path / "r") is None
    _, ear = go(spec(), tmp_path)
    assert ear.heard == ["planned", "refitting", "closed"]
    assert read_account(tmp_path / "r") is not None


def test_failed_fits_are_tried_again_only_when_asked(tmp_path):
    sweep = spec(grid={"alpha": [-1.0, 0.01]})
    results, _ = go(sweep, tmp_path)
    assert [row["status"] for row in results.rows()] == ["failed", "ok"]
    assert "alpha" in results.rows()[0]["error"]
    _, ear = go(sweep, tmp_path)
    assert ear.trained == 0
    again, ear = go(sweep, tmp_path, retry_failed=True)
    assert ear.trained == 2
    assert numbers(again) == numbers(results)


def test_where_every_fit_fails_there_is_no_best(tmp_path):
    results, ear = go(spec(grid={"alpha": [-1.0, -2.0]}), tmp_path)
    assert results.best is None
    assert "refitting" not in ear.heard
    assert read_account(results.folder) is None


def test_a_best_candidate_that_cannot_be_refitted_is_said_and_nothing_is_lost(tmp_path, monkeypatch):
    def refuse(*_):
        raise MemoryError("no room")

    monkeypatch.setattr("gridlab.training.refit.refit", refuse)
    results, ear = go(spec(), tmp_path)
    assert results.n_done == 4
    assert ear.notes == ["the best candidate could not be refitted: MemoryError: no room"]


def test_two_at_once_the_second_is_told_who_holds_it(tmp_path):
    with RunStore(tmp_path / "r", write=True), pytest.raises(RunLockedError, match=f"process {os.getpid()} "):
        go(spec(), tmp_path)


def test_a_disk_that_fills_up_ends_the_run_with_its_reason_and_keeps_what_was_recorded(tmp_path, monkeypatch):
    append, seen = RunStore.append, []

    def full(self, *given):
        if len(seen) == 2:
            raise StoreError("r: cannot record a fit: the disk is full")
        seen.append(given)
        return append(self, *given)

    monkeypatch.setattr(RunStore, "append", full)
    with pytest.raises(StoreError, match="the disk is full"):
        go(spec(), tmp_path)
    assert load_results(tmp_path / "r").n_done == 2


def test_scorers_stand_in_their_order_and_refit_ranks(tmp_path):
    results, ear = go(
        spec(
            model="sklearn.linear_model:LogisticRegression",
            grid={"C": [0.01, 10.0]},
            scoring={"metrics": ["accuracy", "neg_log_loss"], "refit": "neg_log_loss"},
        ),
        tmp_path,
    )
    assert results.refit_metric == ear.plan.metric == "neg_log_loss"
    assert results.best["mean_test_score"] == max(row["mean_test_score"] for row in results.rows()) < 0
    assert {"mean_test_accuracy", "std_test_accuracy"} <= results.best.keys()


@pytest.mark.slow
def test_workers_do_not_change_a_number(tmp_path):
    sweep = spec(
        data={"name": "digits", "limit": 300},
        model="sklearn.neural_network:MLPClassifier",
        grid={"hidden_layer_sizes": [[64, 32]], "max_iter": [400], "learning_rate_init": [0.01, 0.02]},
    )
    found = [numbers(go(sweep.model_copy(update={"workers": count}), tmp_path / str(count))[0]) for count in (0, 1, 2)]
    assert found[0] == found[1] == found[2]


@pytest.mark.slow
def test_a_deadly_candidate_is_recorded_as_failed_and_the_sweep_goes_on(tmp_path):
    sweep = spec(model="tests.training.killers:Moody", grid={"mood": ["calm", "deadly"]}, workers=1)
    results, ear = go(sweep, tmp_path)
    assert [row["status"] for row in results.rows()] == ["ok", "failed"]
    assert "SIGKILL" in results.rows()[1]["error"]
    assert results.best["params"] == {"mood": "calm"}
    assert "refitting" in ear.heard
    _, ear = go(sweep, tmp_path)
    assert ear.trained == 0


SWEEP = """
name: r
data: {name: digits, limit: 120, test_size: 0.2}
model: {name: "tests.training.killers:Moody", sleep: 0.15}
grid: {mood: [a, b, c, d, e, f, g, h]}
cv: 3
workers: 1
"""


def start(folder, sleep=0.15, **settings):
    (folder / "s.yaml").write_text(SWEEP.replace("0.15", str(sleep)))
    command = [sys.executable, "-m", "gridlab", "run", str(folder / "s.yaml"), "--results", str(folder / "results")]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    return subprocess.Popen(
        command, env=environment, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, **settings
    )


def lines(folder):
    journal = folder / "results" / "r" / "fits.jsonl"
    return len(journal.read_bytes().splitlines()) if journal.exists() else 0


def wait_for(folder, number, process):
    deadline = time.monotonic() + 120
    while lines(folder) < number:
        assert process.poll() is None, process.communicate()
        assert time.monotonic() < deadline
        time.sleep(0.02)


@pytest.mark.slow
def test_killed_at_random_moments_and_resumed_it_ends_with_the_numbers_of_a_run_left_alone(tmp_path):
    chance = random.Random(7)
    for at in (2, 11):
        process = start(tmp_path)
        wait_for(tmp_path, at, process)
        time.sleep(chance.random() * 0.3)
        process.kill()
        process.communicate()
        kept = lines(tmp_path)
        assert kept >= at
    last = start(tmp_path)
    said, progress = last.communicate()
    assert last.returncode == 0, progress
    assert "of them done already" in progress
    assert said.count("best model:") == 1
    from gridlab.training.check import checked

    alone = run_sweep(checked(tmp_path / "s.yaml")[0].model_copy(update={"workers": 0}), tmp_path / "alone")
    assert numbers(load_results(tmp_path / "results" / "r")) == numbers(alone)


@pytest.mark.slow
def test_ctrl_c_and_a_second_run_at_once(tmp_path):
    process = start(tmp_path, sleep=2, start_new_session=True)
    wait_for(tmp_path, 1, process)
    second = start(tmp_path, sleep=2)
    _, refused = second.communicate()
    assert second.returncode == 2
    assert f"process {process.pid} " in refused
    assert "Traceback" not in refused
    os.killpg(process.pid, signal.SIGINT)  # as a terminal does: to all of them
    _, said = process.communicate(timeout=60)
    assert process.returncode == 130, said
    assert "Traceback" not in said
    assert said.rstrip().splitlines()[-1] == (
        "interrupted: finished fits are kept; the same command goes on from there"
    )
    rows = json.loads((tmp_path / "results" / "r" / "results.json").read_text())
    assert len(rows) == 8
    assert rows[-1]["status"] == "pending"
    assert 1 <= load_results(tmp_path / "results" / "r").n_done == lines(tmp_path) < 24
