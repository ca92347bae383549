from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import numpy as np
import psutil
import pytest

from gridlab.errors import GridlabError
from gridlab.sweep.spec import SweepSpec
from gridlab.training.engines import Lost, Trained
from gridlab.training.plan import make_plan
from gridlab.training.pool import InProcess, Workers
from gridlab.training.worker import Setup

X = np.random.default_rng(1).normal(size=(60, 4)).astype("float32")
Y = np.arange(60) % 3
MOODY = "tests.training.killers:Moody"
ENOUGH = 10**12


def moods(*found, marker="", sleep=0.0, model=MOODY):
    grid = {"mood": list(found)}
    if model == MOODY:
        grid |= {"marker": [str(marker)], "sleep": [sleep]}
    return make_plan(SweepSpec(name="p", data=(X, Y), model=model, grid=grid, cv=2))


def workers(plan, folder, count=1, memory=ENOUGH):
    setup = Setup(plan.task.stored(folder / "data"), plan.engine, 1, folder / "log")
    return Workers(setup, count, memory)


def trained(news):
    return [one for one in news if isinstance(one, Trained)]


def by_mood(news):
    return {(one.record.params["mood"], one.record.split): one for one in trained(news)}


def test_in_this_process_units_are_trained_one_after_the_other():
    plan = moods("calm", "other")
    with InProcess(plan.task, plan.engine, 1, quiet=True) as pool:
        found = trained(pool.stream(plan.units(plan.fits)))
        assert pool.call("tests.training.test_pool:told", 3) == (60, 3)
    assert [one.record.key for one in found] == [fit.key for fit in plan.fits]
    assert all(one.record.ok for one in found)


def told(task, number):
    return len(task.dataset.y), number


def failing(task):
    raise RuntimeError("the call failed")


@pytest.mark.slow
def test_workers_give_the_numbers_of_this_process(tmp_path):
    plan = moods("calm", "other")
    with workers(plan, tmp_path, 2) as pool:
        found = by_mood(pool.stream(plan.units(plan.fits)))
        assert pool.call("tests.training.test_pool:told", 3) == (60, 3)
        with pytest.raises(RuntimeError, match="the call failed"):
            pool.call("tests.training.test_pool:failing")
    with InProcess(plan.task, plan.engine, 1, quiet=True) as pool:
        for at, one in by_mood(pool.stream(plan.units(plan.fits))).items():
            assert found[at].record.scores == one.record.scores
            np.testing.assert_array_equal(found[at].predictions["proba"], one.predictions["proba"])


@pytest.mark.slow
def test_a_worker_that_is_killed_takes_its_unit_along_and_no_other(tmp_path):
    plan = moods("calm", "deadly", "other", marker=tmp_path / "log")
    with workers(plan, tmp_path, 2) as pool:
        news = [one for one in pool.stream(plan.units(plan.fits)) if isinstance(one, Trained | Lost)]
    assert len(news) == len(plan.fits)
    assert {mood for (mood, _), one in by_mood(news).items() if one.record.ok} == {"calm", "other"}
    for one in news[-2:]:  # tried again at the end
        assert [fit.candidate.params["mood"] for fit in one.fits] == ["deadly"]
        assert "SIGKILL" in one.error
        assert "\n" not in one.error


@pytest.mark.slow
def test_what_a_unit_has_done_is_safe_when_its_worker_is_killed(tmp_path):
    plan = moods("calm", "other", "deadly once", marker=tmp_path / "pids", sleep=1.0)
    with workers(plan, tmp_path) as pool:
        found = trained(pool.stream([plan.fits]))  # all in one unit, the deadly ones last
    assert sorted(one.record.key for one in found) == sorted(fit.key for fit in plan.fits)
    assert all(one.record.ok for one in found)
    assert len((tmp_path / "pids").read_text().split()) == len(plan.fits), "none was trained twice"


@pytest.mark.slow
def test_a_unit_that_killed_its_worker_once_succeeds_alone(tmp_path):
    plan = moods("deadly once", marker=tmp_path / "log")
    with workers(plan, tmp_path) as pool:
        found = trained(pool.stream(plan.units(plan.fits)))
    assert len(found) == len(plan.fits)
    assert all(one.record.ok for one in found)
    assert Path(f"{tmp_path / 'log'}.once").exists()


