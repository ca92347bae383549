"""The page of a run: one file that holds everything, opens offline, and can be mailed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from gridlab.plots import findings, leaderboard, mistakes, origin, winner
from gridlab.plots.details import Details, details
from gridlab.plots.findings import Charts
from gridlab.plots.headline import Headline, header, headline
from gridlab.plots.libraries import hiplot, installed, plotly
from gridlab.plots.page import asset, document, escape, footer
from gridlab.plots.parallel import COLORS, hiplot_props, picture
from gridlab.plots.parallel_data import ERROR, RANK, SCORE, SPREAD, STATUS, TIME, ParallelData, parallel_data, varied
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
    return {
        "parallel": hiplot_props(found.picture),
        "charts": charts.values,
        "colors": COLORS,
        "candidates": candidate_values(found.picture, found.details, found.told.metric, found.mistakes),
    }


def candidate_values(
    data: ParallelData, kept: Details, metric: str, known: Mistakes | None = None
) -> dict[str, Any] | None:
    """What `assets/candidate.js` reads."""
    if not data.candidates:
        return None
    by_name = {c.name: c for c in data.columns}
    splits = [c.key for c in data.columns if c.name.startswith("split")]
    tried = [c for c in data.columns if c.parameter]
    facts = [by_name[name].key for name in (RANK, SCORE, SPREAD, TIME, STATUS) if name in by_name]
    return {
        "metric": metric,
        "columns": [{"key": c.key, "digits": c.digits} for c in data.columns],
        "params": [c.key for c in tried],
        "facts": facts,
        "splits": splits,
        "error": by_name[ERROR].key if ERROR in by_name else None,
        "heads": [by_name[name].key for name in (RANK, SCORE) if name in by_name],
        "varied": [c.key for c in tried if not c.constant],
        "order": [i for i in data.candidates if i in kept.curves or i in kept.confusion] or [*data.candidates[:50]],
        "curves": {i: curves._asdict() for i, curves in kept.curves.items()},
        "confusion": kept.confusion,
        "classes": known.classes if known else (),
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
        Section("candidate", "A closer look", _candidate() if found.picture.candidates else "", found.details.note),
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


def _candidate() -> str:
    """The panel of one candidate; `assets/candidate.js` fills it."""
    return (
        '<div class="scripted"><div class="controls"><label>Candidate <select data-part="chooser"></select></label>'
        '<label data-part="split-label">Curves of <select data-part="split"><option value="">all splits</option>'
        '</select></label></div><ul class="params" data-part="facts"></ul><ul class="params" data-part="params"></ul>'
        '<p class="bad" data-part="error"></p>'
        '<p class="soft key"><span class="solid"></span>held out <span class="dashed"></span>training</p>'
        '<div class="curves" data-part="curves"></div><p class="soft" data-part="no-curves" hidden></p>'
        '<div class="curves"><figure data-part="splits-figure"><figcaption>Score on each split</figcaption>'
        '<div class="chart" data-part="splits"></div></figure>'
        '<figure data-part="confusion-figure"><figcaption>Confusion matrix, all splits</figcaption>'
        '<div class="chart" data-part="confusion"></div></figure></div></div>'
        '<p class="soft unscripted">Single candidates are drawn by a script, which is not running here.</p>'
    )


def _thanks(drawn: bool) -> tuple[str, ...]:
    return (*((f"HiPlot {installed('hiplot')} (MIT)",) if drawn else ()), f"plotly {installed('plotly')} (MIT)")
