"""What is written beside a run while it goes: TensorBoard's events, which never get into the run's way."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gridlab.errors import GridlabError, described
from gridlab.plots.export import export
from gridlab.records.record import FitRecord
from gridlab.records.results import load_results
from gridlab.training.plan import Planned
from gridlab.training.run import Reporter

if TYPE_CHECKING:
    from gridlab.plots.export.events import EventFolder

FOLDER = "tensorboard"
"""In the run's folder."""


class TensorBoardReporter(Reporter):
    """Tells another reporter, and writes every fit for TensorBoard; what goes wrong there is a note, said once."""

    def __init__(self, told: Reporter) -> None:
        self._told = told
        self._folder: Path | None = None
        self._events: EventFolder | None = None
        self._places: dict[str, tuple[int, int]] = {}
        self._stopped = False

    def looking(self, candidates: int) -> None:
        """Models are about to be looked at."""
        self._told.looking(candidates)

    def planned(self, planned: Planned) -> None:
        """Called once, before training."""
        self._folder = planned.folder
        self._told.planned(planned)

    def recorded(self, record: FitRecord) -> None:
        """A fit is on the disk."""
        self._told.recorded(record)
        self._write(record)

    def progressed(self, begun: float) -> None:
        """Fits that are not done yet have got further."""
        self._told.progressed(begun)

    def refitting(self, params: Mapping[str, Any]) -> None:
        """The best candidate is about to be trained."""
        self._told.refitting(params)

    def noted(self, note: str) -> None:
        """Something the user should know."""
        self._told.noted(note)

    def closed(self) -> None:
        """Called once, at the end."""
        self._write(None)
        self._told.closed()

    def _write(self, record: FitRecord | None) -> None:
        """Write a fit; the first time, all that is recorded."""
        if self._stopped or self._folder is None:
            return
        try:
            if self._events is None:
                self._begin(self._folder)
            elif record is not None:
                self._events.add(*self._places[record.key], record)
        except Exception as error:
            self._stopped = True
            reason = str(error) if isinstance(error, GridlabError) else described(error)
            self._told.noted(f"nothing more is written for TensorBoard: {reason}")

    def _begin(self, run: Path) -> None:
        results, folder = load_results(run), run / FOLDER
        # The table of forms says which extra brings TensorBoard, where it is missing.
        export(results, "tensorboard", folder, overwrite=True)
        from gridlab.plots.export.events import EventFolder

        self._events = EventFolder(folder, results)
        plan = results.info["plan"]
        self._places = {key: (i, split) for i, entry in enumerate(plan) for split, key in enumerate(entry["keys"])}
