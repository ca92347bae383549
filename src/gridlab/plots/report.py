"""The pages of a results folder: one for each run, and an index over them."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple
from urllib.parse import quote

from gridlab.errors import GridlabError, StoreError
from gridlab.plots.headline import Headline, headline
from gridlab.plots.page import Cell, document, escape, footer, table
from gridlab.plots.parallel import paint
from gridlab.plots.parallel_data import parallel_data
from gridlab.records.files import in_one_sentence, replace_file
from gridlab.records.results import find_runs, load_results
from gridlab.records.store import RUN

REPORT = "report.html"
INDEX = "index.html"


class Entry(NamedTuple):
    """One run on the index."""

    place: str
    """Its folder, relative to the results folder, with forward slashes."""
    told: Headline | None
    """None when the run could not be read."""
    trouble: str = ""
    """Why it could not."""


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
            page, told = _write_run(run, home / place / REPORT)
        except GridlabError as error:
            entries.append(Entry(place.as_posix(), None, str(error)))
        else:
            pages.append(page)
            entries.append(Entry(place.as_posix(), told))
    return [_write(home / INDEX, index_page(path.resolve().name, entries)), *pages]


def index_page(title: str, entries: list[Entry]) -> str:
    """The runs of a folder as an HTML page: what each is, how far it is, its best score, and a link to its page."""
    count = f"{len(entries)} run{'s' if len(entries) != 1 else ''}"
    head = ("run", "best", "candidates", "data", "what", "date")
    lines = [_line(entry.place, entry.told) for entry in entries if entry.told]
    runs = f'<section class="card">{table(head, lines)}</section>' if lines else ""
    troubles = "".join(f'<p class="bad">{escape(entry.trouble)}</p>' for entry in entries if entry.trouble)
    top = f'<header><h1>{escape(title)}</h1><p class="lead">{count}</p></header>'
    return document(title, f"{top}\n<main>{runs}{troubles}</main>\n{footer()}")


def _line(place: str, told: Headline) -> list[str | Cell]:
    return [
        Cell(told.name, href=f"{quote(place)}/{REPORT}"),
        Cell(f"{told.metric} {told.score}" if told.score else "no score", "figures"),
        Cell(told.candidates, "wide bad" if told.failed else "wide"),
        Cell(told.data, "wide"),
        Cell(told.description, "wide"),
        Cell(told.date, "figures"),
    ]


def _write_run(run: Path, page: Path) -> tuple[Path, Headline]:
    results = load_results(run)
    data = parallel_data(results)
    told = headline(results, data)
    return _write(page, paint(data, told)), told


def _write(path: Path, text: str) -> Path:
    with in_one_sentence(path.parent, f"write {path.name}"):
        path.parent.mkdir(parents=True, exist_ok=True)
        # Text from elsewhere may hold half a surrogate pair, which no encoding takes.
        return replace_file(path, text.encode("utf-8", "replace"))
