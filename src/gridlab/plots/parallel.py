"""The parallel-coordinates page: HiPlot as the renderer inside a page of our own; the only file that knows HiPlot.

HiPlot's own page runs script that it finds in values; here its bundle stands under a policy that runs nothing but the
bundle and `assets/parallel.js`, which escapes the cells and puts the axes in the sweep's order.
"""

from __future__ import annotations

import itertools
from functools import cache
from importlib.metadata import distribution
from typing import TYPE_CHECKING, Any

from gridlab.errors import GridlabError
from gridlab.plots.columns import Column
from gridlab.plots.headline import Headline, best_line, header, headline, leaderboard
from gridlab.plots.page import asset, document, escape, footer
from gridlab.plots.parallel_data import STATUS, ParallelData, parallel_data

if TYPE_CHECKING:
    from gridlab.records.results import Results

Color = tuple[int, int, int]


def _colors(hexadecimal: str) -> list[Color]:
    parts = bytes.fromhex(hexadecimal)
    return list(zip(parts[::3], parts[1::3], parts[2::3], strict=True))


VIRIDIS = _colors("440154 482878 3e4a89 31688e 26828e 1f9e89 35b779 6ece58 b5de2b fde725")
"""matplotlib's viridis at ten places: even in lightness, so colour-blind eyes and grey printers see the same order."""
KINDS = _colors("0072b2 e69f00 009e73 cc79a7 56b4e9 d55e00 969696")
"""Okabe and Ito's colours for kinds, and grey."""
STATES = {"ok": KINDS[0], "partial": KINDS[1], "failed": KINDS[5], "pending": KINDS[6]}
HEIGHT = 520
HINT = (
    "Drag along an axis to choose candidates; drag a name to move its axis, click it to turn the axis round, "
    "right-click it for other scales and colours."
)


def parallel_page(results: Results, *, title: str | None = None) -> str:
    """One sweep as a self-contained HTML page that opens offline.

    Args:
        results: a sweep, finished or not.
        title: what to call it; its own name by default.
    """
    data = parallel_data(results)
    return paint(data, headline(results, data), title=title)


def paint(data: ParallelData, told: Headline, *, title: str | None = None) -> str:
    """The page of what was gathered."""
    notes = "".join(f"<p>{escape(note)}</p>" for note in data.notes)
    body = "\n".join(
        (
            header(told, title),
            f'<main>\n<div class="notes">{notes}</div>' if notes else "<main>",
            _plot(data, told.metric) if data.drawn else "",
            f'<section class="card without-script"><h2>Best candidates</h2>{leaderboard(data, told.metric)}</section>',
            "</main>",
            footer(told.machine, f"drawn by HiPlot {distribution('hiplot').version} (MIT)" if data.drawn else ""),
        )
    )
    scripts = (hiplot_bundle(), asset("parallel.js")) if data.drawn else ()
    return document(title or told.name, body, scripts=scripts, data=hiplot_props(data) if data.drawn else None)


def notebook_html(results: Results, *, height: int = 900) -> str:
    """The page inside a notebook's cell, cut off from the notebook by a sandbox, and a plain table for viewers that run
    no scripts.

    Args:
        results: a sweep, finished or not.
        height: of the frame, in pixels.
    """
    data = parallel_data(results)
    told = headline(results, data)
    frame = (
        f'<iframe srcdoc="{escape(paint(data, told))}" sandbox="allow-scripts allow-downloads" '
        f'style="width:100%;height:{height}px;border:0" title="{escape(results.name)}"></iframe>'
    )
    plain = f"<details><summary>{escape(best_line(told))}</summary>{leaderboard(data, told.metric)}</details>"
    return f"<div>{frame}{plain}</div>"


