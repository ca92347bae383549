"""Stock scikeras estimators as the classifiers and regressors that they are; loads scikeras only where it is loaded."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

from sklearn.base import clone

from gridlab.training.loading import load_object

OURS = ("KerasClassifier", "KerasRegressor")


def mended(estimator: Any) -> Any:
    """The estimator with gridlab's in the place of every stock scikeras one; itself where there is none."""
    if "scikeras.wrappers" not in sys.modules or isinstance(estimator, type) or not hasattr(estimator, "get_params"):
        return estimator
    kind: Any = _ours(estimator)
    if kind is not None:
        return kind(**estimator.get_params(deep=False))
    stock = {name: value for name, value in estimator.get_params().items() if _ours(value) is not None}
    return clone(estimator).set_params(**{n: mended(v) for n, v in stock.items()}) if stock else estimator


@contextmanager
def borrowed(search: Any, estimator: Any) -> Iterator[None]:
    """Let a search have another estimator for a while; what it was given is its parameter, and not ours to change."""
    given = search.estimator
    search.estimator = estimator
    try:
        yield
    finally:
        search.estimator = given


def _ours(value: Any) -> Any:
    """The class that stands in for a stock scikeras estimator's; None for anything else."""
    name = _named(value)
    return None if name is None or hasattr(type(value), "watchable") else _standing_in(type(value), name)  # type: ignore[arg-type]


def _named(value: Any) -> str | None:
    wrappers = sys.modules["scikeras.wrappers"]
    return next((name for name in OURS if isinstance(value, getattr(wrappers, name))), None)


@cache
def _standing_in(kind: Any, name: str) -> Any:
    ours: type = load_object(f"gridlab.training.wrapper:{name}")
    if kind.__module__.startswith("scikeras."):
        return ours

    def reduced(self: Any) -> Any:
        return _revived, (kind, name), self.__getstate__()

    return type(kind.__name__, (ours, kind), {"__module__": kind.__module__, "__reduce__": reduced})


def _revived(kind: type, name: str) -> Any:
    made: Any = _standing_in(kind, name)
    return made.__new__(made)
