"""Results: everything after training starts here: one row per candidate, ranking, best, curves, `cv_results_`."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

import numpy as np

from gridlab.errors import StoreError, described
from gridlab.records.cv_results import cv_results
from gridlab.records.flat import read_flat
from gridlab.records.predictions import read_arrays
from gridlab.records.selecting import selected
from gridlab.records.store import FITS, RUN, RunStore
from gridlab.records.summary import Summary, column_names, summarise
from gridlab.records.tables import curve_frame, frame, outcome_columns, parameter_columns
from gridlab.records.truth import read_truth

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    import pandas as pd
    from numpy.typing import NDArray

    from gridlab.records.record import FitRecord
    from gridlab.records.truth import Truth

INFO_FORMAT = 1
"""Version of `run.json`."""


@dataclass(frozen=True, eq=False, repr=False)
class Results:
    """What a run has found so far. Candidates are counted from 0, in the order of the plan."""

    info: Mapping[str, Any]
    """`run.json`."""
    records: Mapping[str, FitRecord]
    """Fit key → record."""
    folder: Path | None = None
    """The run folder, where the predictions lie."""
    known: Summary | None = None
    """Set where there are no fits to summarise: results read from a list of flat records."""

    @property
    def name(self) -> str:
        """The run's name."""
        return str(self.info["name"])

    @property
    def axes(self) -> list[dict[str, Any]]:
        """The axes of the search space: name, scale ("linear", "log" or "categorical"), values in the sweep's order."""
        return list(self.info["axes"])

    @property
    def metrics(self) -> list[str]:
        """The scorers' names."""
        return list(self.info["scoring"]["metrics"])

    @property
    def refit_metric(self) -> str:
        """The scorer that candidates are ranked by."""
        return str(self.info["scoring"].get("refit") or self.metrics[0])

    @cached_property
    def summary(self) -> Summary:
        """Scores, times and states of the candidates, as arrays."""
        return self.known or summarise(self.info, self.records)

    @cached_property
    def columns(self) -> dict[str, str]:
        """Parameter → its column in `table` and `rows`; the axes first, in their order."""
        names = [axis["name"] for axis in self.axes] + [name for params in self.summary.params for name in params]
        return column_names(dict.fromkeys(names))

    @cached_property
    def table(self) -> pd.DataFrame:
        """One row a candidate, in plan order: parameters, scores, rank, time, status, error."""
        return frame(parameter_columns(self.columns, self.summary.params), self._outcomes)

    def rows(self) -> list[dict[str, Any]]:
        """The same as plain JSON values (None where there is no number): what `results.json` holds and HiPlot takes."""
        columns = parameter_columns(self.columns, self.summary.params) | self._outcomes
        return [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]

    def params(self, candidate: int) -> dict[str, Any]:
        """A candidate's parameters as they were tried, lists and all."""
        return dict(self.summary.params[candidate])

    @cached_property
    def best(self) -> dict[str, Any] | None:
        """The first candidate of rank 1: index, params, and its result columns; None when no candidate has a score."""
        means = self.summary.mean[self.refit_metric]
        if np.isnan(means).all():
            return None
        index = int(np.nanargmax(means))
        row = {name: values[index] for name, values in self._outcomes.items()}
        return {"index": index, "params": self.params(index), **row}

    def select(self, /, **wanted: Any) -> Self:
        """The candidates whose parameters are as wanted, as results of their own, counted anew from 0.

        Args:
            wanted: per parameter a value, a list of values, or (low, high): numbers from low to high, None for no end.

        >>> results.select(optimizer="Adam", dropout=[0.2, 0.3], learning_rate=(1e-3, 1e-2))  # doctest: +SKIP

        Raises:
            GridlabError: there is no such parameter, or no such candidate.
        """
        rows = selected(self.name, self.summary.params, self.columns, wanted)
        info = {**self.info, "plan": [self.info["plan"][row] for row in rows]}
        return type(self)(info, self.records, self.folder, self.known and self.known.of(rows))

    def curves(
        self, candidate: int | Iterable[int] | None = None, split: int | None = None, *, top: int | None = None
    ) -> pd.DataFrame:
        """Learning curves in long form: columns candidate, split, epoch (from 1), and one per series; NaN where absent.

        Args:
            candidate: one candidate or several; None for all.
            split: one split; None for all.
            top: instead of candidates, so many of the best, best first.
        """
        if isinstance(candidate, int | np.integer):
            candidate = [int(candidate)]
        chosen: Iterable[int] = range(len(self)) if candidate is None else candidate
        if top is not None:
            means = self.summary.mean[self.refit_metric]
            chosen = [int(i) for i in np.argsort(-means, kind="stable")[:top] if not np.isnan(means[i])]
        return curve_frame((i, s, fit) for i in chosen for s, fit in self.fits_of(i) if split is None or s == split)

    def predictions(self, candidate: int, *names: str) -> dict[int, dict[str, NDArray[Any]]]:
        """The out-of-fold predictions of a candidate: split → name → array, for the splits that have them.

        Args:
            candidate: its number.
            names: only these arrays, of "label" (codes of classes), "proba" and "value"; all of them unless given.
        """
        if self.folder is None:
            return {}
        kept = {s: fit.predictions for s, fit in self.fits_of(candidate) if fit.predictions}
        if names:
            kept = {s: {name: places[name] for name in names if name in places} for s, places in kept.items()}
        return {s: read_arrays(self.folder, places) for s, places in kept.items()}

    def fits_of(self, candidate: int) -> Iterator[tuple[int, FitRecord]]:
        """The recorded fits of a candidate, each with its split."""
        if not 0 <= candidate < len(self):
            raise IndexError(f"{self.name} has no candidate {candidate}; there are {len(self)}, counted from 0")
        for split, key in enumerate(self.info["plan"][candidate]["keys"]):
            if key in self.records:
                yield split, self.records[key]

    @cached_property
    def truth(self) -> Truth | None:
        """What the out-of-fold predictions are to be compared with; None where it was not recorded."""
        return read_truth(self.folder) if self.folder else None

    @cached_property
    def cv_results_(self) -> dict[str, Any]:
        """The same as scikit-learn's `cv_results_`: columns, order, dtypes; NaN where a fit failed or is not done.

        Raises:
            StoreError: these results were read from a list of records, which has no single fits.
        """
        summary = self.summary
        if self.known:
            raise StoreError(f"{self.name}: read from a list of records, without single fits: use .table")
        names = {metric: metric if len(self.metrics) > 1 else "score" for metric in self.metrics}
        return cv_results(
            [dict(params) for params in summary.params],
            summary.times["fit_time"],
            summary.times["score_time"],
            {names[metric]: scores for metric, scores in summary.splits.items()},
            {names[metric]: scores for metric, scores in summary.train_splits.items()} or None,
        )

    @cached_property
    def n_fits(self) -> int:
        """How many fits the plan holds."""
        return len(self._keys)

    @cached_property
    def n_done(self) -> int:
        """How many of them are recorded, failed ones included."""
        return sum(key in self.records for key in self._keys)

    @cached_property
    def n_failed(self) -> int:
        """How many of them failed."""
        return sum(key in self.records and not self.records[key].ok for key in self._keys)

    def __len__(self) -> int:
        return len(self.summary.params)

    def __repr__(self) -> str:
        best = f"best {self.best['mean_test_score']:.4g} with {self.best['params']}" if self.best else "no score yet"
        done = f"{self.n_done} of {self.n_fits} fits done, {self.n_failed} failed; " if self.n_fits else ""
        return f"<Results {self.name}: {len(self)} candidates; {done}{best}>"

    @cached_property
    def _outcomes(self) -> dict[str, list[Any]]:
        return outcome_columns(self.summary, self.refit_metric)

    @cached_property
    def _keys(self) -> set[str]:
        return {key for candidate in self.info["plan"] for key in candidate["keys"]}


