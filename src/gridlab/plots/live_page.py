"""What the pages of `gridlab serve` show of a run that is still growing; `assets/live.js` keeps them fresh."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import quote

from gridlab.plots.headline import header, headline
from gridlab.plots.libraries import hiplot
from gridlab.plots.page import Cell, asset, document, escape, footer, table
from gridlab.plots.parallel import hiplot_props, picture
from gridlab.plots.parallel_data import parallel_data

if TYPE_CHECKING:
    from gridlab.plots.parallel_data import ParallelData
    from gridlab.records.results import Results

EVERY = 2.0
"""Seconds between two looks of a page that is open."""
TOP = 10
"""Candidates in the table."""


class View(NamedTuple):
    """What a page shows at some moment."""

    tag: str
    """Another one for other content."""
    content: dict[str, Any]
    """Plain JSON: what `list_content` or `run_content` answers."""


def list_page(title: str) -> str:
    """The page over the runs of a folder; its script fills it."""
    top = f"<header><h1>{escape(title)}</h1>{_pulse()}</header>"
    body = f'{top}\n<main><section class="card" id="runs"></section></main>\n{footer()}'
    return _document(title, body, {"from": "/data"})


def run_page(place: str, view: View) -> str:
    """The page of one run as it stands; its script keeps it fresh.

    Args:
        place: what the run is called in the addresses.
        view: what there is to show.
    """
    tag, content = view
    parts, drawn = content["parts"], content["parallel"]
    best = f'<section class="card"><h2>Best candidates</h2><div id="best">{parts["best"]}</div></section>'
    top = f'<p><a href="/">all runs</a></p>{_pulse()}<div id="top">{parts["top"]}</div>'
    source = {"from": f"/data/{quote(place)}", "drawn": drawn is not None, "tag": f'"{tag}"'}
    return _document(content["title"], f"{top}\n<main>{content['picture']}{best}</main>\n{footer()}", source, drawn)


def list_content(title: str, lines: Sequence[Sequence[str | Cell]]) -> dict[str, Any]:
    """What the list shows: `title`, and `parts` (id of an element → its HTML)."""
    head = ("run", "best", Cell("fits", "num"), Cell("failed", "num"), "data", "last fit")
    return {"title": title, "parts": {"runs": table(head, lines) if lines else f"<p>{escape(title)}: no runs yet</p>"}}


def run_content(results: Results) -> dict[str, Any]:
    """What a run's page shows: as above, `parallel` (what `assets/parallel.js` reads) and its `picture`'s place."""
    data = parallel_data(results)
    told = headline(results, data)
    progress = f'<progress max="{results.n_fits}" value="{results.n_done}"></progress> {escape(_progress(results))}'
    return {
        "title": f"{results.n_done}/{results.n_fits} {results.name}",
        "parts": {"top": f"{header(told)}<p>{progress}</p>", "best": _best(data)},
        "picture": picture(data, told.metric, alone=True),
        "parallel": hiplot_props(data) if data.drawn else None,
    }


def _document(title: str, body: str, source: dict[str, Any], drawn: dict[str, Any] | None = None) -> str:
    scripts = tuple(map(asset, ("parallel.js", "page.js", "live.js") if drawn else ("live.js",)))
    data = {"parallel": drawn, "live": {**source, "every": round(1000 * EVERY)}}
    return document(title, body, scripts=scripts, libraries=(hiplot(),) if drawn else (), data=data, connects=True)


def _best(data: ParallelData) -> str:
    """The first candidates as a plain table: what was measured of them, and their parameters."""
    shown = [c for c in data.columns if not c.name.startswith("split") and (c.parameter or not c.constant)]
    rows = [
        [Cell(c.text(row), "" if c.kind == "categorical" else "num") for c in shown]
        for row in range(min(TOP, len(data.candidates)))
    ]
    return table([Cell(c.key, "" if c.kind == "categorical" else "num") for c in shown], rows)


def _progress(results: Results) -> str:
    failed = f", {results.n_failed:,} failed" if results.n_failed else ""
    last = last_recorded(results)
    when = f"; last fit {_clock_time(last)}" if last else ""
    return f"{results.n_done:,} of {results.n_fits:,} fits{failed}{when}"


def line_of(place: str, results: Results) -> tuple[str | Cell, ...]:
    """A run on the list."""
    best = results.best
    score = "no score yet"
    if best:
        score = f"{results.refit_metric} {best['mean_test_score']:.4f} ± {best['std_test_score']:.4f}"
    last = last_recorded(results)
    return (
        Cell(place, href=f"/run/{quote(place)}"),
        Cell(score, "figures"),
        Cell(f"{results.n_done:,}/{results.n_fits:,}", "num"),
        Cell(f"{results.n_failed:,}" if results.n_failed else "", "num bad"),
        str((results.info.get("data") or {}).get("name", "")),
        Cell(_clock_time(last) if last else "", "figures"),
    )


def last_recorded(results: Results) -> float:
    """When a run's last fit was recorded, in seconds since the epoch; 0 when none was."""
    return max((record.finished for record in results.records.values()), default=0.0)


def _clock_time(seconds: float) -> str:
    return f"{datetime.fromtimestamp(seconds, UTC):%Y-%m-%d %H:%M:%S} UTC"


def _pulse() -> str:
    return '<p class="soft" id="live" role="status"></p>'
