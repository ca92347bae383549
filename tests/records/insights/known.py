"""Results whose scores are known functions of their parameters."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from gridlab.records.record import FitRecord
from gridlab.records.results import Results

Score = Callable[..., float | None]


def results_of(
    params: Sequence[Mapping[str, Any]],
    score: Score,
    n_splits: int = 3,
    metric: str = "accuracy",
    rows: tuple[int, int] = (200, 100),
    **fields: Callable[..., Any],
) -> Results:
    """Results whose score on split s is `score(s, **params)`; None is a failed fit.

    Args:
        params: the candidates.
        score: of a split and the parameters.
        n_splits: how many splits.
        metric: the scorer's name.
        rows: of each fit, those trained and those scored on.
        fields: more fields of the records, as functions like `score`.
    """
    names = dict.fromkeys(name for candidate in params for name in candidate)
    records = {}
    for (i, candidate), s in itertools.product(enumerate(params), range(n_splits)):
        value = score(s, **candidate)
        more = {name: of(s, **candidate) for name, of in fields.items()}
        common = {"n_train": rows[0], "n_test": rows[1], "fit_time": 1.0, **more}
        scored = {"status": "failed"} if value is None else {"status": "ok", "scores": {metric: value}}
        records[f"{i}/{s}"] = FitRecord(f"{i}/{s}", candidate, s, **scored, **common)
    info = {
        "format": 1,
        "name": "known",
        "scoring": {"metrics": [metric], "refit": metric},
        "n_splits": n_splits,
        "axes": [{"name": name, "scale": None, "values": []} for name in names],
        "plan": [{"params": p, "keys": [f"{i}/{s}" for s in range(n_splits)]} for i, p in enumerate(params)],
    }
    return Results(info, records)


def grid_of(**axes: Sequence[Any]) -> list[dict[str, Any]]:
    """Every combination of these values."""
    return [dict(zip(axes, values, strict=True)) for values in itertools.product(*axes.values())]
