"""The leaderboard: the best candidates with intervals, which of them cannot be told from the best, which is cheap."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, NamedTuple

from gridlab.plots.columns import decimals, value_text
from gridlab.plots.page import Cell, escape, table
from gridlab.plots.strip import Strip, drawn

if TYPE_CHECKING:
    from gridlab.records.insights.insight import Insights, Leader
    from gridlab.records.results import Results

TOP = 15
"""Candidates shown."""
MOST_SPLITS = 6
"""Splits whose scores stand in columns; more of them are dots only."""


class Board(NamedTuple):
    """The leaderboard before it is written."""

    leaders: tuple[Leader, ...]
    """The candidates shown: the best, and the cheapest that is as good."""
    metric: str
    varied: tuple[str, ...]
    """Parameters in which candidates differ."""
    digits: int | None
    """Decimals of a score; None for all."""
    tied: int | None
    """How many cannot be told from the best, the best included; None where that cannot be tested."""
    total: int
    """Candidates that have a score."""


def board(insights: Insights, varied: Sequence[str], top: int = TOP) -> Board | None:
    """Gather the leaderboard; None when no candidate has a score.

    Args:
        insights: what a sweep tells.
        varied: parameters in which candidates differ.
        top: candidates to show; the cheapest one that is as good as the best comes on top of these.
    """
    everyone = insights.leaders
    if not everyone:
        return None
    shown = everyone[:top] + tuple(leader for leader in everyone[top:] if leader.cheapest)
    tested = len(everyone) > 1 and any(leader.tied is not None for leader in everyone)
    return Board(
        leaders=shown,
        metric=insights.metric,
        varied=tuple(varied),
        digits=decimals([leader.mean for leader in shown]),
        tied=sum(leader.tied is not False for leader in everyone) if tested else None,
        total=len(everyone),
    )


def written(found: Board) -> str:
    """The leaderboard as HTML that needs no script; ranks link to the page's place for single candidates."""
    n_splits = len(found.leaders[0].splits)
    numbered = n_splits if n_splits <= MOST_SPLITS else 0
    heads = [("rank", "num"), (found.metric, "num"), ("", ""), ("95 % interval and splits", "")]
    heads += [(f"split {i}", "num") for i in range(numbered)]
    heads += [*((name, "") for name in found.varied), ("seconds", "num")]
    top = "".join(f'<th scope="col" class="{css}">{escape(name)}</th>' for name, css in heads)
    strips = drawn(Strip(leader.mean, leader.low, leader.high, leader.splits) for leader in found.leaders)
    rows = "\n".join(_row(found, leader, strip, numbered) for leader, strip in zip(found.leaders, strips, strict=True))
    return (
        f'<div class="scroll"><table class="plain leaders"><thead><tr>{top}</tr></thead>\n<tbody>\n{rows}\n</tbody>'
        f"</table></div>{_more(found)}"
    )


def failures(results: Results) -> list[tuple[str, int]]:
    """Why candidates failed, and how many for each reason; the commonest first."""
    return Counter(error for error in results.summary.error if error).most_common()


def failed(results: Results) -> str:
    """The same as HTML, folded."""
    reasons = failures(results)
    if not reasons:
        return ""
    count = sum(times for _, times in reasons)
    items = "".join(f"<li>{escape(error)} ({times:,})</li>" for error, times in reasons)
    return f'<details class="omitted"><summary>Failed, and why ({count:,})</summary><ul>{items}</ul></details>'


def plain(found: Board) -> str:
    """The leaderboard as a table that needs no style sheet either."""
    heads = ["rank", found.metric, "95 % interval", *(f"split {i}" for i in range(len(found.leaders[0].splits)))]
    rows: Iterable[list[str | Cell]] = (
        [
            str(leader.rank),
            _score(found, leader.mean),
            _span(found, leader).replace(" ", "\u00a0"),
            *(_score(found, score) for score in leader.splits),
            *(_value(leader, name) for name in found.varied),
            "–" if leader.time is None else f"{leader.time:.3g}",
            ", ".join(_words(leader)),
        ]
        for leader in found.leaders
    )
    return table([*heads, *found.varied, "seconds", ""], rows) + _more(found)


def summary(found: Board) -> str:
    """How many are as good as the best, and which of them is cheap, in words."""
    words = []
    if found.tied is not None and found.total > 1:
        others = found.total - 1
        alike = f"{found.tied - 1:,} of the {others:,} others cannot be told from the best by these splits."
        words.append(alike if found.tied > 1 else f"The best is better than each of the {others:,} others.")
    cheap = next((leader for leader in found.leaders if leader.cheapest), None)
    if cheap is not None and cheap.rank > 1 and cheap.time is not None:
        words.append(
            f"The cheapest within one standard error of the best is rank {cheap.rank}: "
            f"{_score(found, cheap.mean)} in {seconds(cheap.time)} a fit."
        )
    return " ".join(words)


def seconds(value: float) -> str:
    """Seconds with three figures.

    >>> seconds(0.0123), seconds(12.345), seconds(1234.5)
    ('0.0123 s', '12.3 s', '1,234 s')
    """
    return f"{value:,.0f} s" if value >= 100 else f"{value:.3g} s"


def _row(found: Board, leader: Leader, strip: str, numbered: int) -> str:
    rank = f'<a href="#candidate" data-candidate="{leader.candidate}">{leader.rank}</a>'
    cells = [("num", rank), ("num strong", _score(found, leader.mean)), ("", _marks(leader))]
    cells += [("", _interval(found, leader, strip))]
    cells += [("num", _score(found, score)) for score in leader.splits[:numbered]]
    cells += [("", escape(_value(leader, name))) for name in found.varied]
    cells += [("num", "–" if leader.time is None else f"{leader.time:.3g}")]
    css = ' class="best-row"' if leader.rank == 1 else ""
    inner = "".join(f'<td class="{kind}">{html}</td>' for kind, html in cells)
    return f"<tr{css}>{inner}</tr>"


def _value(leader: Leader, name: str) -> str:
    return value_text(leader.params[name]) if name in leader.params else "–"


def _marks(leader: Leader) -> str:
    title = f' title="adjusted p = {leader.p:.2g}"' if leader.p is not None else ""
    return "".join(f'<span class="tag tag-{word.split()[0]}"{title}>{word}</span>' for word in _words(leader))


def _words(leader: Leader) -> list[str]:
    words = ["best"] if leader.rank == 1 else ["tied"] if leader.tied else []
    return [*words, "cheapest"] if leader.cheapest else words


def _score(found: Board, value: float | None) -> str:
    if value is None:
        return "–"
    return f"{value:.{found.digits}f}" if found.digits is not None else f"{value:.4g}"


def _interval(found: Board, leader: Leader, strip: str) -> str:
    return f'<span class="interval">{strip}<small>{_span(found, leader)}</small></span>'


def _span(found: Board, leader: Leader) -> str:
    known = leader.low is not None and leader.high is not None
    return f"{_score(found, leader.low)} to {_score(found, leader.high)}" if known else ""


def _more(found: Board) -> str:
    left = found.total - len(found.leaders)
    return f'<p class="hint">and {left:,} more candidates</p>' if left > 0 else ""