def load_results(path: str | Path) -> Results:
    """The results in a run folder, or in a JSON file of flat records such as older notebooks wrote.

    A file holds parameters and `mean_test_score`, at will `std_test_score`, `mean_fit_time` and single splits' scores:
    a list of objects, or one object of columns as `json.dump(search.cv_results_)` or pandas write it.

    Raises:
        StoreError: neither of these is there, or it cannot be read.
    """
    path = Path(path)
    if path.is_file():
        info, summary = read_flat(path)
        return Results(info, {}, None, summary)
    return results_in(RunStore(path))


def results_in(store: RunStore) -> Results:
    """The results in an open run folder, as far as they are recorded now.

    Raises:
        StoreError: there is no run in it, or it cannot be read.
    """
    path = store.folder
    if not store.info:
        raise StoreError(_no_run(path, store.notes))
    if store.info.get("format") != INFO_FORMAT:
        found = store.info.get("format")
        raise StoreError(f"{path / RUN}: format {found} is not one this gridlab reads (it reads {INFO_FORMAT})")
    missing = {"name", "axes", "plan", "scoring", "n_splits"} - store.info.keys()
    if missing:
        raise StoreError(f"{path / RUN}: not a gridlab run: it has no {', '.join(sorted(missing))}")
    results = Results(store.info, dict(store.records), path)
    try:
        results.columns, results.summary.mean[results.refit_metric]  # all that is read of it
    except (AttributeError, LookupError, TypeError, ValueError) as error:  # somebody edited it
        raise StoreError(f"{path / RUN}: not as gridlab writes it ({described(error)})") from error
    return results


def find_runs(folder: str | Path) -> list[Path]:
    """The run folders below a folder (itself included), sorted.

    Raises:
        StoreError: there is no such folder.
    """
    folder = Path(folder)
    if not folder.is_dir():
        raise StoreError(f"{folder}: no such folder")
    return sorted(path.parent for path in folder.rglob(RUN))


def _no_run(path: Path, notes: list[str]) -> str:
    if not path.exists():
        return f"{path}: no such run folder or file"
    if notes:
        return f"{path}: {'; '.join(notes)}"
    below = ", ".join(map(str, find_runs(path)[:3]))
    hint = f"; there are runs below it: {below}" if below else ""
    return f"{path}: no {RUN} here; expected a run folder, with {RUN} and {FITS}{hint}"
