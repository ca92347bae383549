from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gridlab.training import machine
from gridlab.training.machine import WORKER_BYTES, Share, memory, share

GB = 1_000_000_000


@pytest.fixture
def of(monkeypatch):
    def set_up(cores, total, free=None):
        monkeypatch.setattr(machine.joblib, "cpu_count", lambda: cores)
        monkeypatch.setattr(machine, "memory", lambda: (int(total * GB), int((total if free is None else free) * GB)))

    return set_up


def test_as_many_workers_as_cores_memory_and_work_carry(of):
    of(cores=8, total=64)
    assert share("auto", "auto", n_units=1000, data_bytes=0).workers == 8
    assert share("auto", "auto", n_units=36, data_bytes=0, units_per_worker=12).workers == 3
    assert share("auto", "auto", n_units=0, data_bytes=0).workers == 1
    of(cores=8, total=4)
    assert share("auto", "auto", n_units=1000, data_bytes=0).workers == 2
    of(cores=8, total=64, free=2)
    assert share("auto", "auto", n_units=1000, data_bytes=0).workers == 1
    of(cores=8, total=64)
    assert share("auto", "auto", n_units=1000, data_bytes=8 * GB).workers == 2


def test_what_is_asked_for_is_given(of):
    of(cores=2, total=4)
    assert share(5, 3, 1, 0).workers == 5
    assert share(5, 3, 1, 0).threads == 3
    assert share(0, "auto", 1, 0).workers == 0


@given(workers=st.integers(0, 9) | st.just("auto"), free=st.floats(0.1, 64), units=st.integers(0, 50))
def test_threads_do_not_follow_from_the_workers_or_from_what_is_free_now(workers, free, units):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(machine.joblib, "cpu_count", lambda: 8)
        patch.setattr(machine, "memory", lambda: (16 * GB, int(free * GB)))
        found = share(workers, "auto", units, 0)
        assert found.threads == 1
        assert found.memory >= 2 * WORKER_BYTES
        assert isinstance(found, Share)


def test_threads_share_the_cores_where_memory_carries_fewer_workers(of):
    of(cores=8, total=4)
    assert share("auto", "auto", 1000, 0).threads == 4


def test_a_container_s_limit_counts(monkeypatch):
    files = {"/sys/fs/cgroup/memory.max": str(2 * GB), "/sys/fs/cgroup/memory.current": str(GB)}

    def read(path):
        if str(path) not in files:
            raise FileNotFoundError(path)
        return files[str(path)]

    monkeypatch.setattr(Path, "read_text", read)
    monkeypatch.setattr(machine.psutil, "virtual_memory", lambda: SimpleNamespace(total=32 * GB, available=30 * GB))
    assert memory() == (2 * GB, GB)
    files["/sys/fs/cgroup/memory.max"] = "max\n"
    assert memory() == (32 * GB, 30 * GB)
    files["/sys/fs/cgroup/memory/memory.limit_in_bytes"] = str(3 * GB)
    files["/sys/fs/cgroup/memory/memory.usage_in_bytes"] = str(GB)
    assert memory() == (3 * GB, 2 * GB)
    files["/sys/fs/cgroup/memory/memory.limit_in_bytes"] = "9223372036854771712"  # version 1's word for no limit
    assert memory() == (32 * GB, 30 * GB)


def test_this_machine_has_memory():
    whole, free = memory()
    assert 0 < free <= whole


def test_a_card_is_told_by_the_plugin_that_drives_it(monkeypatch):
    monkeypatch.setattr(machine, "find_spec", lambda name: None)
    assert not machine.accelerated()
    monkeypatch.setattr(machine, "find_spec", lambda name: name if name == "jax_plugins" else None)
    assert machine.accelerated()
