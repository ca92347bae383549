"""The report of a sweep: its insights as text for a terminal, as Markdown, as JSON; the leaderboard as a table."""

from __future__ import annotations

import json
import textwrap
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

import pandas as pd
from rich.table import Table

from gridlab.records.files import in_one_sentence
from gridlab.records.insights.insight import Insights, Leader
from gridlab.records.insights.words import Metric, number, p_value, value
from gridlab.records.summary import column_names
from gridlab.terminal import table_text

TOP = 10
"""Candidates of the leaderboard that a report shows."""
WIDTH = 100
"""Columns of plain text."""
LEADER_COLUMNS = ("low", "high", "tied", "p", "cheapest")


class Section(NamedTuple):
    """A part of the report: sentences, and perhaps a table below them."""

    title: str
    sentences: Sequence[str] = ()
    head: Sequence[str] = ()
    rows: Sequence[Sequence[str]] = ()
    note: str = ""


def as_text(found: Insights) -> str:
    """The report for reading in a terminal."""
    parts = [f"{found.name}: what mattered for {Metric(found.metric).said}"]
    for section in _sections(found):
        lines = [section.title, "─" * len(section.title)]
        for sentence in section.sentences:
            lines += textwrap.wrap(sentence, WIDTH, initial_indent="• ", subsequent_indent="  ")
        if section.rows:
            table = Table(box=None, pad_edge=False)
            for name in section.head:
                table.add_column(name, no_wrap=True)
            for row in section.rows:
                table.add_row(*row)
            lines.append(table_text(table))
        if section.note:
            lines += textwrap.wrap(section.note, WIDTH)
        parts.append("\n".join(lines))
    return "\n\n".join(_printable(part) for part in parts)


def as_markdown(found: Insights) -> str:
    """The report as Markdown, to be put into a README."""
    parts = [f"# {_escaped(found.name)}: what mattered for {Metric(found.metric).said}"]
    for section in _sections(found):
        parts.append(f"## {section.title}")
        if section.sentences:
            parts.append("\n".join(f"- {_escaped(sentence)}" for sentence in section.sentences))
        if section.rows:
            lines = [section.head, ["---"] * len(section.head), *section.rows]
            parts.append("\n".join(f"| {' | '.join(map(_escaped, line))} |" for line in lines))
        if section.note:
            parts.append(_escaped(section.note))
    return "\n\n".join(parts)


def as_json(found: Insights) -> str:
    """The insights as JSON, strictly valid, with all numbers and charts."""
    return json.dumps(found.to_json(), indent=1, ensure_ascii=False, allow_nan=False)


FORMS: dict[str, Callable[[Insights], str]] = {"text": as_text, "md": as_markdown, "json": as_json}
"""Name of a format → who writes it."""


def write(path: Path, text: str) -> Path:
    """Write a report into a file.

    Raises:
        StoreError: it cannot be written there.
    """
    with in_one_sentence(path, "write the report"):
        path.write_text(text + "\n", encoding="utf-8", errors="backslashreplace")
    return path


def leader_table(leaders: Sequence[Leader], parameters: Sequence[str]) -> pd.DataFrame:
    """The leaders as a table, indexed by candidate.

    Args:
        leaders: best first.
        parameters: the parameters, in the order of their columns.
    """
    names = column_names(parameters)
    taken = {*LEADER_COLUMNS, *names.values()}
    for name, column in names.items():
        if column in LEADER_COLUMNS:
            names[name] = next(c for n in range(1, 9) if (c := "param_" * n + column) not in taken)
    rows = [
        {
            "rank_test_score": leader.rank,
            **{column: leader.params.get(name) for name, column in names.items()},
            "mean_test_score": leader.mean,
            "low": leader.low,
            "high": leader.high,
            **{f"split{i}_test_score": score for i, score in enumerate(leader.splits)},
            "mean_fit_time": leader.time,
            "tied": leader.tied,
            "p": leader.p,
            "cheapest": leader.cheapest,
        }
        for leader in leaders
    ]
    return pd.DataFrame(rows, index=pd.Index([leader.candidate for leader in leaders], name="candidate"))


def _sections(found: Insights) -> list[Section]:
    told = [insight.sentence for insight in found.found if insight.kind != "margin"]
    means = [insight.sentence for insight in found.of("margin")]
    missing = [f"{omitted.kind.replace('_', ' ')}: {omitted.reason}." for omitted in found.omitted]
    return [
        *([Section("How good is the winner?", found.winner.sentences)] if found.winner else []),
        *([Section("What mattered", told)] if told else []),
        *([_leaderboard(found)] if found.leaders else []),
        *([Section("Mean scores, value by value", means)] if means else []),
        *([Section("Left out, and why", missing)] if missing else []),
    ]


def _leaderboard(found: Insights) -> Section:
    leaders, metric = found.leaders, Metric(found.metric)
    shown = leaders[:TOP]
    names = list(dict.fromkeys(name for leader in leaders for name in leader.params))
    varied = [name for name in names if len({value(leader.params.get(name)) for leader in leaders}) > 1]
    interval = any(leader.low is not None for leader in shown)
    head = ["rank", metric.said, *(["95 % interval"] if interval else []), *varied, "fit s", ""]
    rows = [
        [
            str(leader.rank),
            metric.value(leader.mean, _unit(leaders)),
            *([_interval(metric, leader, _unit(leaders))] if interval else []),
            *(value(leader.params[name]) if name in leader.params else "–" for name in varied),
            "–" if leader.time is None else number(leader.time, leader.time / 10),
            _remark(leader, leaders[0]),
        ]
        for leader in shown
    ]
    return Section("Leaderboard", (), head, rows, _ties(leaders))


def _unit(leaders: Sequence[Leader]) -> float:
    """What the digits go by: a hundredth of the best score, or a tenth of what scores differ by if that is more."""
    return max((leaders[0].mean - leaders[-1].mean) / 10, abs(leaders[0].mean) / 100)


def _interval(metric: Metric, leader: Leader, unit: float) -> str:
    return "–" if leader.low is None or leader.high is None else metric.interval(leader.low, leader.high, unit)


def _remark(leader: Leader, best: Leader) -> str:
    told = "best" if leader is best else ""
    if leader.tied is False and leader.p is not None:
        told = f"worse, {p_value(leader.p)}"
    return ", ".join(filter(None, [told, "cheapest within one standard error" if leader.cheapest else ""]))


def _ties(leaders: Sequence[Leader]) -> str:
    tied = sum(bool(leader.tied) for leader in leaders)
    if len(leaders) < 2 or len(leaders[0].splits) < 2:
        return ""
    left = len(leaders) - TOP
    more = f"{left:,} more candidates. " if left > 0 else ""
    return (
        f"{more}{tied - 1:,} of the other {len(leaders) - 1:,} cannot be told from the best with "
        f"{len(leaders[0].splits)} splits (corrected paired t-tests, Holm); more folds or repeats tell more apart."
    )


def _escaped(text: str) -> str:
    return _printable(text).replace("\\", "\\\\").replace("|", "\\|").replace("<", "&lt;").replace("\n", " ")


def _printable(text: str) -> str:
    """Without what would move a terminal's cursor or colour it."""
    return "".join(letter if letter.isprintable() or letter == "\n" else "\N{REPLACEMENT CHARACTER}" for letter in text)
