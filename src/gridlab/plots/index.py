"""The index of a results folder: every run, those on the same data side by side."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import quote

from gridlab.plots.page import document, escape, footer
from gridlab.plots.strip import Strip, drawn

if TYPE_CHECKING:
    from gridlab.plots.headline import Headline
    from gridlab.records.insights.insight import Winner

REPORT = "report.html"


class Entry(NamedTuple):
    """One run on the index."""

    place: str
    """Its folder, relative to the results folder, with forward slashes."""
    told: Headline | None
    """None when the run could not be read."""
    trouble: str = ""
    """Why it could not."""
    fingerprint: str = ""
    """Of its data; empty where it is not known."""
    winner: Winner | None = None
    """How good its best candidate is."""


class Group(NamedTuple):
    """Runs that can be compared: of the same data, ranked by the same scorer."""

    data: str
    metric: str
    entries: tuple[Entry, ...]
    """The best first; runs without a score last."""


def groups(entries: Sequence[Entry]) -> list[Group]:
    """The readable runs, those of the same data and scorer together, in the order in which the first of each came."""
    together: dict[tuple[str, str], list[Entry]] = {}
    for entry in entries:
        if entry.told:
            data = entry.fingerprint or f"{entry.told.data} {entry.place}"
            together.setdefault((data, entry.told.metric), []).append(entry)
    found = []
    for members in together.values():
        first = members[0].told
        assert first is not None
        found.append(Group(first.data or "unknown data", first.metric, tuple(sorted(members, key=_worth))))
    return found


def index_page(title: str, entries: Sequence[Entry]) -> str:
    """The runs of a folder as an HTML page without scripts: how good each is, how sure that is, and what it cost."""
    count = f"{len(entries)} run{'s' if len(entries) != 1 else ''}"
    cards = "\n".join(map(_card, groups(entries)))
    troubles = "".join(f'<p class="bad">{escape(entry.trouble)}</p>' for entry in entries if entry.trouble)
    top = f'<header><h1>{escape(title)}</h1><p class="lead">{count}</p></header>'
    return document(title, f"{top}\n<main>{cards}{troubles}</main>\n{footer()}")


def _worth(entry: Entry) -> float:
    """The score that speaks for a run: the corrected one where there is one."""
    best = entry.winner
    return float("inf") if best is None else -(best.apparent if best.corrected is None else best.corrected)


def _card(group: Group) -> str:
    strips = drawn(map(_strip, group.entries))
    heads = ("run", f"best {group.metric}", "corrected for the choice", "held-out test", "cost", "candidates", "date")
    top = "".join(f'<th scope="col">{escape(name)}</th>' for name in heads)
    rows = "\n".join(_row(entry, strip) for entry, strip in zip(group.entries, strips, strict=True))
    return (
        f'<section class="card"><h2>{escape(group.data)}</h2><div class="scroll"><table class="plain runs">'
        f"<thead><tr>{top}</tr></thead>\n<tbody>\n{rows}\n</tbody></table></div></section>"
    )


def _strip(entry: Entry) -> Strip:
    best = entry.winner
    if best is None:
        return Strip(None)
    mean = best.apparent if best.corrected is None else best.corrected
    return Strip(mean, best.low, best.high, (best.apparent, best.test))


def _row(entry: Entry, strip: str) -> str:
    told = entry.told
    assert told is not None
    what = f"<small>{escape(told.description)}</small>" if told.description else ""
    with_best = ", ".join(f"{name} {value}" for name, value in told.params)
    best = f"<b>{escape(told.score)}</b><small>{escape(with_best)}</small>" if told.score else "no score"
    count = f'<span class="bad">{escape(told.candidates)}</span>' if told.failed else escape(told.candidates)
    cells = (
        ("wide", f'<a href="{quote(entry.place)}/{REPORT}">{escape(told.name)}</a>{what}'),
        ("wide", best),
        ("", f"{strip}<small>{escape(told.corrected)}</small>" if entry.winner else "–"),
        ("figures", escape(told.test) or "–"),
        ("figures", f"{escape(told.cost) or '–'}<small>{escape(told.engine)}</small>"),
        ("wide", count),
        ("figures", escape(told.date)),
    )
    inner = "".join(f'<td class="{css}">{html}</td>' if css else f"<td>{html}</td>" for css, html in cells)
    return f"<tr>{inner}</tr>"
