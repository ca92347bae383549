"""A JSON file of flat records, as notebooks wrote them before gridlab, read as if it were a finished run.

Taken are a list of objects, and one object of columns (scikit-learn's `cv_results_`, a pandas table). Whatever is not
known as a result column is a parameter; scikit-learn's prefix `param_` is taken off.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

import numpy as np

from gridlab.errors import StoreError
from gridlab.records.summary import RESERVED, Summary
from gridlab.sweep.axes import Axis, scale_of
from gridlab.sweep.grid import digest

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

Row = dict[str, Any]

_MEAN = "mean_test_"
_STATES = ("ok", "failed", "partial", "pending")


def read_flat(path: Path) -> tuple[dict[str, Any], Summary]:
    """What a file of flat records tells, as a `run.json` and a summary; NaN and Infinity in it count as unknown.

    Raises:
        StoreError: it is not JSON, not a table, or has no `mean_test_score`.
    """
    rows = _rows(path)
    columns = list(dict.fromkeys(name for row in rows for name in row))
    metrics = [name.removeprefix(_MEAN) for name in columns if name.startswith(_MEAN)]
    if not metrics:
        raise StoreError(f"{path}: no column mean_test_score in these records (they have {', '.join(columns)})")
    refit = "score" if "score" in metrics else metrics[0]
    params = _params(rows, columns)
    n_splits = sum(bool(re.fullmatch(rf"split\d+_test_{re.escape(refit)}", name)) for name in columns)
    info = {
        "format": 1,
        "name": path.stem,
        "description": "",
        "scoring": {"metrics": metrics, "refit": refit},
        "n_splits": n_splits,
        "axes": [_axis(name, params).to_json() for name in dict.fromkeys(name for p in params for name in p)],
        "plan": [{"params": p, "keys": []} for p in params],
    }
    return info, _summary(rows, params, metrics, refit, n_splits)


def _rows(path: Path) -> list[Row]:
    try:
        found = json.loads(path.read_bytes(), parse_constant=lambda _: None)
    except OSError as error:
        raise StoreError(f"{path}: cannot be read ({error.strerror})") from error
    except (ValueError, RecursionError) as error:
        raise StoreError(f"{path}: not readable as JSON ({error})") from error
    if isinstance(found, dict):
        found = _transposed(found)
    if not isinstance(found, list) or not found or not all(isinstance(row, dict) for row in found):
        raise StoreError(f"{path}: expected a list of records, each {{parameter: value, …, mean_test_score: number}}")
    return found


def _transposed(columns: Mapping[str, Any]) -> list[Row] | None:
    """Columns as rows; a column is a list, or, as pandas writes it, an object of row number → value."""
    lists = {name: list(c.values()) if isinstance(c, dict) else c for name, c in columns.items()}
    if not all(isinstance(c, list) for c in lists.values()) or len({len(c) for c in lists.values()}) != 1:
        return None
    return [dict(zip(lists, values, strict=True)) for values in zip(*lists.values(), strict=True)]


def _params(rows: Sequence[Row], columns: Sequence[str]) -> list[Row]:
    """The parameters of each row: single columns, or else scikit-learn's column of dicts, `params`."""
    names = {name: _bare(name, columns) for name in columns if not RESERVED.fullmatch(name) and name != "params"}
    if not names and "params" in columns:
        return [row["params"] if isinstance(row["params"], dict) else {} for row in rows]
    return [{bare: row[name] for name, bare in names.items() if name in row} for row in rows]


def _bare(column: str, columns: Sequence[str]) -> str:
    bare = column.removeprefix("param_")
    return bare if (bare and bare not in columns) or RESERVED.fullmatch(bare) else column


def _axis(name: str, params: Sequence[Row]) -> Axis:
    """The values in the order of their appearance, numbers in their own."""
    distinct = {digest(p[name]): p[name] for p in params if name in p}
    values = tuple(distinct.values())
    scale = scale_of(values)
    return Axis(name, values if scale == "categorical" else tuple(sorted(values)), scale)


def _summary(rows: Sequence[Row], params: Sequence[Row], metrics: Sequence[str], refit: str, n_splits: int) -> Summary:
    mean = {metric: _numbers(rows, f"mean_test_{metric}") for metric in metrics}
    splits = [_numbers(rows, f"split{i}_test_{refit}") for i in range(n_splits)]
    done = ~np.isnan(mean[refit])
    return Summary(
        params=params,
        mean=mean,
        std={metric: _numbers(rows, f"std_test_{metric}") for metric in metrics},
        splits={refit: np.stack(splits, axis=1)} if splits else {},
        train_splits={},
        mean_fit_time=_numbers(rows, "mean_fit_time"),
        times={},
        status=[_status(row, ok) for row, ok in zip(rows, done, strict=True)],
        error=[str(row["error"]) if row.get("error") else None for row in rows],
    )


def _numbers(rows: Sequence[Row], column: str) -> NDArray[np.float64]:
    """A column as numbers; what is none, or not finite, is NaN."""
    values = [row.get(column) for row in rows]
    numbers = np.array([v if isinstance(v, int | float) else None for v in values], dtype=np.float64)
    return np.where(np.isfinite(numbers), numbers, np.nan)


def _status(row: Row, done: bool) -> str:
    said = row.get("status")
    return said if said in _STATES else "ok" if done else "failed"
