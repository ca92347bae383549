"""Summary: what is known of every candidate, gathered from the fits; the columns of a results table are named here."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import partial
from operator import attrgetter
from typing import TYPE_CHECKING, Any

import numpy as np

from gridlab.records.cv_results import mean_and_std

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from numpy.typing import NDArray

    from gridlab.records.record import FitRecord

RESERVED = re.compile(
    r"(mean|std|rank)_(test|train)_.+|split\d+_(test|train)_.+|(mean|std)_(fit|score)_time|status|error|uid|from_uid"
)
"""Names of result columns, scikit-learn's and ours, and the two that HiPlot keeps for itself."""


@dataclass(frozen=True)
class Summary:
    """The n candidates of a run in plan order; numbers are NaN where nothing is known."""

    params: Sequence[Mapping[str, Any]]
    mean: Mapping[str, NDArray[np.float64]]
    """Scorer → mean over the splits, (n,); NaN unless every split has its score."""
    std: Mapping[str, NDArray[np.float64]]
    """Scorer → population standard deviation over the splits, (n,)."""
    splits: Mapping[str, NDArray[np.float64]]
    """Scorer → score on each split, (n, splits); empty where only means are known."""
    train_splits: Mapping[str, NDArray[np.float64]]
    """The same on the training rows; empty unless asked for."""
    mean_fit_time: NDArray[np.float64]
    """Mean seconds of the fits that finished, (n,)."""
    times: Mapping[str, NDArray[np.float64]]
    """"fit_time", "score_time" → seconds of each fit, (n, splits); empty where only means are known."""
    status: Sequence[str]
    """"ok", "failed" (every split), "partial" (some splits failed) or "pending" (not all are recorded)."""
    error: Sequence[str | None]
    """Why the first failed fit failed."""

    def of(self, rows: Sequence[int]) -> Summary:
        """The summary of these candidates alone, in this order."""

        def of(tables: Mapping[str, NDArray[np.float64]]) -> dict[str, NDArray[np.float64]]:
            return {name: values[list(rows)] for name, values in tables.items()}

        return Summary(
            params=[self.params[row] for row in rows],
            mean=of(self.mean),
            std=of(self.std),
            splits=of(self.splits),
            train_splits=of(self.train_splits),
            mean_fit_time=self.mean_fit_time[list(rows)],
            times=of(self.times),
            status=[self.status[row] for row in rows],
            error=[self.error[row] for row in rows],
        )


def summarise(info: Mapping[str, Any], records: Mapping[str, FitRecord]) -> Summary:
    """The summary of a run from its `run.json` and its records."""
    plan, metrics = info["plan"], info["scoring"]["metrics"]
    fits = [[records.get(key) for key in candidate["keys"]] for candidate in plan]

    def table(value: Callable[[FitRecord], float | None]) -> NDArray[np.float64]:
        numbers = [[value(fit) if fit else None for fit in row] for row in fits]
        return np.array(numbers, dtype=np.float64).reshape(len(plan), info["n_splits"])

    splits = {m: table(partial(_test_score, m)) for m in metrics}
    trained = any(fit and fit.train_scores for row in fits for fit in row)
    spread = {metric: mean_and_std(scores) for metric, scores in splits.items()}
    return Summary(
        params=[candidate["params"] for candidate in plan],
        mean={metric: mean for metric, (mean, _) in spread.items()},
        std={metric: std for metric, (_, std) in spread.items()},
        splits=splits,
        train_splits={m: table(partial(_train_score, m)) for m in metrics} if trained else {},
        mean_fit_time=np.array([_mean_time(row) for row in fits], dtype=np.float64),
        times={"fit_time": table(attrgetter("fit_time")), "score_time": table(attrgetter("score_time"))},
        status=[_status(row) for row in fits],
        error=[next((fit.error for fit in row if fit and not fit.ok), None) for row in fits],
    )


def column_names(parameters: Iterable[str]) -> dict[str, str]:
    """Parameter → its column in a results table: its own name, prefixed `param_` where a result column is called so.

    >>> column_names(["dropout", "status"])
    {'dropout': 'dropout', 'status': 'param_status'}
    """
    parameters = list(parameters)
    taken = {name for name in parameters if not RESERVED.fullmatch(name)}
    names = {}
    for name in parameters:
        column = name
        while RESERVED.fullmatch(column) or (column != name and column in taken):
            column = f"param_{column}"
        taken.add(column)
        names[name] = column
    return names


def _test_score(metric: str, fit: FitRecord) -> float | None:
    return fit.scores.get(metric) if fit.ok else None


def _train_score(metric: str, fit: FitRecord) -> float | None:
    return fit.train_scores.get(metric) if fit.ok else None


def _mean_time(row: Sequence[FitRecord | None]) -> float:
    times = [fit.fit_time for fit in row if fit and fit.ok]
    return sum(times) / len(times) if times else float("nan")


def _status(row: Sequence[FitRecord | None]) -> str:
    states = {fit.status if fit else "pending" for fit in row}
    if len(states) == 1:
        return states.pop()
    return "partial" if "failed" in states else "pending"
