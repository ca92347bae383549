from __future__ import annotations

import json
import os
import random
import resource
import shutil
import subprocess
import sys
import time

import numpy as np
import pytest

from gridlab.errors import RunLockedError, StoreError
from gridlab.records.journal import encode
from gridlab.records.record import FitRecord, StoredCurves
from gridlab.records.store import FITS, RESULTS, RUN, RunStore

KILLED = """
import os, random, signal, sys, time
from pathlib import Path
import numpy as np
from gridlab.records.record import FitRecord
from gridlab.records.store import RunStore

folder, rounds = Path(sys.argv[1]), int(sys.argv[2])
said_so = Path(sys.argv[3])
said_so.touch()
chance = random.Random(0)
for turn in range(rounds):
    before = said_so.stat().st_size
    child = os.fork()
    if child == 0:
        with RunStore(folder, write=True) as store, said_so.open("a") as done:
            for i in range(10**6):
                n = len(store.records)
                curves = {"loss": [0.5] * chance.randrange(2000)}
                record = FitRecord(f"{turn}/{i}", {"n": n}, 0, "ok", {"accuracy": n}, curves=curves)
                store.append(record, {"proba": np.full(5000, n, "f2")})
                if i % 10 == 0:
                    store.write_info({"n": n, "filler": "x" * 100_000})
                done.write(f"{turn}/{i}\\n")
                done.flush()
    while turn % 4 and said_so.stat().st_size == before:  # in one round of four kill it while it opens the run
        time.sleep(0.0005)
    time.sleep(chance.random() * 0.03)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
"""


def test_what_is_appended_is_there_for_the_next(tmp_path, fit):
    with RunStore(tmp_path / "a" / "fc3", write=True) as store:
        assert (store.records, store.info, store.notes) == ({}, {}, [])
        first, second = store.append(fit()), store.append(fit(status="failed", error="NaN loss"))
        assert store.records == {r.key: r for r in (first, second)}
    with RunStore(tmp_path / "a" / "fc3") as store:
        assert store.records == {r.key: r for r in (first, second)}


def test_predictions_come_back_bit_for_bit(tmp_path, fit):
    proba = np.random.default_rng(0).random((50, 10)).astype("f2")
    labels = np.arange(50, dtype="u1")
    with RunStore(tmp_path, write=True) as store:
        record = store.append(fit(), {"proba": proba, "label": labels})
        store.append(fit(), {"proba": proba[:3]})
        bare = store.append(fit())
        assert bare.predictions is None
        assert store.predictions(bare) == {}
    found = RunStore(tmp_path).predictions(RunStore(tmp_path).records[record.key])
    assert {k: (v.dtype, v.tobytes()) for k, v in found.items()} == {
        "proba": (np.dtype("f2"), proba.tobytes()),
        "label": (np.dtype("u1"), labels.tobytes()),
    }


def test_reading_needs_no_lock_and_sees_what_is_there(tmp_path, fit):
    with RunStore(tmp_path, write=True) as writer:
        writer.append(fit(key="a"))
        assert list(RunStore(tmp_path).records) == ["a"]
        with (tmp_path / FITS).open("ab") as half_written:
            half_written.write(b'{"format":1,"key":"b"')
        reader = RunStore(tmp_path)
        assert list(reader.records) == ["a"]
        assert reader.notes == ["fits.jsonl: the last line is torn (21 bytes) and does not count"]
        assert (tmp_path / FITS).read_bytes().endswith(b'"b"')


def test_reading_leaves_no_trace(tmp_path):
    reader = RunStore(tmp_path / "none")
    assert (reader.records, reader.info) == ({}, {})
    assert list(tmp_path.iterdir()) == []


def test_one_writer(tmp_path, fit):
    with RunStore(tmp_path, write=True) as first:
        with pytest.raises(RunLockedError, match=f"process {os.getpid()} on"):
            RunStore(tmp_path, write=True)
        first.append(fit())
    with RunStore(tmp_path, write=True) as second:
        assert len(second.records) == 1


def test_a_torn_tail_is_cut_before_writing_on(tmp_path, fit):
    last = encode(fit(key="b"))
    for cut in range(0, len(last), 7):
        folder = tmp_path / str(cut)
        folder.mkdir()
        (folder / FITS).write_bytes(encode(fit(key="a")) + last[:cut])
        with RunStore(folder, write=True) as store:
            assert bool(store.notes) == bool(cut)
            store.append(fit(key="c"))
        store = RunStore(folder)
        assert (list(store.records), store.notes) == (["a", "c"], [])


def test_a_journal_that_an_editor_left_without_its_last_line_end(tmp_path, fit):
    (tmp_path / FITS).write_bytes(encode(fit(key="a"))[:-1])
    with RunStore(tmp_path, write=True) as store:
        store.append(fit(key="b"))
    assert list(RunStore(tmp_path).records) == ["a", "b"]


def test_killed_at_any_moment_nothing_that_was_recorded_is_lost(tmp_path):
    folder, said_so, rounds = tmp_path / "run", tmp_path / "done.txt", 30
    subprocess.run([sys.executable, "-c", KILLED, str(folder), str(rounds), str(said_so)], check=True)
    acknowledged = said_so.read_text().split()
    assert len({key.split("/")[0] for key in acknowledged}) > rounds / 2  # most of the writers got to write
    with RunStore(folder, write=True) as store:
        assert set(acknowledged) <= set(store.records)
        assert len(store.records) <= len(acknowledged) + rounds
        assert [r.params["n"] for r in store.records.values()] == list(range(len(store.records)))
        for record in store.records.values():
            np.testing.assert_array_equal(store.predictions(record)["proba"], np.full(5000, record.params["n"], "f2"))
        assert store.info["filler"] == "x" * 100_000
    assert RunStore(folder).notes == []


