"""What the pages of `gridlab serve` show: a run that is still growing, read further whenever its files have changed."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import quote

from gridlab.errors import GridlabError, StoreError
from gridlab.plots.headline import header, headline, leaderboard
from gridlab.plots.page import Cell, asset, document, escape, footer, table
from gridlab.plots.parallel import HINT, hiplot_bundle, hiplot_props
from gridlab.plots.parallel_data import parallel_data
from gridlab.records.results import results_in
from gridlab.records.store import FITS, RUN, RunStore

if TYPE_CHECKING:
    from gridlab.records.results import Results

EVERY = 2.0
"""Seconds between two looks of a page that is open."""
SHARE = 10
"""A run that took a second to read and lay out is not read again for so many seconds."""


class View(NamedTuple):
    """What a page shows at some moment."""

    tag: str
    """Another one for other content."""
    content: dict[str, Any]
    """Plain JSON: `title`, `parts` (id of an element → its HTML), `parallel` (what `assets/parallel.js` reads)."""


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
                self._view = View(self._tag, _page_content(results))
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
                self._line = _line(self._tag, self.place, results)
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
        head = ("run", "best", Cell("fits", "num"), Cell("failed", "num"), "data", "last fit")
        runs = table(head, [line.cells for line in lines]) if lines else f"<p>{escape(self._folder)}: no runs yet</p>"
        content = {"title": _title(self._folder), "parts": {"runs": runs}}
        return View(str(hash(runs)), content)


def list_page(folder: Path) -> str:
    """The page over the runs of a folder; its script fills it."""
    top = f"<header><h1>{escape(_title(folder))}</h1>{_pulse()}</header>"
    body = f'{top}\n<main><section class="card" id="runs"></section></main>\n{footer()}'
    return _document(_title(folder), body, {"from": "/data"})


def run_page(run: LiveRun) -> str:
    """The page of one run; its script keeps it fresh."""
    tag, content = run.view()
    parts, drawn = content["parts"], content["parallel"]
    plot = f'<section class="card"><div id="plot"></div><p class="hint">{escape(HINT)}</p></section>' if drawn else ""
    best = f'<section class="card"><h2>Best candidates</h2><div id="best">{parts["best"]}</div></section>'
    top = f'<p><a href="/">all runs</a></p>{_pulse()}<div id="top">{parts["top"]}</div>'
    source = {"from": f"/data/{quote(run.place)}", "drawn": drawn is not None, "tag": f'"{tag}"'}
    return _document(content["title"], f"{top}\n<main>{plot}{best}</main>\n{footer()}", source, drawn)


def _document(title: str, body: str, source: dict[str, Any], drawn: dict[str, Any] | None = None) -> str:
    scripts = (hiplot_bundle(), asset("parallel.js"), asset("live.js")) if drawn else (asset("live.js"),)
    data = {**(drawn or {}), "live": {**source, "every": round(1000 * EVERY)}}
    return document(title, body, scripts=scripts, data=data, connects=True)


def _page_content(results: Results) -> dict[str, Any]:
    data = parallel_data(results)
    told = headline(results, data)
    progress = f'<progress max="{results.n_fits}" value="{results.n_done}"></progress> {escape(_progress(results))}'
    return {
        "title": f"{results.n_done}/{results.n_fits} {results.name}",
        "parts": {"top": f"{header(told)}<p>{progress}</p>", "best": leaderboard(data, told.metric)},
        "parallel": hiplot_props(data) if data.drawn else None,
    }


def _progress(results: Results) -> str:
    failed = f", {results.n_failed:,} failed" if results.n_failed else ""
    last = _last(results)
    when = f"; last fit {_clock_time(last)}" if last else ""
    return f"{results.n_done:,} of {results.n_fits:,} fits{failed}{when}"


def _line(tag: str, place: str, results: Results) -> Line:
    best = results.best
    score = "no score yet"
    if best:
        score = f"{results.refit_metric} {best['mean_test_score']:.4f} ± {best['std_test_score']:.4f}"
    last = _last(results)
    cells = (
        Cell(place, href=f"/run/{quote(place)}"),
        Cell(score, "figures"),
        Cell(f"{results.n_done:,}/{results.n_fits:,}", "num"),
        Cell(f"{results.n_failed:,}" if results.n_failed else "", "num bad"),
        str((results.info.get("data") or {}).get("name", "")),
        Cell(_clock_time(last) if last else "", "figures"),
    )
    return Line(tag, cells, last)


def _last(results: Results) -> float:
    return max((record.finished for record in results.records.values()), default=0.0)


def _clock_time(seconds: float) -> str:
    return f"{datetime.fromtimestamp(seconds, UTC):%Y-%m-%d %H:%M:%S} UTC"


def _pulse() -> str:
    return '<p class="soft" id="live" role="status"></p>'


def _title(folder: Path) -> str:
    return folder.resolve().name


def _place(folder: Path, run: Path) -> str:
    return run.relative_to(folder).as_posix() if run != folder else _title(folder)


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
