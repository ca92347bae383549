"""What a notebook's cell shows: pictures in frames cut off from the notebook, the same plainly where no script runs.

A frame carries the library it draws with: HiPlot half a megabyte, plotly two. Tables and sentences carry none.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from gridlab.plots import findings, leaderboard, winner
from gridlab.plots.curve_charts import MOST, curve_charts
from gridlab.plots.findings import Charts
from gridlab.plots.headline import best_line, header, headline
from gridlab.plots.libraries import hiplot, plotly
from gridlab.plots.page import Cell, asset, document, escape, table
from gridlab.plots.parallel import COLORS, hiplot_props, picture
from gridlab.plots.parallel_data import parallel_data, varied
from gridlab.records.insights.gather import insights as gather

if TYPE_CHECKING:
    import pandas as pd

    from gridlab.plots.leaderboard import Board
    from gridlab.records.insights.insight import Insights
    from gridlab.records.results import Results


def plot_html(results: Results, *, height: int = 900) -> str:
    """The parallel coordinates and their table.

    Args:
        results: a sweep, finished or not.
        height: of the frame, in pixels.
    """
    data = parallel_data(results)
    told = headline(results, data)
    found = leaderboard.board(gather(results), varied(results))
    plain = leaderboard.plain(found) if found else ""
    if not data.drawn:
        return f"<div>{header(told)}{plain}</div>"
    notes = "".join(f"<p>{escape(note)}</p>" for note in data.notes)
    body = f'{header(told)}\n<main><div class="notes">{notes}</div>{picture(data, told.metric, alone=True)}</main>'
    scripts = (asset("parallel.js"), asset("page.js"))
    page = document(told.name, body, scripts=scripts, libraries=(hiplot(),), data={"parallel": hiplot_props(data)})
    return framed(page, told.name, height, best_line(told), plain)


def insights_html(found: Insights, *, height: int = 900) -> str:
    """The findings with their charts."""
    charts = Charts()
    best = (
        f"<h2>How good is the winner really?</h2>{winner.written(found.winner, found.metric, charts)}"
        if found.winner
        else ""
    )
    body = f"<main>{findings.findings(found, charts)}{best}</main>"
    told = f"{len(found.found)} findings on {found.name}"
    return _charted(found.name, body, charts, height, told, findings.plain(found))


def curves_html(curves: pd.DataFrame, names: Mapping[int, str]) -> str:
    """Learning curves, of the candidates that are named; see `curve_charts`."""
    drawn = curve_charts(curves, names)
    if not len(curves) or not drawn:
        return "<div>No learning curves were recorded.</div>"
    charts = Charts()
    which = "".join(f"<li><b>candidate {i}</b> {escape(name)}</li>" for i, name in [*names.items()][:MOST])
    left = f"<p>The first {MOST} of {len(names):,} candidates are drawn.</p>" if len(names) > MOST else ""
    places = "".join(map(charts.place, drawn))
    body = f'<main><ul class="which">{which}</ul>{left}<div class="curves">{places}</div></main>'
    height = 120 + 28 * min(MOST, len(names)) + 310 * -(-len(drawn) // 2)
    return _charted("learning curves", body, charts, height, "the last epochs as a table", _last(curves, names))


def leaderboard_html(found: Board) -> str:
    """The best candidates as a table."""
    return f"<div><p>{escape(leaderboard.summary(found))}</p>{leaderboard.plain(found)}</div>"


def framed(page: str, title: str, height: int, summary: str, plain: str) -> str:
    """A page in a frame, cut off from the notebook by a sandbox, and the same in plain HTML folded beneath."""
    frame = (
        f'<iframe srcdoc="{escape(page)}" sandbox="allow-scripts allow-downloads" '
        f'style="width:100%;height:{height}px;border:0" title="{escape(title)}"></iframe>'
    )
    return f"<div>{frame}<details><summary>{escape(summary)}</summary>{plain}</details></div>"


def _charted(title: str, body: str, charts: Charts, height: int, summary: str, plain: str) -> str:
    data = {"charts": charts.values, "colors": COLORS}
    page = document(title, body, scripts=(asset("charts.js"), asset("page.js")), libraries=(plotly(),), data=data)
    return framed(page, title, height, summary, plain)


def _last(curves: pd.DataFrame, names: Mapping[int, str]) -> str:
    """Where each candidate's curves end: the mean over the splits of the last epoch of each."""
    series = [name for name in curves.columns if name not in ("candidate", "split", "epoch")]
    ends = curves.groupby(["candidate", "split"])[series].last().groupby("candidate").mean()
    rows: list[Sequence[str | Cell]] = [
        (names[candidate], *(Cell(f"{value:.4g}", "num") for value in ends.loc[candidate]))
        for candidate in names
        if candidate in ends.index
    ]
    return table(("candidate", *(Cell(name, "num") for name in series)), rows)
