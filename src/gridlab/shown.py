"""What a `Run` hands out, as a notebook shows it: values with a face; the HTML is made when it is looked at."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import ClassVar

import pandas as pd

from gridlab.errors import GridlabError
from gridlab.plots import notebook
from gridlab.plots.columns import value_text
from gridlab.plots.parallel_data import varied
from gridlab.plots.run_page import run_page
from gridlab.records.insights.gather import insights
from gridlab.records.insights.insight import Insights, Leader
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


class Leaderboard(list[Leader]):
    """The best candidates, best first, and the cheapest that is as good; a notebook shows them as a table."""

    def __init__(self, results: Results, top: int) -> None:
        self._board = notebook.board(results, top)
        super().__init__(self._board.leaders if self._board else ())

    def _repr_html_(self) -> str:
        return notebook.leaderboard_html(self._board) if self._board else "<div>No candidate has a score yet.</div>"


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


def curve_table(
    results: Results, candidate: int | Iterable[int] | None, split: int | None, top: int | None
) -> CurveTable:
    """The learning curves of a run, with a face; see `Run.curves`."""
    if top is not None:
        if candidate is not None:
            raise GridlabError("curves: give either candidates or top, not both")
        candidate = [leader.candidate for leader in insights(results).leaders[:top]]
    found = CurveTable(Results.curves(results, candidate, split))
    ranks = results.table["rank_test_score"]
    order = dict.fromkeys(found["candidate"].tolist())
    found.names = {i: f"rank {ranks[i]}: {_params(results, i)}" for i in sorted(order, key=lambda i: (ranks[i], i))}
    return found


def _params(results: Results, candidate: int) -> str:
    params = results.params(candidate)
    return ", ".join(f"{name} {value_text(params[name])}" for name in varied(results) if name in params)
