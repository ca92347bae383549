"""How a run is told while it goes: a bar in a terminal, lines in a log, one line that moves in a notebook."""

from __future__ import annotations

import html
import statistics
import sys
import time
from collections.abc import Callable, Mapping
from typing import IO, Any

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn

from gridlab.records.record import FitRecord
from gridlab.sweep.grid import digest
from gridlab.sweep.plain import brief
from gridlab.training.plan import Planned, duration
from gridlab.training.run import Reporter

LINE_EVERY = 10.0
"""Seconds between two lines in a log."""
BAR = 24
"""Width of the bar, in characters."""


class Standing:
    """Where a run stands: fits done, rate, time left, the best candidate so far."""

    def __init__(self, planned: Planned, clock: Callable[[], float] = time.monotonic) -> None:
        self.total, self.done, self.failed = planned.fits, planned.done, 0
        self.begun = 0.0
        """Fits' worth of training behind fits that are not done yet."""
        self._planned, self._clock = planned, clock
        self._trained = 0
        self._first: tuple[float, float] | None = None
        self._now = 0.0
        self._scores: dict[str, list[float]] = {}
        self._best: tuple[float, float, Mapping[str, Any]] | None = None
        for record in planned.recorded:
            self._rank(record)

    def add(self, record: FitRecord) -> None:
        """A fit has been recorded."""
        self.done += 1
        self.failed += not record.ok
        self._trained += 1
        self.progress(max(self.begun - 1, 0.0))  # most of it was behind this fit; the next news tells exactly
        self._moved()
        self._rank(record)

    def progress(self, begun: float) -> None:
        """Fits that are under way have got further."""
        self.begun = min(begun, self.total - self.done)
        if begun:
            self._moved()

    def _moved(self) -> None:
        self._now = self._clock()
        self._first = self._first or (self._now, self._behind)

    @property
    def _behind(self) -> float:
        """Fits' worth of training that this run has behind it."""
        return self._trained + self.begun

    @property
    def completed(self) -> float:
        """How much is done, in fits, what is under way included."""
        return self.done + self.begun

    def _rank(self, record: FitRecord) -> None:
        score = record.scores.get(self._planned.metric)
        if score is None:
            return
        seen = self._scores.setdefault(digest(record.params), [])
        seen.append(score)
        if len(seen) == self._planned.n_splits and (self._best is None or statistics.fmean(seen) > self._best[0]):
            self._best = statistics.fmean(seen), statistics.pstdev(seen), record.params

    @property
    def rate(self) -> float | None:
        """Fits a second, from the first news of this run on: what starting up took says nothing of the fits to come."""
        if self._first is None or self._now <= self._first[0] or self._behind <= self._first[1]:
            return None
        return (self._behind - self._first[1]) / (self._now - self._first[0])

    @property
    def seconds_left(self) -> float | None:
        """Seconds until all fits are done, at this rate."""
        return None if self.rate is None else (self.total - self.completed) / self.rate

    @property
    def best(self) -> str:
        """The best candidate of those trained on every split."""
        if self._best is None:
            return ""
        mean, deviation, params = self._best
        return f"best {mean:.4f} ± {deviation:.4f}  {spelled(params, self._planned.varied)}"

    def __str__(self) -> str:
        parts = [f"{self.done}/{self.total} fits"]
        if self.begun:
            parts.append(f"{self.completed / self.total:.0%} of the training")
        if self.failed:
            parts.append(f"{self.failed} failed")
        if self.rate is not None and self.seconds_left is not None:
            parts += [f"{self.rate:.2f} fits/s", f"{duration(self.seconds_left)} left"]
        return ", ".join([*parts, *filter(None, [self.best])])


def spelled(params: Mapping[str, Any], varied: tuple[str, ...]) -> str:
    """A candidate in words: 'dropout=0.2 optimizer=Adam'; parameters that all candidates share are left out."""
    return " ".join(f"{name}={brief(params[name])}" for name in varied if name in params)


def opening(planned: Planned) -> str:
    """What is about to happen, in a line."""
    what = f"{planned.folder}: {planned.candidates} candidates × {planned.n_splits} splits = {planned.fits} fits"
    if planned.done == planned.fits:
        return f"{what}, all recorded already: nothing to train"
    done = f", {planned.done} of them done already" if planned.done else ""
    where = f"{planned.workers} worker{'s' * (planned.workers != 1)}" if planned.workers else "this process"
    return f"{what}{done}; engine {planned.engine}, {where}"


