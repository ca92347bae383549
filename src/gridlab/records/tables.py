"""Tables of results: a column per parameter and per number known of the candidates; learning curves in long form."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from gridlab.records.cv_results import rank
from gridlab.sweep.plain import plain

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from numpy.typing import NDArray

    from gridlab.records.record import FitRecord
    from gridlab.records.summary import Summary


def parameter_columns(names: Mapping[str, str], params: Sequence[Mapping[str, Any]]) -> dict[str, list[Any]]:
    """Column name → a plain value per candidate; None where a candidate has no such parameter.

    Args:
        names: parameter → its column.
        params: the candidates.
    """
    return {column: [_cell(candidate.get(name)) for candidate in params] for name, column in names.items()}


def outcome_columns(summary: Summary, refit: str) -> dict[str, list[Any]]:
    """Result column → a plain value per candidate; `refit` is the scorer called plainly `score`."""
    columns: dict[str, list[Any]] = {
        "mean_test_score": _numbers(summary.mean[refit]),
        "std_test_score": _numbers(summary.std[refit]),
        "rank_test_score": rank(summary.mean[refit]).tolist(),
        "mean_fit_time": _numbers(summary.mean_fit_time),
    }
    for i, scores in enumerate(summary.splits[refit].T if refit in summary.splits else ()):
        columns[f"split{i}_test_score"] = _numbers(scores)
    for metric in summary.mean:
        if metric not in (refit, "score"):
            columns[f"mean_test_{metric}"] = _numbers(summary.mean[metric])
            columns[f"std_test_{metric}"] = _numbers(summary.std[metric])
    return columns | {"status": list(summary.status), "error": list(summary.error)}


def frame(parameters: Mapping[str, list[Any]], outcomes: Mapping[str, list[Any]]) -> pd.DataFrame:
    """Both as one pandas table; a parameter that some candidates lack stays what it is (512, not 512.0)."""
    columns = {name: pd.Series(values, dtype=object if None in values else None) for name, values in parameters.items()}
    text = ("status", "error")
    return pd.DataFrame(
        columns | {name: pd.Series(v, dtype=object if name in text else None) for name, v in outcomes.items()}
    )


def curve_frame(fits: Iterable[tuple[int, int, FitRecord]]) -> pd.DataFrame:
    """Learning curves of (candidate, split, fit), one row an epoch, one column a series; NaN where it has none."""
    found = [(candidate, split, fit.curves) for candidate, split, fit in fits if fit.curves]
    lengths = [max(map(len, curves.values())) for *_, curves in found]
    where = np.array([place for *place, _ in found], dtype=np.int64).reshape(-1, 2).repeat(lengths, axis=0)
    epochs = np.array([epoch for n in lengths for epoch in range(1, n + 1)], dtype=np.int64)
    columns: dict[str, NDArray[Any]] = {"candidate": where[:, 0], "split": where[:, 1], "epoch": epochs}
    for name in dict.fromkeys(name for *_, curves in found for name in curves):
        values: list[float | None] = []
        for (*_, curves), length in zip(found, lengths, strict=True):
            series = curves.get(name, ())
            values += [*series, *[None] * (length - len(series))]
        columns[name] = np.array(values, dtype=np.float64)
    return pd.DataFrame(columns)


def _numbers(values: NDArray[np.float64]) -> list[float | None]:
    return [None if number != number else number for number in values.tolist()]


def _cell(value: Any) -> Any:
    """HiPlot and pandas want scalars: a list becomes its JSON text."""
    value = plain(value)
    return json.dumps(value, ensure_ascii=False) if isinstance(value, list | dict) else value
