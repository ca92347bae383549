"""Runs that are still growing, as `gridlab serve` reads them: further, whenever their files have changed."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from gridlab.errors import GridlabError, StoreError
from gridlab.plots.live_page import View, last_recorded, line_of, list_content, run_content
from gridlab.plots.page import Cell
from gridlab.records.results import results_in
from gridlab.records.store import FITS, RUN, RunStore

if TYPE_CHECKING:
    from gridlab.records.results import Results

SHARE = 10
"""A run that took a second to read and lay out is not read again for so many seconds."""


class Line(NamedTuple):
    """A run on the list."""

    tag: str
    """Another one for other content."""
    cells: tuple[str | Cell, ...]
    """Its cells of the table."""
    recorded: float
    """When its last fit was recorded, in seconds since the epoch; 0 when none was."""


class LiveRun:
    """One run, written by somebody else: no lock is taken, a half-written line is read when it is whole."""

    def __init__(self, folder: Path, place: str, clock: Callable[[], float] = time.monotonic) -> None:
        """Read nothing yet.

        Args:
            folder: the run's folder.
            place: what it is called on the pages and in their addresses.
            clock: seconds.
        """
        self.folder, self.place = folder, place
        self._clock, self._rest = clock, 0.0
        self._store: RunStore | None = None
        self._results: Results | None = None
        self._tag = ""
        self._view: View | None = None
        self._line: Line | None = None
        self._lock = threading.Lock()

    def view(self) -> View:
        """What its page shows; a GridlabError where it cannot be read."""
        with self._lock:
            began = self._clock()
            results = self._changed(self._view)
            if results is not None:
                self._view = View(self._tag, run_content(results))
                self._pause(began)
            assert self._view is not None
            return self._view

    def line(self) -> Line:
        """What the list says of it; the trouble where it cannot be read."""
        with self._lock:
            began = self._clock()
            try:
                results = self._changed(self._line)
            except GridlabError as error:
                return Line("", (self.place, Cell(str(error), "bad"), "", "", "", ""), 0.0)
            if results is not None:
                self._line = Line(self._tag, line_of(self.place, results), last_recorded(results))
                self._pause(began)
            assert self._line is not None
            return self._line

    def _changed(self, made: View | Line | None) -> Results | None:
        """The results, where they are others than those that something was made of, and it is time to look."""
        tag = "-".join(_stamp(self.folder / name) for name in (RUN, FITS))
        if made is not None and (tag == made.tag or self._clock() < self._rest):
            return None
        if self._results is None or tag != self._tag:
            if self._store is None:
                self._store = RunStore(self.folder)
            else:
                self._store.refresh()
            self._results, self._tag = results_in(self._store), tag
        return self._results

    def _pause(self, began: float) -> None:
        now = self._clock()
        self._rest = now + SHARE * (now - began)


class LiveFolder:
    """The runs of a results folder, as they come and go."""

    def __init__(self, folder: Path) -> None:
        self.title = folder.resolve().name
        self._folder = folder
        self._runs: dict[str, LiveRun] = {}

    def runs(self) -> dict[str, LiveRun]:
        """Place → run, of all that are there now."""
        found = {_place(self._folder, path): path for path in _run_folders(self._folder)}
        self._runs = {place: self._runs.get(place) or LiveRun(path, place) for place, path in sorted(found.items())}
        return self._runs

    def view(self) -> View:
        """The list of runs, those recorded last on top."""
        lines = sorted((run.line() for run in self.runs().values()), key=lambda line: -line.recorded)
        content = list_content(self.title, [line.cells for line in lines])
        return View(str(hash(content["parts"]["runs"])), content)


def _place(folder: Path, run: Path) -> str:
    return run.relative_to(folder).as_posix() if run != folder else folder.resolve().name


def _run_folders(folder: Path) -> Iterator[Path]:
    """The run folders below a folder (itself included); what lies within a run is not looked through."""
    if not folder.is_dir():
        raise StoreError(f"{folder}: no such folder")
    for path, below, files in os.walk(folder):
        if RUN in files:
            below.clear()
            yield Path(path)


def _stamp(path: Path) -> str:
    try:
        told = path.stat()
    except OSError:
        return "0"
    return f"{told.st_mtime_ns:x}.{told.st_size:x}"