class Lines(Reporter):
    """A line now and then, for logs."""

    def __init__(self, stream: IO[str] | None = None, clock: Callable[[], float] = time.monotonic) -> None:
        self._stream, self._clock = stream or sys.stderr, clock
        self._standing: Standing | None = None
        self._said = 0.0

    def say(self, text: str) -> None:
        """Print a line at once, whatever buffers the stream."""
        print(text, file=self._stream, flush=True)

    def looking(self, candidates: int) -> None:
        self.say(f"looking at {candidates} candidate{'s' * (candidates != 1)}, to choose what trains them")

    def planned(self, planned: Planned) -> None:
        self.say(opening(planned))
        self._standing, self._said = Standing(planned, self._clock), self._clock()

    def recorded(self, record: FitRecord) -> None:
        assert self._standing is not None
        self._standing.add(record)
        self._moved(at_once=self._standing.done == self._standing.total)

    def progressed(self, begun: float) -> None:
        assert self._standing is not None
        self._standing.progress(begun)
        self._moved()

    def _moved(self, at_once: bool = False) -> None:
        """Show where the run stands: a line, if the last one is old."""
        if at_once or self._clock() - self._said >= LINE_EVERY:
            self.say(str(self._standing))
            self._said = self._clock()

    def refitting(self, params: Mapping[str, Any]) -> None:
        self.say("training the best candidate on all training data")

    def noted(self, note: str) -> None:
        self.say(f"note: {note}")


class Bar(Lines):
    """A bar at the foot of a terminal."""

    def __init__(self, console: Console) -> None:
        super().__init__()
        self._console = console
        self._bar: Progress | None = None

    def say(self, text: str) -> None:
        self._console.print(text, highlight=False, markup=False, soft_wrap=True)

    def planned(self, planned: Planned) -> None:
        super().planned(planned)
        if planned.done < planned.fits:
            columns = BarColumn(bar_width=BAR), TextColumn("{task.description}", markup=False)
            self._bar = Progress(*columns, console=self._console, transient=True)
            self._task = self._bar.add_task(f"{planned.done}/{planned.fits} fits, starting", total=planned.fits)
            self._bar.update(self._task, completed=planned.done)
            self._bar.start()

    def _moved(self, at_once: bool = False) -> None:
        if self._bar is not None and self._standing is not None:
            self._bar.update(self._task, completed=self._standing.completed, description=self._cut(str(self._standing)))

    def _cut(self, text: str) -> str:
        """A text that leaves the bar its room."""
        room = max(self._console.width - BAR - 2, 1)
        return text if len(text) <= room else f"{text[: room - 1]}…"

    def refitting(self, params: Mapping[str, Any]) -> None:
        if self._bar is not None:
            self._bar.update(self._task, description=self._cut("training the best candidate on all training data"))

    def closed(self) -> None:
        if self._bar is not None:
            self._bar.stop()
        if self._standing is not None and self._bar is not None:
            self.say(str(self._standing))


class Cell(Lines):
    """One line of a notebook's output that moves; its last state stays in the file."""

    def __init__(self, display: Callable[..., Any]) -> None:
        super().__init__()
        self._handle = display(_Markup(""), display_id=True)
        self._notes: list[str] = []

    def say(self, text: str) -> None:
        bar = ""
        if self._standing is not None and self._standing.done < self._standing.total:
            bar = f'<progress value="{self._standing.completed:.4g}" max="{self._standing.total}"></progress> '
        notes = "".join(f"<br>{html.escape(note)}" for note in self._notes)
        self._handle.update(_Markup(f"{bar}{html.escape(text)}{notes}"))

    def _moved(self, at_once: bool = False) -> None:
        self.say(str(self._standing))

    def noted(self, note: str) -> None:
        self._notes.append(f"note: {note}")

    def closed(self) -> None:
        if self._standing is not None:
            self.say(str(self._standing))


class _Markup:
    """What a notebook shows as HTML."""

    def __init__(self, markup: str) -> None:
        self._markup = markup

    def _repr_html_(self) -> str:
        return self._markup


def reporter() -> Reporter:
    """The one that fits where this process writes to."""
    if _in_notebook():
        from IPython.display import display

        return Cell(display)
    console = Console(stderr=True)
    return Bar(console) if console.is_terminal else Lines()


def _in_notebook() -> bool:
    """Whether a kernel runs this process; that ipykernel has been imported says little, nbclient does so too."""
    if "IPython" not in sys.modules:
        return False
    from IPython import get_ipython

    return hasattr(get_ipython(), "kernel")
