"""What a `Run` hands out, as a notebook shows it: values with a face; the HTML is made when it is looked at."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import ClassVar

import pandas as pd

from gridlab import reporting
from gridlab.plots import leaderboard, notebook
from gridlab.plots.columns import value_text
from gridlab.plots.leaderboard import Board
from gridlab.plots.parallel_data import varied
from gridlab.plots.run_page import run_page
from gridlab.records.insights.gather import insights
from gridlab.records.insights.insight import Insights
from gridlab.records.results import Results


class Plot:
    """A run's picture: shown by a notebook; `save` writes it with everything else that is known of the run."""

    def __init__(self, results: Results) -> None:
        self._results = results

    def save(self, path: str | Path) -> Path:
        """Write the run's whole page, self-contained, as `gridlab plot` does, and return where."""
        path = Path(path)
        path.write_text(run_page(self._results), encoding="utf-8", errors="replace")
        return path

    def _repr_html_(self) -> str:
        return notebook.plot_html(self._results)


class ShownInsights(Insights):
    """Insights that a notebook shows with their charts, and `print` as sentences."""

    def __str__(self) -> str:
        best = self.winner.sentences if self.winner else ()
        return "\n".join([*(found.sentence for found in self.found), *best])

    def _repr_html_(self) -> str:
        return notebook.insights_html(self)


class LeaderTable(pd.DataFrame):  # type: ignore[misc]
    """The leaderboard; a notebook shows its top with intervals and ties. What is computed from it is a plain table."""

    _metadata: ClassVar[list[str]] = ["board"]
    board: Board | None

    def _repr_html_(self) -> str:
        return notebook.leaderboard_html(self.board) if self.board else "<div>No candidate has a score yet.</div>"


class CurveTable(pd.DataFrame):  # type: ignore[misc]
    """Learning curves, a row an epoch; a notebook draws them. What is computed from it is a plain table again."""

    _metadata: ClassVar[list[str]] = ["names"]
    names: Mapping[int, str]

    def _repr_html_(self) -> str:
        return notebook.curves_html(self, self.names)


def shown_insights(results: Results) -> ShownInsights:
    """The insights of a run, with a face."""
    found = insights(results)
    return ShownInsights(found.name, found.metric, found.found, found.omitted, found.leaders, found.winner)


def leader_table(results: Results) -> LeaderTable:
    """The leaderboard of a run, with a face."""
    found = insights(results)
    table = LeaderTable(reporting.leader_table(found.leaders, list(results.columns)))
    table.board = leaderboard.board(found, varied(results))
    return table


def curve_table(
    results: Results, candidate: int | Iterable[int] | None, split: int | None, top: int | None
) -> CurveTable:
    """The learning curves of a run, with a face; see `Run.curves`."""
    found = CurveTable(Results.curves(results, candidate, split, top=top))
    ranks = results.table["rank_test_score"].tolist()
    chosen = sorted(set(found["candidate"].tolist()), key=lambda i: (ranks[i], i))
    found.names = {i: f"rank {ranks[i]}: {_params(results, i)}" for i in chosen}
    return found


def _params(results: Results, candidate: int) -> str:
    params = results.params(candidate)
    return ", ".join(f"{name} {value_text(params[name])}" for name in varied(results) if name in params)
