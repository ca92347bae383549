"""Scores of every candidate on every split, as scikit-learn's `cv_results_`: its columns, order, dtypes, ranks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import ArrayLike, NDArray

    Floats = NDArray[np.float64]


def cv_results(
    params: Sequence[Mapping[str, Any]],
    fit_times: ArrayLike,
    score_times: ArrayLike,
    test_scores: Mapping[str, ArrayLike],
    train_scores: Mapping[str, ArrayLike] | None = None,
) -> dict[str, Any]:
    """What `GridSearchCV.cv_results_` holds.

    Args:
        params: the n candidates.
        fit_times: seconds, (n, splits).
        score_times: seconds, (n, splits).
        test_scores: scorer name → (n, splits), NaN where a fit failed; the name is "score" when there is one scorer.
        train_scores: the same on the training rows, or None when they were not asked for.
    """
    results: dict[str, Any] = {}
    for name, times in (("fit_time", fit_times), ("score_time", score_times)):
        results[f"mean_{name}"], results[f"std_{name}"] = mean_and_std(times)
    results |= masked_columns(params)
    results["params"] = list(params)
    for scorer, scores in test_scores.items():
        results |= _score_columns(f"test_{scorer}", scores)
        results[f"rank_test_{scorer}"] = rank(results[f"mean_test_{scorer}"])
        if train_scores is not None:
            results |= _score_columns(f"train_{scorer}", train_scores[scorer])
    return results


def mean_and_std(values: ArrayLike) -> tuple[Floats, Floats]:
    """Mean and population standard deviation over the splits, of (n, splits); NaN where a split is NaN."""
    # The very operations that scikit-learn does, in its order, so that the last bit agrees.
    table = np.array(values, dtype=np.float64)
    means = table.mean(axis=1)
    return means, np.sqrt(((table - means[:, np.newaxis]) ** 2).mean(axis=1))


def rank(means: Floats) -> NDArray[np.int32]:
    """1 for the highest mean; ties share the better rank; NaN comes last. All ones when every mean is NaN."""
    if np.isnan(means).all():
        return np.ones(means.shape, dtype=np.int32)
    losses = -np.where(np.isnan(means), np.nanmin(means) - 1, means)
    return (np.searchsorted(np.sort(losses), losses, side="left") + 1).astype(np.int32)


def masked_columns(params: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """One masked array per parameter, `param_<name>`, masked where a candidate has no such parameter."""
    names = dict.fromkeys(name for candidate in params for name in candidate)
    return {f"param_{name}": _masked_column(name, params) for name in names}


def _masked_column(name: str, params: Sequence[Mapping[str, Any]]) -> Any:
    known = {i: candidate[name] for i, candidate in enumerate(params) if name in candidate}
    column = np.ma.MaskedArray(np.empty(len(params), dtype=_dtype(list(known.values()))), mask=True)
    for i, value in known.items():
        column[i] = value  # setting a value unmasks it
    return column


def _dtype(values: list[Any]) -> np.dtype[Any]:
    try:
        inferred = np.array(values)
    except ValueError:  # lists of different lengths
        return np.dtype(object)
    return inferred.dtype if inferred.dtype.kind != "U" and inferred.ndim == 1 else np.dtype(object)


def _score_columns(name: str, scores: ArrayLike) -> dict[str, Any]:
    table = np.array(scores, dtype=np.float64)
    columns: dict[str, Any] = {f"split{i}_{name}": table[:, i] for i in range(table.shape[1])}
    columns[f"mean_{name}"], columns[f"std_{name}"] = mean_and_std(table)
    return columns
