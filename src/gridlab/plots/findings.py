"""The insights as a page shows them: each a sentence, its charts, and its numbers folded away beneath."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from gridlab.plots.columns import number_text
from gridlab.plots.page import escape

if TYPE_CHECKING:
    from gridlab.records.insights.insight import Chart, Insight, Insights, Omitted

KINDS = {
    "importance": "Importance",
    "interaction": "Interaction",
    "margin": "Averages",
    "contrast": "Comparison",
    "equivalence": "No difference",
    "top": "The best tenth",
    "trend": "Trend",
    "edge": "Edge of the grid",
    "still_improving": "Still improving",
    "pareto": "Score against time",
    "leaderboard": "Leaderboard",
    "winner": "The winner",
    "test_score": "Held-out test score",
}
"""An insight's kind → what stands above its sentence."""
OPEN = 16
"""Findings that are shown at once; more are folded."""
MOST_NUMBERS = 60
"""Numbers of a finding that are listed."""


class Charts:
    """The charts of a page, numbered as its script finds them."""

    def __init__(self) -> None:
        self.values: list[dict[str, Any]] = []

    def place(self, chart: Chart) -> str:
        """Where the script will draw the chart, as HTML."""
        self.values.append(chart.to_json())
        title = f"<figcaption>{escape(chart.title)}</figcaption>" if chart.title else ""
        number = len(self.values) - 1
        return (
            f'<figure>{title}<div class="chart" role="img" aria-label="{escape(chart.title)}" '
            f'data-chart="{number}"></div></figure>'
        )


def findings(insights: Insights, charts: Charts) -> str:
    """The section of a page."""
    written = [_finding(found, charts) for found in insights.found]
    first, rest = ("\n".join(some) for some in (written[:OPEN], written[OPEN:]))
    folded = f"<summary>{len(written) - OPEN} more findings</summary>"
    more = f'<details class="more">{folded}<div class="findings">{rest}</div></details>' if rest else ""
    none = "" if insights.found else '<p class="soft">Nothing can be said yet.</p>'
    return f'<div class="findings">{first}</div>{none}{more}{left_out(insights.omitted)}'


def plain(insights: Insights) -> str:
    """The sentences as a list, for places where no charts are drawn."""
    items = "".join(f"<li><b>{escape(_kind(found.kind))}</b> {escape(found.sentence)}</li>" for found in insights.found)
    return f'<ol class="sentences">{items}</ol>{left_out(insights.omitted)}'


def left_out(omitted: Sequence[Omitted]) -> str:
    """What does not apply, and why; folded."""
    if not omitted:
        return ""
    items = "".join(f"<li><b>{escape(_kind(kind))}</b> {escape(reason)}</li>" for kind, reason in omitted)
    return f'<details class="omitted"><summary>Left out, and why ({len(omitted)})</summary><ul>{items}</ul></details>'


def flat_numbers(numbers: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, str]]:
    """Nested numbers as (name, text), names joined by dots.

    >>> [*flat_numbers({"p": 0.04, "shares": {"dropout": 0.5}, "splits": [1, 2]})]
    [('p', '0.04'), ('shares.dropout', '0.5'), ('splits', '1, 2')]
    """
    for name, value in numbers.items():
        if isinstance(value, Mapping):
            yield from flat_numbers(value, f"{prefix}{name}.")
        elif isinstance(value, list | tuple) and any(isinstance(part, Mapping | list | tuple) for part in value):
            parts = {str(i): part if isinstance(part, Mapping) else {"": part} for i, part in enumerate(value)}
            yield from flat_numbers(parts, f"{prefix}{name}.")
        else:
            yield f"{prefix}{name}".rstrip("."), _text(value)


def _finding(found: Insight, charts: Charts) -> str:
    drawn = "".join(charts.place(chart) for chart in found.charts)
    about = "" if found.kind == "importance" else " × ".join(found.about)  # importance speaks of them all
    words = f" <b>{escape(about)}</b>" if about else ""
    head = f'<p class="kind">{escape(_kind(found.kind))}{words}</p><p class="sentence">{escape(found.sentence)}</p>'
    return f'<article class="finding">{head}{drawn}{_numbers(found.numbers)}</article>'


def _numbers(numbers: Mapping[str, Any]) -> str:
    listed = [*flat_numbers(numbers)]
    if not listed:
        return ""
    rows = "".join(f"<div><dt>{escape(name)}</dt><dd>{escape(text)}</dd></div>" for name, text in listed[:MOST_NUMBERS])
    more = (
        f"<p>and {len(listed) - MOST_NUMBERS:,} more: gridlab report --format json has them</p>"
        if len(listed) > MOST_NUMBERS
        else ""
    )
    return f'<details class="numbers"><summary>numbers</summary><dl>{rows}</dl>{more}</details>'


def _kind(kind: str) -> str:
    return KINDS.get(kind, kind.replace("_", " "))


def _text(value: Any) -> str:
    if isinstance(value, list | tuple):
        return ", ".join(map(_text, value))
    if isinstance(value, float):
        return f"{value:.4g}"
    if isinstance(value, bool) or value is None:
        return {True: "yes", False: "no", None: "–"}[value]
    return number_text(value) if isinstance(value, int) else str(value)
