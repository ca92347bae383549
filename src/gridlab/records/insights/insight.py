"""Insights: what a sweep tells, each finding a sentence with its numbers and its charts, before anything is painted.

Scores and differences in `numbers` and charts are the scorer's own: greater is better, also where it is `neg_…`. Only
sentences turn them round and speak of the error itself.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from gridlab.sweep.plain import plain

if TYPE_CHECKING:
    from collections.abc import Mapping

ChartKind = Literal["bars", "intervals", "lines", "scatter", "heatmap"]
InsightKind = Literal[
    "importance",
    "interaction",
    "margin",
    "contrast",
    "equivalence",
    "top",
    "trend",
    "edge",
    "still_improving",
    "pareto",
]


class Chart(NamedTuple):
    """A small picture as plain values: numbers, texts, booleans or None, ready for JSON and for any plotting library.

    The sequences x, y and, where they are not empty, low, high, series and labels run in parallel: one entry a mark.
    A heatmap has no marks: x are its columns, y its rows, and z[row][column] its cells.
    """

    kind: ChartKind
    """"bars" from zero; "intervals": a point and its interval; "lines": a line per series; "scatter"; "heatmap"."""
    title: str
    x_title: str
    y_title: str
    x: tuple[Any, ...]
    """Places along the first axis: numbers, or texts for categories (in the order to be shown)."""
    y: tuple[Any, ...]
    """Heights; for a heatmap the rows' places."""
    low: tuple[float | None, ...] = ()
    """Lower ends of intervals of y."""
    high: tuple[float | None, ...] = ()
    """Upper ends."""
    series: tuple[str, ...] = ()
    """Which group a mark belongs to: a line of its own, or a colour and an entry of the legend."""
    labels: tuple[str, ...] = ()
    """What to say of a mark when it is pointed at."""
    z: tuple[tuple[float | None, ...], ...] = ()
    """A heatmap's cells, row by row."""
    x_scale: Literal["linear", "log", "categorical"] = "categorical"
    """How x is to be spaced."""
    lines_at: tuple[float, ...] = ()
    """Heights of horizontal lines to compare with: no difference, an equivalence margin."""

    def to_json(self) -> dict[str, Any]:
        """The chart as plain JSON; what is empty is left out."""
        return {name: plain(value) for name, value in self._asdict().items() if value != ()}


@dataclass(frozen=True)
class Insight:
    """One thing found, which a reader may want to know."""

    kind: InsightKind
    about: tuple[str, ...]
    """The parameters it speaks of; empty for the sweep as a whole."""
    sentence: str
    """Plain text, with its most important numbers."""
    numbers: Mapping[str, Any] = field(default_factory=dict)
    """All its numbers, as plain JSON values."""
    charts: tuple[Chart, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """The finding as plain JSON."""
        return {
            "kind": self.kind,
            "about": list(self.about),
            "sentence": self.sentence,
            "numbers": plain(self.numbers),
            "charts": [chart.to_json() for chart in self.charts],
        }


class Omitted(NamedTuple):
    """A statistic that does not apply to these results."""

    kind: str
    """An insight's kind, or "leaderboard", "winner" or "test_score"."""
    reason: str
    """Why, in one sentence."""


class Leader(NamedTuple):
    """A row of the leaderboard; numbers are None where nothing is known."""

    candidate: int
    """Its number in the plan, from 0."""
    rank: int
    """From 1; equal means share a rank."""
    params: Mapping[str, Any]
    mean: float
    low: float | None
    """Lower end of the mean's 95 % interval, its variance corrected for training sets that overlap."""
    high: float | None
    splits: tuple[float | None, ...]
    """The score on each split."""
    time: float | None
    """Mean seconds of a fit."""
    tied: bool | None
    """Whether it cannot be told from the best (the best itself can not); None where that cannot be tested."""
    p: float | None
    """Adjusted p-value of its difference from the best; None for the best, and where it cannot be tested."""
    cheapest: bool
    """Whether it is the fastest one within one standard error of the best."""


class Winner(NamedTuple):
    """How good the best candidate really is."""

    candidate: int
    params: Mapping[str, Any]
    apparent: float
    """Its mean score over the splits: the best of many, and therefore too high."""
    corrected: float | None
    """What the whole search may be expected to score on new data (BBC-CV); None where that cannot be estimated."""
    low: float | None
    """Lower end of its 95 % interval."""
    high: float | None
    test: float | None
    """Score of the best model, refitted, on the held-out test part; None when there is none."""
    sentences: tuple[str, ...]
    numbers: Mapping[str, Any]
    """All its numbers, as plain JSON values."""


@dataclass(frozen=True)
class Insights:
    """What a sweep tells, the most important first."""

    name: str
    metric: str
    """The scorer by which candidates are ranked."""
    found: tuple[Insight, ...]
    omitted: tuple[Omitted, ...]
    """What does not apply to these results, and why."""
    leaders: tuple[Leader, ...]
    """Every candidate that has a score, best first."""
    winner: Winner | None
    """None when no candidate has a score."""

    def of(self, kind: str, *about: str) -> list[Insight]:
        """The findings of a kind, and, where parameters are named, only those that speak of all of them."""
        return [found for found in self.found if found.kind == kind and set(about) <= set(found.about)]

    def to_json(self) -> dict[str, Any]:
        """All of it as plain JSON, strictly valid: no NaN, no infinity."""
        return {
            "name": self.name,
            "metric": self.metric,
            "winner": plain(self.winner._asdict()) if self.winner else None,
            "found": [found.to_json() for found in self.found],
            "omitted": [left_out._asdict() for left_out in self.omitted],
            "leaders": [plain(leader._asdict()) for leader in self.leaders],
        }
