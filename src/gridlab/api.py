"""The Python face: run a sweep, load a run, see it."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from gridlab.alongside import TensorBoardReporter
from gridlab.progress import reporter
from gridlab.records.results import Results, load_results
from gridlab.sweep.spec import SweepSpec
from gridlab.training.check import checked
from gridlab.training.run import Reporter, run_sweep

if TYPE_CHECKING:
    from gridlab.shown import CurveTable, LeaderTable, Plot, ShownInsights


class Run(Results):
    """A run's results, which also show themselves: the last line of a notebook's cell is their picture."""

    def plot(self) -> Plot:
        """The parallel coordinates, inline in a notebook."""
        from gridlab.shown import Plot

        return Plot(self)

    def insights(self) -> ShownInsights:
        """What the sweep tells: findings with their numbers, the leaders, how good the winner is, what is unknown."""
        from gridlab.shown import shown_insights

        return shown_insights(self)

    def leaderboard(self) -> LeaderTable:
        """The candidates that have a score, best first: a row each, indexed by their number in the plan.

        Columns are the parameters (prefixed `param_` where they are called like one of these), `rank_test_score`,
        `mean_test_score`, `low` and `high` (its 95 % interval, corrected for overlapping training sets), each split's
        score, `mean_fit_time`, `tied` (it cannot be told from the best), `p` (adjusted) and `cheapest` (the fastest
        within one standard error of the best).
        """
        from gridlab.shown import leader_table

        return leader_table(self)

    def curves(
        self, candidate: int | Iterable[int] | None = None, split: int | None = None, *, top: int | None = None
    ) -> CurveTable:
        """Learning curves in long form, as `Results.curves` gives them; a notebook draws them.

        Args:
            candidate: one candidate or several; None for all.
            split: one split; None for all.
            top: instead of candidates, so many of the best, best first.
        """
        from gridlab.shown import curve_table

        return curve_table(self, candidate, split, top)

    def export(self, kind: str, where: str | Path, *, overwrite: bool = False) -> str:
        """Write the run for another tool: "csv", "parquet", "tensorboard" or "optuna"; what was written, in a sentence.

        Args:
            kind: the form.
            where: a file, a folder for TensorBoard, a storage URL (`sqlite:///fc3.db`) for Optuna.
            overwrite: replace what gridlab wrote there before.

        Raises:
            GridlabError: its library is not installed, something is there already, or it cannot be written.
        """
        from gridlab.plots.export import export

        return export(self, kind, where, overwrite=overwrite)

    def _repr_html_(self) -> str:
        return self.plot()._repr_html_()


def run(
    sweep: str | Path | SweepSpec,
    results: str | Path = "results",
    *,
    overrides: Iterable[str] = (),
    retry_failed: bool = False,
    verbose: bool = False,
    quiet: bool = False,
) -> Run:
    """Train what is not trained yet of a sweep, and return all that is known of it.

    Args:
        sweep: a sweep file, or a `SweepSpec` made in Python (its `model` may be a function of the notebook).
        results: the folder that holds runs; this one goes into the folder of its name.
        overrides: "key=value", as `--set` takes them; for a sweep file only.
        retry_failed: train fits again that failed before.
        verbose: let Keras and TensorFlow talk.
        quiet: show no progress.

    Raises:
        GridlabError: what is wrong with the sweep, its data or its folder; nothing recorded is lost.
    """
    spec, origin = (sweep, None) if isinstance(sweep, SweepSpec) else checked(sweep, overrides)
    told = Reporter() if quiet else reporter()
    if spec.tensorboard:
        told = TensorBoardReporter(told)
    found = run_sweep(spec, Path(results), reporter=told, retry_failed=retry_failed, verbose=verbose, origin=origin)
    return _shown(found)


def load(path: str | Path) -> Run:
    """The results in a run folder, or in a JSON file of flat records.

    Raises:
        StoreError: neither is there, or it cannot be read.
    """
    return _shown(load_results(path))


def _shown(results: Results) -> Run:
    return Run(results.info, results.records, results.folder, results.known)