def test_a_full_disk_loses_nothing_and_leaves_no_half_line(tmp_path, fit):
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    with RunStore(tmp_path, write=True) as store:
        store.write_info({"name": "fc3"})
        kept = store.append(fit(key="a"), {"proba": np.arange(100)})
        resource.setrlimit(resource.RLIMIT_FSIZE, ((tmp_path / FITS).stat().st_size + 100, hard))
        try:
            with pytest.raises(StoreError, match=r"the disk is full .* cannot record a fit; what was recorded"):
                store.append(fit(key="b"), {"proba": np.arange(3)})
            with pytest.raises(StoreError, match=r"the disk is full .* cannot write run\.json"):
                store.write_info({"name": "x" * 10_000})
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        assert list(store.records) == ["a"]
        reader = RunStore(tmp_path)
        assert (reader.records, reader.notes, reader.info) == ({"a": kept}, [], {"name": "fc3"})
        store.append(fit(key="c"), {"proba": np.arange(5)})  # room was made
        assert store.predictions(store.records["c"])["proba"].size == 5
    assert list(RunStore(tmp_path).records) == ["a", "c"]


def test_a_really_full_disk(tmp_path, fit):
    mount = tmp_path / "small"
    mount.mkdir()
    made = shutil.which("mount") and subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=256k", "tmpfs", str(mount)], capture_output=True, check=False
    )
    if not made or made.returncode:
        pytest.skip("mounting a small file system takes the rights to do so")
    try:
        with RunStore(mount / "fc3", write=True) as store:
            proba = {"proba": np.random.default_rng(0).random(500)}
            with pytest.raises(StoreError, match="the disk is full") as caught:
                any(store.append(fit(), proba) is None for _ in range(1000))
            kept = dict(store.records)
            with pytest.raises(StoreError, match="the disk is full"):
                store.export([{"x": "y" * 10**6}])
        assert f"{mount}/fc3: the disk is full (" in str(caught.value)
        assert RunStore(mount / "fc3").records == kept
        assert RunStore(mount / "fc3").notes == []
        assert len(kept) > 10
    finally:
        subprocess.run(["umount", str(mount)], check=True)


def test_run_json_is_replaced_and_read_back_as_it_is_on_disk(tmp_path):
    with RunStore(tmp_path, write=True) as store:
        store.write_info({"name": "fc3"})
        store.write_info({"name": "fc3", "values": (1, float("inf"))})
        assert store.info == {"name": "fc3", "values": [1, "inf"]}
    assert RunStore(tmp_path).info == store.info


def test_a_run_json_that_is_none_is_noted(tmp_path):
    (tmp_path / RUN).write_text("{")
    store = RunStore(tmp_path)
    assert store.info == {}
    assert store.notes[0].startswith("run.json: not readable as JSON (")


def test_results_json_is_strict(tmp_path):
    rows = [{"dropout": 0.2, "mean_test_score": float("nan")}, {"dropout": 0.4, "mean_test_score": 0.5}]
    with RunStore(tmp_path, write=True) as store:
        path = store.export(rows)
    assert path == tmp_path / RESULTS

    def refuse(token):
        raise AssertionError(token)

    assert json.loads(path.read_text(), parse_constant=refuse)[1] == rows[1]


@pytest.mark.parametrize("action", [lambda s, r: s.append(r), lambda s, r: s.write_info({}), lambda s, r: s.export([])])
def test_only_a_writer_writes(tmp_path, fit, action):
    with pytest.raises(StoreError, match="open for reading only"):
        action(RunStore(tmp_path), fit())
    with RunStore(tmp_path, write=True) as store:
        pass
    with pytest.raises(StoreError, match="open for reading only"):
        action(store, fit())


def test_a_file_where_the_folder_should_be(tmp_path):
    (tmp_path / "fc3").touch()
    for write in (False, True):
        with pytest.raises(StoreError, match="fc3: cannot open this run: a file stands where a folder should be"):
            RunStore(tmp_path / "fc3", write=write)


def test_what_cannot_be_opened_is_let_go(tmp_path):
    (tmp_path / FITS).mkdir()
    with pytest.raises(StoreError, match="cannot open this run: Is a directory"):
        RunStore(tmp_path, write=True)
    (tmp_path / FITS).rmdir()
    RunStore(tmp_path, write=True).close()


def test_opening_reads_no_curves(tmp_path, fit):
    with RunStore(tmp_path, write=True) as store:
        store.append(fit(key="a"))
    curves = RunStore(tmp_path).records["a"].curves
    assert isinstance(curves, StoredCurves)
    assert "_series" not in vars(curves)


@pytest.mark.slow
def test_ten_thousand_fits_open_in_time_and_one_is_appended_in_time(tmp_path):
    chance = random.Random(0)

    def record(i):
        curves = {n: [chance.random() for _ in range(20)] for n in ("loss", "accuracy", "val_loss", "val_accuracy")}
        params = {"batch_norm": True, "dropout": 0.2, "learning_rate": 0.001, "optimizer": "Adam", "batch_size": 512}
        return FitRecord(f"{i:020d}", params, i % 3, "ok", {"accuracy": chance.random()}, curves=curves)

    (tmp_path / FITS).write_bytes(b"".join(encode(record(i)) for i in range(10_000)))
    opening, appending = [], []
    for _ in range(3):
        began = time.perf_counter()
        store = RunStore(tmp_path, write=True)
        opening.append(time.perf_counter() - began)
        store.close()
    with RunStore(tmp_path, write=True) as store:
        for i in range(200):
            fit = record(10_000 + i)
            began = time.perf_counter()
            store.append(fit)
            appending.append(time.perf_counter() - began)
    assert min(opening) < 1.5
    assert sorted(appending)[100] < 0.005
