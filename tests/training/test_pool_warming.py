"""Work begins here, and goes to workers when that is worth it."""

from __future__ import annotations

import threading
import time

import pytest

from gridlab.training import pool_warming
from gridlab.training.pool_warming import Warming, batched


class Here:
    def __init__(self, seconds=0.0):
        self.seconds, self.units = seconds, []

    def stream(self, units):
        for unit in units:
            time.sleep(self.seconds)
            self.units.append(unit)
            yield from unit


class There(Here):
    stopped = False

    def __exit__(self, *error):
        self.stopped = True


UNITS = [(i,) for i in range(40)]


def trained(pool):
    with pool:
        return sorted(pool.stream(UNITS))


def test_tiny_units_stay_here():
    here = Here()
    assert trained(Warming(here, lambda: pytest.fail("started workers"))) == list(range(40))
    assert here.units == UNITS


def test_long_ones_go_to_workers_in_batches(monkeypatch):
    monkeypatch.setattr(pool_warming, "WORTH", 0.1)
    here, there = Here(0.05), There()
    assert trained(Warming(here, lambda: there)) == list(range(40))
    assert 0 < len(here.units) < 20
    assert max(map(len, there.units)) > 1
    assert there.stopped


def test_workers_need_not_wait_for_a_unit_that_takes_long(monkeypatch):
    monkeypatch.setattr(pool_warming, "PATIENCE", 0.05)
    started = threading.Event()

    class Long(Here):
        def stream(self, units):
            assert started.wait(30)
            return super().stream(units)

    def workers():
        started.set()
        return There()

    assert trained(Warming(Long(), workers)) == list(range(40))


def test_what_goes_wrong_in_the_workers_is_raised_here(monkeypatch):
    monkeypatch.setattr(pool_warming, "WORTH", 0.0)

    class Broken(There):
        def stream(self, units):
            raise OSError("gone")

    with pytest.raises(OSError, match="gone"):
        trained(Warming(Here(0.05), Broken))


def test_batches_keep_the_order():
    assert batched(UNITS[:5], 2) == [(0, 1), (2, 3), (4,)]
