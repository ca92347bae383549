from __future__ import annotations

import json
import os
import threading
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from gridlab.errors import DataError, StoreError
from gridlab.training.datasets.dataset import Dataset, fingerprint
from tests.training.datasets.contract import load

X = np.arange(60, dtype=np.float32).reshape(30, 2)


@pytest.fixture(params=["whole numbers", "text", "truth", "targets"])
def dataset(request):
    y = np.arange(30) % 3
    labels = {"whole numbers": y, "text": np.array(["ಸೊನ್ನೆ", "b", "c"])[y], "truth": y > 0, "targets": y + 0.5}
    return load("mine", arrays=(X, labels[request.param]), test_size=6)


def test_saved_and_opened_it_is_the_same(dataset, tmp_path):
    opened = Dataset.open(dataset.save(tmp_path))
    for name in ("X", "y", "X_test", "y_test"):
        there, here = getattr(opened, name), getattr(dataset, name)
        np.testing.assert_array_equal(there, here)
        assert there.dtype == here.dtype
        assert type(there) is np.ndarray
        assert not there.flags.writeable
    assert (opened.name, opened.source, opened.kind, opened.classes) == ("mine", "mine", dataset.kind, dataset.classes)
    assert [type(c) for c in opened.classes] == [type(c) for c in dataset.classes]
    assert fingerprint(opened.kind, opened.X, opened.y, opened.X_test, opened.y_test) == dataset.fingerprint


def test_rows_are_chosen_from_the_mapped_file(dataset, tmp_path):
    opened = Dataset.open(dataset.save(tmp_path))
    rows = np.array([3, 1, 2])
    chosen = opened.X[rows]
    np.testing.assert_array_equal(chosen, dataset.X[rows])
    assert chosen.flags.writeable
    assert isinstance(opened.X.base, np.memmap)


def test_a_data_set_without_a_held_out_part(tmp_path):
    opened = Dataset.open(load("mine", arrays=(X, np.arange(30) % 3)).save(tmp_path))
    assert opened.X_test is None
    assert opened.y_test is None


def test_it_is_written_once(dataset, tmp_path):
    path = dataset.save(tmp_path)
    before = (path / "X.npy").stat().st_mtime_ns
    assert dataset.save(tmp_path) == path
    assert (path / "X.npy").stat().st_mtime_ns == before
    assert [p.name for p in tmp_path.iterdir()] == [dataset.fingerprint]


def test_what_a_crash_left_is_written_anew(dataset, tmp_path):
    path = dataset.save(tmp_path)
    content = (path / "X.npy").read_bytes()
    (path / "X.npy").write_bytes(content[:-8])
    with pytest.raises(DataError, match="not all of it"):
        Dataset.open(path)
    dataset.save(tmp_path)
    np.testing.assert_array_equal(Dataset.open(path).X, dataset.X)
    os.truncate(path / "dataset.json", 10)
    np.testing.assert_array_equal(Dataset.open(dataset.save(tmp_path)).X, dataset.X)


def test_a_disk_that_says_no_is_one_sentence_and_leaves_nothing(dataset, tmp_path, monkeypatch):
    def full(*args, **kwargs):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(np, "save", full)
    with pytest.raises(StoreError, match="disk is full"):
        dataset.save(tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_nothing_there_is_refused(tmp_path):
    with pytest.raises(DataError, match="no data set that gridlab saved"):
        Dataset.open(tmp_path / "nowhere")


def test_many_may_save_at_once(tmp_path):
    mine = load("mine", arrays=(np.zeros((20_000, 50), np.float32), np.arange(20_000) % 2))
    together = threading.Barrier(8)

    def save(_):
        together.wait()
        return mine.save(tmp_path)

    with ThreadPoolExecutor(8) as threads:
        [path] = set(threads.map(save, range(8)))
    assert [path] == list(tmp_path.iterdir())
    assert len(Dataset.open(path).y) == 20_000


def test_its_description_is_plain_json(dataset):
    described = json.loads(json.dumps(dataset.describe()))
    assert described == dataset.describe()
    assert (described["n"], described["n_test"], described["shape"]) == (24, 6, [2])


def test_fingerprints_tell_types_shapes_and_places_apart():
    a = np.arange(6, dtype=np.float32)
    different = [
        fingerprint("classification", a),
        fingerprint("regression", a),
        fingerprint("classification", a.reshape(2, 3)),
        fingerprint("classification", a.astype(np.float64)),
        fingerprint("classification", a, None),
        fingerprint("classification", None, a),
        fingerprint("classification", a[:3], a[3:]),
    ]
    assert len(set(different)) == len(different)
    assert fingerprint("classification", a.reshape(2, 3).T) == fingerprint("classification", a.reshape(2, 3).T.copy())


def test_the_fingerprint_is_the_same_everywhere():
    """Written down, since records of older runs are found by it."""
    assert load("mine", arrays=(X, np.arange(30) % 3)).fingerprint == "cb4d51a086b4bcff1264"
