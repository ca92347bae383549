"""RunStore: one run folder on disk: append, resume, mend, export.

`run.json` (what was asked, where it ran), `fits.jsonl` (the journal), `predictions.bin`, `results.json` (one flat row a
candidate). Any number of readers at any time, one writer.
"""

from __future__ import annotations

import json
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from gridlab.errors import StoreError
from gridlab.records import predictions as arrays
from gridlab.records.files import AppendFile, in_one_sentence, json_list, json_object, replace_file
from gridlab.records.journal import Journal, encode, mend, read_journal
from gridlab.records.lock import WriterLock

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from types import TracebackType

    from numpy.typing import NDArray

    from gridlab.records.record import FitRecord

RUN = "run.json"
FITS = "fits.jsonl"
RESULTS = "results.json"


class RunStore:
    """What is recorded of a run; with `write=True` also the one who may add to it, until `close`.

    Raises:
        RunLockedError: another process is writing this run.
        StoreError: the folder cannot be read or written; one sentence says why.
    """

    folder: Path
    records: dict[str, FitRecord]
    """Key → record, the latest of each key."""
    info: dict[str, Any]
    """`run.json`; empty when there is none yet."""
    notes: list[str]
    """What was passed over while reading (damaged lines, a torn tail), in words."""

    def __init__(self, folder: str | Path, write: bool = False) -> None:
        self.folder = Path(folder)
        self.records, self.info, self.notes = {}, {}, []
        self._seen = Journal()
        self._journal: AppendFile | None = None
        self._predictions: AppendFile | None = None
        with ExitStack() as opened, in_one_sentence(self.folder, "open this run"):
            if write:
                self.folder.mkdir(parents=True, exist_ok=True)
                opened.callback(WriterLock(self.folder).release)
            self._read(write)
            if write:
                self._journal = _open(self.folder / FITS, opened)
                self._predictions = _open(self.folder / arrays.FILE, opened)
            self._opened = opened.pop_all()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """Give the folder back to the next writer; what was read stays usable."""
        self._journal = self._predictions = None
        self._opened.close()

    def append(self, record: FitRecord, predictions: Mapping[str, NDArray[Any]] | None = None) -> FitRecord:
        """Record a fit; when this returns it is on the disk.

        Args:
            record: the fit.
            predictions: its out-of-fold predictions, name → array of any shape and fixed-width dtype.

        Returns:
            The record, knowing where its predictions lie.
        """
        if self._journal is None or self._predictions is None:
            raise StoreError(f"{self.folder}: this run is open for reading only; nothing can be recorded")
        with in_one_sentence(self.folder, "record a fit"):
            if predictions:
                record = record.located(arrays.write_arrays(self._predictions, predictions))
            self._journal.append(encode(record))
        self.records[record.key] = record
        return record

    def write_info(self, info: Mapping[str, Any]) -> None:
        """Replace `run.json`."""
        content = json_object(info)
        self._replace(RUN, content)
        self.info = json.loads(content)

    def export(self, rows: Iterable[Mapping[str, Any]]) -> Path:
        """Replace `results.json`: strictly valid JSON, one flat row a candidate."""
        return self._replace(RESULTS, json_list(rows))

    def refresh(self) -> None:
        """See what others have recorded since; of the journal, only what is new is read."""
        with in_one_sentence(self.folder, "read this run"):
            self._read(write=False)

    def predictions(self, record: FitRecord) -> dict[str, NDArray[Any]]:
        """The out-of-fold predictions of a fit, bit for bit as recorded; empty when none were."""
        return arrays.read_arrays(self.folder, record.predictions or {})

    def _replace(self, name: str, content: bytes) -> Path:
        if self._journal is None:
            raise StoreError(f"{self.folder}: this run is open for reading only; {name} cannot be written")
        with in_one_sentence(self.folder, f"write {name}"):
            return replace_file(self.folder / name, content)

    def _read(self, write: bool) -> None:
        journal = self._seen = read_journal(self.folder / FITS, self._seen)
        if write:
            mend(self.folder / FITS, journal)
        self.records, self.notes = journal.records, journal.notes(FITS)
        try:
            info = json.loads((self.folder / RUN).read_bytes())
        except FileNotFoundError:
            return
        except ValueError as error:
            self.notes.append(f"{RUN}: not readable as JSON ({error})")
            return
        if isinstance(info, dict):
            self.info = info
        else:
            self.notes.append(f"{RUN}: not a JSON object")


def _open(path: Path, opened: ExitStack) -> AppendFile:
    file = AppendFile(path)
    opened.callback(file.close)
    return file