@cache
def hiplot_bundle() -> str:
    """HiPlot's JavaScript with its licence, read without importing hiplot, which would bring a web server along.

    Raises:
        GridlabError: the installed hiplot has no bundle, or one that cannot stand inside a page.
    """
    hiplot = distribution("hiplot")
    code = next((f.read_text("utf-8") for f in hiplot.files or () if f.name == "hiplot.bundle.js"), "")
    if not code or "</script" in code.lower():
        raise GridlabError(f"hiplot {hiplot.version}: no hiplot.bundle.js to draw with; install hiplot 0.1.33")
    return f"/*! HiPlot {hiplot.version}\n{hiplot.read_text('LICENSE') or 'MIT License'}*/\n{code}"


def hiplot_props(data: ParallelData) -> dict[str, Any]:
    """What `assets/parallel.js` reads: HiPlot's experiment, and what HiPlot has no word for."""
    rows = zip(*(c.values for c in data.columns), strict=True)
    hidden = ["uid", "from_uid", *(c.key for c in data.columns if c.key not in data.axes)]
    status = next((c.key for c in data.columns if c.name == STATUS), None)
    return {
        "experiment": {
            "datapoints_compressed": {
                "columns": [c.key for c in data.columns],
                "rows": [[str(uid), None, *row] for uid, row in zip(data.candidates, rows, strict=True)],
            },
            "parameters_definition": {c.key: _definition(c) for c in data.columns},
            "colorby": data.color[0] if data.color else status or data.axes[0],
            "colormap": "interpolateViridis",
            "enabled_displays": ["PARALLEL_PLOT", "TABLE"],
            "display_data": {
                # HiPlot counts the axes from the right
                "PARALLEL_PLOT": {
                    "order": [*reversed(data.axes)],
                    "hide": hidden,
                    "categoricalMaximumValues": len(data.candidates),
                },
                "TABLE": {
                    "order": [c.key for c in data.columns],
                    "hide": ["uid", "from_uid"],
                    "order_by": _best_first(data),
                },
            },
        },
        "columns": [{"key": c.key, "order": c.order, "ticks": c.ticks, "digits": c.digits} for c in data.columns],
        "axes": data.axes,
        "color": dict(zip(("key", "low", "high"), data.color, strict=True)) if data.color else None,
        "status": status,
        "viridis": VIRIDIS,
        "height": HEIGHT,
    }


def _definition(column: Column) -> dict[str, Any]:
    # Every label has its colour here, or HiPlot would look up a label like `constructor` and find JavaScript's own.
    colors = {label: f"rgb{color}" for label, color in zip(column.order, itertools.cycle(KINDS), strict=False)}
    if column.name == STATUS:
        colors = {label: f"rgb{STATES[label]}" for label in column.order}
    return {
        "type": column.kind,
        "colors": colors or None,
        "colormap": None,
        "label_css": None,
        "label_html": None,
        "force_value_min": None,
        "force_value_max": None,
    }


def _best_first(data: ParallelData) -> list[list[str]]:
    return [[data.color[0], "desc"]] if data.color else [[data.columns[0].key, "asc"]]


def _plot(data: ParallelData, metric: str) -> str:
    return (
        f'<section class="card" aria-label="Parallel coordinates">{_legend(data, metric)}'
        f'<div id="plot"></div><p class="hint">{escape(HINT)}</p></section>'
    )


def _legend(data: ParallelData, metric: str) -> str:
    if data.color is None:
        return ""
    key, low, high = data.color
    ends = next(c for c in data.columns if c.key == key)._replace(values=(low, high))
    failed = any(c.name == STATUS and "failed" in c.values for c in data.columns)
    swatch = '<span><span class="swatch"></span>failed</span>' if failed else ""
    ramps = f"--light:{_gradient(VIRIDIS[:9][::-1])};--dark:{_gradient(VIRIDIS[2:])}"
    scale = f'<span class="scale">{ends.text(0)}<span class="bar"></span>{ends.text(1)}</span>' if low < high else ""
    words = f"<span>Each line is a candidate, coloured by {escape(metric)}</span>"
    return f'<div class="legend" style="{ramps}">{words}{scale}{swatch}</div>'


def _gradient(stops: list[Color]) -> str:
    return f"linear-gradient(90deg,{','.join(f'rgb{stop}'.replace(' ', '') for stop in stops)})"
