"""How good the winner really is: its own score, corrected for having been chosen, and its score on held-out rows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gridlab.plots.page import escape
from gridlab.records.insights.insight import Chart

if TYPE_CHECKING:
    from gridlab.plots.findings import Charts
    from gridlab.records.insights.insight import Winner


def written(winner: Winner, metric: str, charts: Charts) -> str:
    """The section of a page, as HTML."""
    lines = "".join(f'<p class="sentence">{escape(sentence)}</p>' for sentence in winner.sentences)
    chart = estimates(winner, metric)
    return f'<div class="beside"><div>{lines}</div><div>{charts.place(chart) if chart else ""}</div></div>'


def estimates(winner: Winner, metric: str) -> Chart | None:
    """What is known of the winner's score, side by side; None where there is nothing to put beside its own."""
    known: list[tuple[str, float, float | None, float | None]] = [("mean over the splits", winner.apparent, None, None)]
    if winner.corrected is not None:
        known.append(("corrected for the choice", winner.corrected, winner.low, winner.high))
    if winner.test is not None:
        known.append(("held-out test", winner.test, None, None))
    if len(known) == 1:
        return None
    names, scores, lows, highs = zip(*known, strict=True)
    return Chart("intervals", "The winner's score, three ways", "", metric, names, scores, low=lows, high=highs)
