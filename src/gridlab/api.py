"""The Python face: run a sweep, load a run, see it."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from gridlab.alongside import TensorBoardReporter
from gridlab.progress import reporter
from gridlab.records.results import Results, load_results
from gridlab.sweep.spec import SweepSpec
from gridlab.training.check import checked
from gridlab.training.run import Reporter, run_sweep


class Run(Results):
    """A run's results, which also show themselves: the last line of a notebook's cell is their picture."""

    def plot(self) -> Plot:
        """The parallel-coordinates page, inline in a notebook."""
        return Plot(self)

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


class Plot:
    """A page: shown by a notebook, saved by `save`."""

    def __init__(self, results: Results) -> None:
        self._results = results

    def save(self, path: str | Path) -> Path:
        """Write the page, self-contained, and return where."""
        from gridlab.plots.parallel import parallel_page

        path = Path(path)
        path.write_text(parallel_page(self._results), encoding="utf-8")
        return path

    def _repr_html_(self) -> str:
        from gridlab.plots.parallel import notebook_html

        return notebook_html(self._results)


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
