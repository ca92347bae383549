"""LateReporter: says nothing of what is done in a moment."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace

from gridlab.records.record import FitRecord
from gridlab.training.plan import Planned
from gridlab.training.run import Reporter


class LateReporter(Reporter):
    """Starts another reporter once the work has gone on for a while."""

    def __init__(self, make: Callable[[], Reporter], after: float) -> None:
        """Begin in silence.

        Args:
            make: makes the reporter.
            after: seconds of silence; 0 for none.
        """
        self._make, self._after = make, after
        self._began = time.monotonic()
        self._told: Reporter | None = None
        self._notes: list[str] = []

    def planned(self, planned: Planned) -> None:
        """Called once, before training."""
        self._planned, self._seen = planned, [*planned.recorded]
        self._began = time.monotonic()
        if not self._after:
            self._start()

    def recorded(self, record: FitRecord) -> None:
        """A fit is recorded."""
        if self._told is not None:
            self._told.recorded(record)
            return
        self._seen.append(record)
        if time.monotonic() - self._began > self._after and len(self._seen) < self._planned.fits:
            self._start()

    def progressed(self, begun: float) -> None:
        """Fits that are under way have got further."""
        if self._told is not None:
            self._told.progressed(begun)

    def noted(self, note: str) -> None:
        """Something the user should know."""
        if self._told is None:
            self._notes.append(note)
        else:
            self._told.noted(note)

    def closed(self) -> None:
        """Called once, at the end."""
        if self._told is not None:
            self._told.closed()

    def _start(self) -> None:
        self._told = self._make()
        self._told.planned(replace(self._planned, recorded=self._seen))
        for note in self._notes:
            self._told.noted(note)
