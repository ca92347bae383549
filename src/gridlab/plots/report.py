"""The pages of a results folder: one for each run, and an index over them."""

from __future__ import annotations

from pathlib import Path

from gridlab.errors import GridlabError, StoreError
from gridlab.plots.index import REPORT, Entry, index_page
from gridlab.plots.run_page import RunData, run_data, written
from gridlab.records.files import in_one_sentence, replace_file
from gridlab.records.results import find_runs, load_results
from gridlab.records.store import RUN

INDEX = "index.html"


def write_site(path: Path, out: Path | None = None) -> list[Path]:
    """Write the page of a run, or of every run below a folder and an index over them.

    The pages lie where the runs lie: `report.html` in a run folder, `index.html` in the results folder, `<stem>.html`
    beside a JSON file; with `out` they lie in that folder, in the same arrangement. A run that cannot be read is named
    on the index and does not keep the others from their pages.

    Args:
        path: a results folder, a run folder, or a JSON file of flat records.
        out: where to put the pages instead.

    Returns:
        The files written; the first is the one to open: the index, where there is one.

    Raises:
        StoreError: there is no run, the only run cannot be read, or a page cannot be written.
    """
    path, home = Path(path), out or path
    if path.is_file():
        return [_write_run(path, (out or path.parent) / f"{path.stem}.html")[0]]
    if (path / RUN).exists():
        return [_write_run(path, home / REPORT)[0]]
    runs = find_runs(path)
    if not runs:
        raise StoreError(f"{path}: no runs here; expected run folders, each with its {RUN}")
    pages, entries = [], []
    for run in runs:
        place = run.relative_to(path)
        try:
            page, found = _write_run(run, home / place / REPORT)
        except GridlabError as error:
            entries.append(Entry(place.as_posix(), None, str(error)))
        else:
            pages.append(page)
            entries.append(Entry(place.as_posix(), found.told, "", found.fingerprint, found.insights.winner))
    return [_write(home / INDEX, index_page(path.resolve().name, entries)), *pages]


def _write_run(run: Path, page: Path) -> tuple[Path, RunData]:
    results = load_results(run)
    found = run_data(results)
    return _write(page, written(found, results)), found


def _write(path: Path, text: str) -> Path:
    with in_one_sentence(path.parent, f"write {path.name}"):
        path.parent.mkdir(parents=True, exist_ok=True)
        # Text from elsewhere may hold half a surrogate pair, which no encoding takes.
        return replace_file(path, text.encode("utf-8", "replace"))
