"""The page of a run: one file that holds everything, opens offline, and can be mailed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from gridlab.plots import candidate, findings, leaderboard, mistakes, origin, winner
from gridlab.plots.details import Details, details
from gridlab.plots.findings import Charts
from gridlab.plots.headline import Headline, header, headline
from gridlab.plots.libraries import hiplot, installed, plotly
from gridlab.plots.page import asset, document, escape, footer
from gridlab.plots.parallel import COLORS, hiplot_props, picture
from gridlab.plots.parallel_data import ParallelData, parallel_data, varied
from gridlab.records.insights.gather import insights

if TYPE_CHECKING:
    from gridlab.plots.leaderboard import Board
    from gridlab.plots.mistakes import Mistakes
    from gridlab.records.insights.insight import Insights
    from gridlab.records.results import Results

SCRIPTS = ("parallel.js", "charts.js", "candidate.js", "page.js")


class RunData(NamedTuple):
    """Everything that stands on the page of a run, before it is written."""

    told: Headline
    picture: ParallelData
    insights: Insights
    board: Board | None
    details: Details
    mistakes: Mistakes | None
    fingerprint: str
    """Of the data; empty where it is not known."""


class Section(NamedTuple):
    """A part of the page, with its place in the navigation."""

    key: str
    title: str
    html: str
    lead: str = ""


def run_page(results: Results, *, title: str | None = None) -> str:
    """One sweep as a self-contained HTML page that opens offline.

    Args:
        results: a sweep, finished or not.
        title: what to call it; its own name by default.

    Raises:
        StoreError: its records cannot be read.
    """
    return written(run_data(results), results, title=title)


def run_data(results: Results) -> RunData:
    """Gather a run's page."""
    data = parallel_data(results)
    found = insights(results)
    shown = set(data.candidates)
    ranked = [leader.candidate for leader in found.leaders if leader.candidate in shown]
    return RunData(
        told=headline(results, data, found.winner),
        picture=data,
        insights=found,
        board=leaderboard.board(found, varied(results)),
        details=details(results, ranked),
        mistakes=mistakes.mistakes(results),
        fingerprint=str((results.info.get("data") or {}).get("fingerprint") or ""),
    )


def written(found: RunData, results: Results, *, title: str | None = None) -> str:
    """The page of what was gathered."""
    charts, data = Charts(), found.picture
    sections = [section for section in _sections(found, results, charts) if section.html]
    notes = "".join(f"<p>{escape(note)}</p>" for note in data.notes)
    body = "\n".join(
        (
            header(found.told, title),
            _navigation(sections, drawn=data.drawn),
            f'<main>\n<div class="notes">{notes}</div>' if notes else "<main>",
            picture(data, found.told.metric),
            *map(_section, sections),
            "</main>",
            footer(found.told.machine, *_thanks(data.drawn)),
        )
    )
    scripts = tuple(map(asset, SCRIPTS))
    libraries = (hiplot(), plotly()) if data.drawn else (plotly(),)
    embedded = page_values(found, charts)
    return document(title or found.told.name, body, scripts=scripts, libraries=libraries, data=embedded)


def page_values(found: RunData, charts: Charts) -> dict[str, Any]:
    """What the page's scripts read, as plain JSON."""
    classes = found.mistakes.classes if found.mistakes else ()
    return {
        "parallel": hiplot_props(found.picture),
        "charts": charts.values,
        "colors": COLORS,
        "candidates": candidate.values(found.picture, found.details, found.told.metric, classes),
    }


def _sections(found: RunData, results: Results, charts: Charts) -> list[Section]:
    told = found.insights
    board = (leaderboard.written(found.board) if found.board else "") + leaderboard.failed(results)
    best = winner.written(told.winner, told.metric, charts) if told.winner else ""
    wrong = mistakes.written(found.mistakes, charts) if found.mistakes else ""
    return [
        Section("insights", "What mattered", findings.findings(told, charts)),
        Section("leaderboard", "Leaderboard", board, leaderboard.summary(found.board) if found.board else ""),
        Section("winner", "How good is the winner really?", best),
        Section("candidate", "A closer look", candidate.PANEL if found.picture.candidates else "", found.details.note),
        Section("mistakes", "Where the best is wrong", wrong),
        Section("provenance", "Provenance", origin.written(results)),
    ]


def _section(section: Section) -> str:
    lead = f'<p class="soft">{escape(section.lead)}</p>' if section.lead else ""
    return (
        f'<section class="card" id="{section.key}" tabindex="-1" aria-labelledby="{section.key}-title">'
        f'<h2 id="{section.key}-title">{escape(section.title)}</h2>{lead}{section.html}</section>'
    )


def _navigation(sections: list[Section], drawn: bool) -> str:
    links = [("picture", "Picture")] * drawn + [(section.key, section.title) for section in sections]
    items = "".join(f'<a href="#{key}">{escape(title)}</a>' for key, title in links)
    return f'<nav aria-label="On this page">{items}</nav>'


def _thanks(drawn: bool) -> tuple[str, ...]:
    return (*((f"HiPlot {installed('hiplot')} (MIT)",) if drawn else ()), f"plotly {installed('plotly')} (MIT)")
