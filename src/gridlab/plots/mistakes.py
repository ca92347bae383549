"""Where the best candidate is wrong: its confusion matrix, the pairs it confuses most, the pictures it misread."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from gridlab.plots.columns import value_text
from gridlab.plots.details import MOST_CLASSES, rounded
from gridlab.plots.page import Cell, escape, table
from gridlab.plots.png import data_uri
from gridlab.records.insights.insight import Chart
from gridlab.records.misread import Misread, read_misread
from gridlab.records.outcomes import Confusion, confusion_matrix, most_confused, outcomes

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gridlab.plots.findings import Charts
    from gridlab.records.outcomes import Outcomes
    from gridlab.records.results import Results

POINTS = 1000
"""Predicted values that are drawn against the true ones."""


class Mistakes(NamedTuple):
    """What the best candidate made of its held-out rows."""

    candidate: int
    n: int
    """Held-out predictions."""
    wrong: int | None
    """How many of them are wrong; None for regression."""
    classes: tuple[str, ...]
    """Labels; empty for regression."""
    pairs: tuple[Confusion, ...]
    chart: Chart | None
    """Confusion matrix, or predicted against true values; None for more classes than can be read."""
    pictures: Misread | None


def mistakes(results: Results) -> Mistakes | None:
    """Gather what is known of the best candidate's mistakes; None where predictions or truth are not recorded."""
    best = results.best
    found = outcomes(results, best["index"]) if best else None
    if best is None or found is None:
        return None
    classes = tuple(map(value_text, (results.info.get("data") or {}).get("classes") or ()))
    if not classes:
        return Mistakes(best["index"], len(found.rows), None, (), (), _scatter(found), None)
    matrix = confusion_matrix(found, len(classes))
    kept = read_misread(results.folder)
    return Mistakes(
        candidate=best["index"],
        n=len(found.rows),
        wrong=int(len(found.rows) - np.trace(matrix)),
        classes=classes,
        pairs=tuple(most_confused(matrix)),
        chart=_heatmap(matrix, classes) if len(classes) <= MOST_CLASSES else None,
        pictures=kept if kept and kept.candidate == best["index"] else None,
    )


def written(found: Mistakes, charts: Charts) -> str:
    """The section of a page, as HTML."""
    drawn = charts.place(found.chart) if found.chart else ""
    if found.wrong is None:
        return f'<p class="sentence">{found.n:,} held-out predictions.</p>{drawn}'
    said = f"{found.wrong:,} of {found.n:,} held-out predictions are wrong ({found.wrong / found.n:.2%})."
    rows = [
        (found.classes[p.truth], found.classes[p.predicted], Cell(f"{p.times:,}", "num"), Cell(f"{p.share:.1%}", "num"))
        for p in found.pairs
    ]
    pairs = table(("true", "read as", Cell("times", "num"), Cell("of that class", "num")), rows) if rows else ""
    beside = (
        f'<div class="beside"><div>{drawn}</div><div><h3>Confused most often</h3>{pairs}</div></div>' if rows else drawn
    )
    return f'<p class="sentence">{said}</p>{beside}{_pictures(found)}'


def _pictures(found: Mistakes) -> str:
    if found.pictures is None or not len(found.pictures.rows):
        return ""
    kept = found.pictures
    which = f"the {len(kept.rows)} surest of {kept.total:,}" if len(kept.rows) < kept.total else f"all {kept.total:,}"
    each = zip(kept.images, kept.rows, kept.truth, kept.label, kept.proba, strict=True)
    items = "".join(_picture(found.classes, *one) for one in each)
    head = f"<h3>Misread while held out <small>({which}, the surest mistakes first)</small></h3>"
    return f'{head}<ul class="pictures">{items}</ul>'


def _picture(classes: Sequence[str], image: NDArray[np.uint8], row: Any, truth: Any, label: Any, proba: Any) -> str:
    words = f"true {classes[truth]}, read as {classes[label]}"
    sure = f"{proba:.0%} sure" if np.isfinite(proba) else ""
    return (
        f'<li><img src="{data_uri(image)}" alt="{escape(words)}" title="row {row}">'
        f"<span><b>{escape(classes[truth])}</b> → {escape(classes[label])}</span><small>{sure}</small></li>"
    )


def _heatmap(matrix: NDArray[np.int64], classes: tuple[str, ...]) -> Chart:
    rows = tuple(tuple(map(int, row)) for row in matrix)
    return Chart("heatmap", "Confusion matrix", "predicted", "true", classes, classes, z=rows)


def _scatter(found: Outcomes) -> Chart:
    """Predicted against true values, of evenly spread rows where there are many."""
    order = np.argsort(found.truth, kind="stable")
    kept = order[:: max(1, -(-len(order) // POINTS))]
    x, y = (tuple(rounded(float(v)) for v in column[kept]) for column in (found.truth, found.predicted))
    return Chart("scatter", "Predicted against true values", "true", "predicted", x, y, x_scale="linear")
