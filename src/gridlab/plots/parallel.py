"""The parallel-coordinates picture: HiPlot as the renderer inside a page of our own; the only file that knows HiPlot.

HiPlot's own page runs script that it finds in values; here its bundle stands under a policy that runs nothing but the
bundle and our scripts; `assets/parallel.js` escapes the cells and puts the axes in the sweep's order.
"""

from __future__ import annotations

import itertools
from typing import Any

from gridlab.plots.columns import Column
from gridlab.plots.page import escape
from gridlab.plots.parallel_data import STATUS, ParallelData

Color = tuple[int, int, int]


def _colors(hexadecimal: str) -> list[Color]:
    parts = bytes.fromhex(hexadecimal)
    return list(zip(parts[::3], parts[1::3], parts[2::3], strict=True))


VIRIDIS = _colors("440154 482878 3e4a89 31688e 26828e 1f9e89 35b779 6ece58 b5de2b fde725")
"""matplotlib's viridis at ten places: even in lightness, so colour-blind eyes and grey printers see the same order."""
KINDS = _colors("0072b2 e69f00 009e73 cc79a7 56b4e9 d55e00 969696")
"""Okabe and Ito's colours for kinds, and grey."""
COLORS = {"kinds": KINDS, "viridis": VIRIDIS}
"""For the scripts that draw other charts."""
STATES = {"ok": KINDS[0], "partial": KINDS[1], "failed": KINDS[5], "pending": KINDS[6]}
HEIGHT = 520
HINT = (
    "Drag along an axis to choose candidates; drag a name to move its axis, click it to turn the axis round, "
    "right-click it for other scales and colours."
)
CLICK = "Click a line, or a row of the table, for that candidate's curves and predictions. "


def picture(data: ParallelData, metric: str, *, alone: bool = False) -> str:
    """The picture's place in a page, as HTML; nothing where there is nothing to draw.

    Args:
        data: what was gathered.
        metric: what the candidates are ranked by.
        alone: whether the page has no place for single candidates.
    """
    if not data.drawn:
        return ""
    return (
        f'<section class="card" id="picture" aria-label="Parallel coordinates">{_legend(data, metric)}'
        f'<div id="plot"></div><p class="hint">{escape(HINT if alone else CLICK + HINT)}</p></section>'
    )


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
