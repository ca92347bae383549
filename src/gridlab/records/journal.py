"""The journal `fits.jsonl`: one fit a line, readable whatever happened to the writer.

A line is written whole and synced before a fit counts as recorded. A writer that is killed leaves at most a torn last
line, which the next writer cuts off and readers pass over. Damaged lines further up cost only themselves.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, get_args

from gridlab.records.files import json_line
from gridlab.records.record import FORMAT, FitRecord, Status, StoredCurves

if TYPE_CHECKING:
    from pathlib import Path

DAMAGE = (ValueError, TypeError, AttributeError, OverflowError, RecursionError)
"""What reading a line that is no record raises."""
_CURVES = ',"curves":'


@dataclass
class Journal:
    """What a journal file holds."""

    records: dict[str, FitRecord] = field(default_factory=dict)
    """Key → record; of two lines with one key the later one counts."""
    lines: int = 0
    """How many lines have been read."""
    end: int = 0
    """Bytes of the file that are lines; what follows is torn."""
    torn: int = 0
    """Bytes after `end`."""
    unended: bool = False
    """Whether the last line is whole but lacks its line end, as some editors leave it."""
    damaged: list[int] = field(default_factory=list)
    """Numbers of the lines that are no records."""
    foreign: int = 0
    """How many lines are of another record format."""

    def notes(self, name: str) -> list[str]:
        """What was passed over, in words."""
        said = []
        if self.damaged:
            first = ", ".join(map(str, self.damaged[:5])) + (", …" if len(self.damaged) > 5 else "")
            said.append(f"{name}: {_lines(len(self.damaged))} damaged and passed over (line {first})")
        if self.foreign:
            said.append(f"{name}: {_lines(self.foreign)} of another record format passed over")
        if self.torn:
            said.append(f"{name}: the last line is torn ({self.torn} bytes) and does not count")
        return said


def read_journal(path: Path, journal: Journal | None = None) -> Journal:
    """Read a journal; a file that does not exist is an empty one. Other OSErrors pass.

    Args:
        path: the file.
        journal: what was read of it before; only what stands after that is read, and added to it.
    """
    journal = Journal() if journal is None else journal
    try:
        with path.open("rb") as file:
            if file.seek(0, os.SEEK_END) < journal.end:  # another file, or one that somebody shortened
                journal = Journal()
            file.seek(journal.end)
            content = file.read()
    except FileNotFoundError:
        return Journal()
    *lines, tail = content.split(b"\n")
    journal.end, journal.torn, journal.unended = journal.end + len(content) - len(tail), len(tail), False
    for number, line in enumerate(lines, start=journal.lines + 1):
        if line.strip():
            _take(journal, number, line)
    journal.lines += len(lines)
    if tail.strip():
        _take_tail(journal, tail)
    return journal


def mend(path: Path, journal: Journal) -> None:
    """Cut the torn tail off a journal, so that the next line begins on a line of its own."""
    if journal.torn:
        with path.open("r+b") as file:
            file.truncate(journal.end)
    elif journal.unended:
        with path.open("ab") as file:
            file.write(b"\n")


def encode(record: FitRecord) -> bytes:
    """A record as a line of the journal; the curves stand last, so that a reader can leave them unread."""
    values = {"format": FORMAT, **record.to_json()}
    curves = values.pop("curves", None)
    return json_line(values | ({"curves": curves} if curves else {})) + b"\n"


def decode(line: bytes) -> FitRecord | None:
    """The record of a line; None if it is of another format. A line that is no record raises one of `DAMAGE`."""
    values = _loads(line.decode())
    if values.pop("format", FORMAT) != FORMAT:
        return None
    record = FitRecord.from_json(values)
    if isinstance(record.key, str) and isinstance(record.params, Mapping) and record.status in get_args(Status):
        return record
    raise ValueError("not a record of a fit")


def _loads(line: str) -> dict[str, Any]:
    head, found, curves = line.rpartition(_CURVES)
    if found and line.endswith("}}") and curves.count("{") == 1:
        try:
            values: dict[str, Any] = json.loads(head + "}")
        except ValueError:  # a series or a parameter called "curves": take the line as a whole
            values = json.loads(line)
        else:
            values["curves"] = StoredCurves(curves[:-1])
        return values
    values = json.loads(line)
    if not isinstance(values, dict):
        raise TypeError("not an object")
    return values


def _take(journal: Journal, number: int, line: bytes) -> None:
    try:
        record = decode(line)
    except DAMAGE:
        journal.damaged.append(number)
        return
    if record is None:
        journal.foreign += 1
    else:
        journal.records[record.key] = record


def _take_tail(journal: Journal, tail: bytes) -> None:
    """A tail that is a whole record lacks only its line end; it cannot be a part of a longer one."""
    try:
        record = decode(tail)
    except DAMAGE:
        return
    if record is not None:
        journal.records[record.key] = record
        journal.end, journal.torn, journal.unended = journal.end + len(tail), 0, True


def _lines(n: int) -> str:
    return "1 line" if n == 1 else f"{n} lines"