@pytest.mark.slow
def test_a_worker_that_was_killed_from_outside_is_replaced(tmp_path):
    plan = moods("calm", "other", marker=tmp_path / "log", sleep=0.1)
    with workers(plan, tmp_path) as pool:
        stream = (one for one in pool.stream(plan.units(plan.fits)) if isinstance(one, Trained))
        first = next(stream)
        (child,) = children_that_train()
        os.kill(child.pid, signal.SIGKILL)
        psutil.wait_procs([child])
        time.sleep(1)  # until its executor has noticed
        rest = list(stream)
    assert len([first, *rest]) == len(plan.fits)
    assert all(one.record.ok for one in rest)


def children_that_train():
    found = psutil.Process().children()
    return [child for child in found if "resource_tracker" not in " ".join(child.cmdline())]


@pytest.mark.slow
def test_a_worker_is_recycled_when_it_has_grown_and_only_then(tmp_path):
    plan = moods("calm", marker=tmp_path / "pids")
    with workers(plan, tmp_path, memory=1) as pool:
        list(pool.stream(plan.units(plan.fits)))
    each = (tmp_path / "pids").read_text().split()
    assert len(set(each)) == len(each) == 2
    (tmp_path / "pids").unlink()
    with workers(plan, tmp_path, memory=ENOUGH) as pool:
        list(pool.stream(plan.units(plan.fits)))
    assert len(set((tmp_path / "pids").read_text().split())) == 1


@pytest.mark.slow
def test_workers_are_gone_when_the_pool_is_left_even_in_the_middle_of_a_unit(tmp_path):
    plan = moods("calm", "other", sleep=60)
    interrupt = threading.Timer(4, signal.pthread_kill, (threading.main_thread().ident, signal.SIGINT))
    interrupt.start()
    with pytest.raises(KeyboardInterrupt), workers(plan, tmp_path, 2) as pool:
        next(pool.stream(plan.units(plan.fits)))
    deadline = time.monotonic() + 10
    while children_that_train() and time.monotonic() < deadline:
        time.sleep(0.1)
    assert children_that_train() == []


PARENT = """
import sys
from pathlib import Path
from tests.training.test_pool import moods, workers
folder = Path(sys.argv[1])
plan = moods("calm", "other", marker=folder / "pids", sleep=0.2)
units = plan.units(plan.fits) * 1000
with workers(plan, folder, 2) as pool:
    for one in pool.stream(units):
        pass
"""


@pytest.mark.slow
def test_workers_leave_within_seconds_when_their_parent_is_killed(tmp_path):
    parent = subprocess.Popen([sys.executable, "-c", PARENT, str(tmp_path)], cwd=Path(__file__).parents[2])
    deadline = time.monotonic() + 120
    while len(set(read(tmp_path / "pids"))) < 2:
        assert parent.poll() is None
        assert time.monotonic() < deadline
        time.sleep(0.1)
    trainers = [psutil.Process(int(pid)) for pid in set(read(tmp_path / "pids"))]
    parent.send_signal(signal.SIGKILL)
    parent.wait()
    _, alive = psutil.wait_procs(trainers, timeout=5)
    assert alive == []


def read(path):
    return path.read_text().split() if path.exists() else []


@pytest.mark.slow
def test_what_cannot_be_sent_to_a_worker_is_said_in_a_sentence(tmp_path):
    from sklearn.linear_model import LogisticRegression

    model = LogisticRegression()
    plan = make_plan(SweepSpec(name="p", data=(X, Y), model=model, grid={"C": [1.0]}, cv=2))
    model.lock = threading.Lock()
    with pytest.raises(GridlabError, match="workers: 0"), workers(plan, tmp_path) as pool:
        list(pool.stream(plan.units(plan.fits)))


@pytest.mark.slow
def test_what_a_worker_cannot_load_ends_the_run_with_its_reason(tmp_path):
    (tmp_path / "mine.py").write_text("from sklearn.linear_model import LogisticRegression\n")
    spec = SweepSpec(
        name="p", data=(X, Y), model="./mine.py:LogisticRegression", grid={"C": [1.0]}, cv=2, base=tmp_path
    )
    plan = make_plan(spec)
    (tmp_path / "mine.py").write_text("import no_such_module_at_all\n")
    with workers(plan, tmp_path) as pool:
        (one, *_) = trained(pool.stream(plan.units(plan.fits)))
    assert "no_such_module_at_all" in one.record.error
