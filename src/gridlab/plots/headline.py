"""What a reader wants to know first: which sweep, how far it is, which candidate is best and how sure that is."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, NamedTuple

from gridlab.plots.columns import decimals
from gridlab.plots.page import escape
from gridlab.plots.parallel_data import SCORE, SPREAD, ParallelData

if TYPE_CHECKING:
    from collections.abc import Mapping

    from gridlab.plots.columns import Column
    from gridlab.records.insights.insight import Winner
    from gridlab.records.results import Results


class Headline(NamedTuple):
    """A sweep in a few words: text, empty where nothing is known."""

    name: str
    description: str
    metric: str
    """What candidates are ranked by."""
    score: str
    """The best mean score and its standard deviation over the splits."""
    corrected: str
    """The same corrected for having been chosen, with its interval."""
    test: str
    """The score of the best model on held-out rows."""
    params: tuple[tuple[str, str], ...]
    """The best candidate: parameter and value, where candidates differ in it."""
    candidates: str
    """How many there are and how many of them failed or wait."""
    failed: int
    """Candidates that failed on some split or on all."""
    data: str
    engine: str
    cost: str
    """How long it took."""
    date: str
    machine: str


def headline(results: Results, data: ParallelData, winner: Winner | None = None) -> Headline:
    """Gather the headline of a sweep.

    Args:
        results: a sweep, finished or not.
        data: its picture.
        winner: how good its best candidate is, where that is known.
    """
    provenance = results.info.get("provenance") or {}
    states = Counter(results.summary.status)
    scored = data.color is not None
    return Headline(
        name=results.name,
        description=str(results.info.get("description") or ""),
        metric=results.refit_metric,
        score=_score(data, 0) if scored else "",
        corrected=_corrected(winner) if winner else "",
        test=_alike(winner, winner.test) if winner else "",
        params=tuple((c.key, c.text(0)) for c in _parameters(data) if not c.constant) if scored else (),
        candidates=_candidates(states, results.info.get("n_splits")),
        failed=states["failed"] + states["partial"],
        data=_data(results.info.get("data") or {}),
        engine=_engine(results.info.get("plan") or ()),
        cost=_duration(provenance.get("seconds")),
        date=_date(provenance.get("finished") or provenance.get("started")),
        machine=", ".join(str(provenance[key]) for key in ("cpu", "platform") if provenance.get(key)),
    )


def header(told: Headline, title: str | None = None) -> str:
    """The top of a page, as HTML."""
    lead = f'<p class="lead">{escape(told.description)}</p>' if told.description else ""
    took = ", ".join(filter(None, (told.engine, told.cost)))
    facts = {"Candidates": told.candidates, "Data": told.data, "Engine": took, "Date": told.date}
    listed = "".join(f"<div><dt>{name}</dt><dd>{escape(fact)}</dd></div>" for name, fact in facts.items() if fact)
    return f'<header><h1>{escape(title or told.name)}</h1>{lead}{_best(told)}<dl class="facts">{listed}</dl></header>'


def best_line(told: Headline) -> str:
    """The best candidate in one line of plain text."""
    if not told.score:
        return f"{told.name}: no score"
    params = ", ".join(f"{name} {value}" for name, value in told.params)
    return f"{told.name}: best {told.metric} {told.score}" + (f" with {params}" if params else "")


def _parameters(data: ParallelData) -> list[Column]:
    return [c for c in data.columns if c.parameter]


def _score(data: ParallelData, row: int) -> str:
    by_name = {c.name: c for c in data.columns}
    spread = by_name.get(SPREAD)
    text = by_name[SCORE].text(row)
    return text if spread is None or spread.values[row] is None else f"{text} ± {spread.text(row)}"


def _corrected(winner: Winner) -> str:
    if winner.corrected is None:
        return ""
    known = winner.low is not None and winner.high is not None
    span = f" ({_alike(winner, winner.low)} to {_alike(winner, winner.high)})" if known else ""
    return f"{_alike(winner, winner.corrected)}{span}"


def _alike(winner: Winner, score: float | None) -> str:
    """A score with as many decimals as the winner's own; nothing where it is unknown."""
    digits = decimals([winner.apparent])
    return "" if score is None else f"{score:.4g}" if digits is None else f"{score:.{digits}f}"


def _best(told: Headline) -> str:
    if not told.score:
        return '<div class="best"><span class="score"><small>no score</small></span></div>'
    params = "".join(f"<li><span>{escape(name)}</span> <b>{escape(value)}</b></li>" for name, value in told.params)
    score = f'<span class="score"><small>best {escape(told.metric)}</small> {escape(told.score)}</span>'
    sure = {"corrected for the choice": told.corrected, "held-out test": told.test}
    checks = "".join(f"<span>{name} <b>{escape(text)}</b></span>" for name, text in sure.items() if text)
    checked = f'<p class="checks">{checks}</p>' if checks else ""
    return f'<div class="best">{score}<ul class="params">{params}</ul></div>{checked}'


def _candidates(states: Mapping[str, int], splits: int | None) -> str:
    total = sum(states.values())
    words = {"failed": "failed", "partial": "failed in part", "pending": "not done yet"}
    apart = ", ".join(f"{states[state]:,} {word}" for state, word in words.items() if states.get(state))
    times = f" × {splits} splits" if splits else ""
    return f"{total:,}{times}" + (f" ({apart})" if apart else "")


def _data(data: Mapping[str, Any]) -> str:
    if not data:
        return ""
    sizes = [*map(str, data.get("shape") or ())]
    shape = f"{sizes[0]} features" if len(sizes) == 1 else " × ".join(sizes)
    classes = data.get("classes") or ()
    held_out = f"{data['n_test']:,} more held out" if data.get("n_test") else ""
    parts = (
        f"{data['n']:,} samples" if data.get("n") else "",
        shape,
        f"{len(classes)} classes" if classes else "",
        held_out,
    )
    return ": ".join(part for part in (str(data.get("name") or ""), ", ".join(filter(None, parts))) if part)


def _engine(plan: Any) -> str:
    return ", ".join(dict.fromkeys(str(candidate["engine"]) for candidate in plan if candidate.get("engine")))


def _duration(seconds: float | None) -> str:
    if not seconds:
        return ""
    if seconds < 0.5:
        return "under 1 s"
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes} min" if hours else f"{minutes} min {rest} s" if minutes else f"{rest} s"


def _date(iso: str | None) -> str:
    """2026-03-01T10:00:00+00:00 → 1 March 2026, 10:00 UTC."""
    if not iso:
        return ""
    try:
        when = datetime.fromisoformat(iso).astimezone(UTC)
    except ValueError:
        return iso
    return f"{when.day} {when:%B %Y, %H:%M} UTC"
