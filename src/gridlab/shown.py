"""What a `Run` hands out, as a notebook shows it: still what it is, with a face; the pages are made when they are seen."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from gridlab.records.insights.insight import Insights

if TYPE_CHECKING:
    from gridlab.plots.leaderboard import Board
    from gridlab.records.results import Results


class Plot:
    """A run's picture: shown by a notebook, saved with everything else that is known of the run by `save`."""

    def __init__(self, results: Results) -> None:
        self._results = results

    def save(self, path: str | Path) -> Path:
        """Write the run's whole page, self-contained, as `gridlab plot` does, and return where."""
        from gridlab.plots.run_page import run_page

        path = Path(path)
        path.write_text(run_page(self._results), encoding="utf-8")
        return path

    def _repr_html_(self) -> str:
        from gridlab.plots.notebook import plot_html

        return plot_html(self._results)


class ShownInsights(Insights):
    """Insights that a notebook shows as sentences with their charts."""

    def __str__(self) -> str:
        return "\n".join(found.sentence for found in self.found)

    def _repr_html_(self) -> str:
        from gridlab.plots.notebook import insights_html

        return insights_html(self)


class Leaderboard(list[dict[str, Any]]):
    """The best candidates as plain rows, shown by a notebook as a table with intervals and ties."""

    def __init__(self, board: Board | None) -> None:
        super().__init__(dict(leader._asdict()) for leader in board.leaders) if board else super().__init__()
        self._board = board

    def _repr_html_(self) -> str:
        from gridlab.plots.notebook import leaderboard_html

        return leaderboard_html(self._board) if self._board else "<div>No candidate has a score yet.</div>"


class CurveTable(pd.DataFrame):  # type: ignore[misc]
    """Learning curves as a table, shown by a notebook as charts; what is computed from it is a plain table again."""

    _metadata: list[str] = ["names"]  # noqa: RUF012 (as pandas asks of those who extend it)
    names: Mapping[int, str]

    def _repr_html_(self) -> str:
        from gridlab.plots.notebook import curves_html

        return curves_html(self, self.names)
