"""A reporter that is silent at first, and then tells everything."""

from __future__ import annotations

from pathlib import Path

from gridlab.records.record import FitRecord
from gridlab.training.late import LateReporter
from gridlab.training.plan import Planned
from gridlab.training.run import Reporter

PLANNED = Planned(Path("run"), 2, 2, 4, (), "score", (), 0, "sklearn")


class Told(Reporter):
    def __init__(self):
        self.seen = []

    def planned(self, planned):
        self.seen.append(len(planned.recorded))

    def recorded(self, record):
        self.seen.append(record.key)

    def progressed(self, begun):
        self.seen.append(begun)

    def noted(self, note):
        self.seen.append(note)

    def closed(self):
        self.seen.append("closed")


def told(after):
    inner = Told()
    late = LateReporter(lambda: inner, after)
    late.planned(PLANNED)
    late.noted("note")
    late.progressed(0.5)
    for key in "abc":
        late.recorded(FitRecord(key, {}, 0, "ok"))
    late.closed()
    return inner.seen


def test_silent_while_it_is_early():
    assert told(60.0) == []


def test_catches_up_when_it_starts():
    assert told(1e-9) == [1, "note", "b", "c", "closed"]


def test_at_once_where_there_is_no_delay():
    assert told(0.0) == [0, "note", 0.5, "a", "b", "c", "closed"]
