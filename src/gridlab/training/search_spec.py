"""What a search wants: its specification in the place of a sweep file's, and which engine can train it."""

from __future__ import annotations

import functools
import inspect
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from sklearn.base import is_classifier
from sklearn.metrics import get_scorer

from gridlab.errors import GridlabError, did_you_mean
from gridlab.sweep.axes import Axis, scale_of
from gridlab.sweep.grid import digest
from gridlab.sweep.plain import plain
from gridlab.training.asked import Asked
from gridlab.training.engines import ENGINES
from gridlab.training.scorer_names import is_scorer
from gridlab.training.scoring import DEFAULT


@dataclass(frozen=True)
class SearchSpec:
    """What a search was asked, in the place of a sweep file."""

    name: str
    estimator: Any
    grid: Any
    """The `param_grid`."""
    scoring: Sequence[str]
    """Names of the scorers."""
    refit: str
    """The one that ranks."""
    seed: int
    description: str = "SweepSearchCV"

    def axes(self) -> list[Axis]:
        """Every parameter with its values, in the grids' order."""
        found: dict[str, dict[str, Any]] = {}
        for grid in [self.grid] if isinstance(self.grid, Mapping) else self.grid:
            for name, values in grid.items():
                for value in map(_unboxed, values):
                    found.setdefault(name, {}).setdefault(told_apart(value, or_else=str(id(value))), value)
        return [Axis(name, tuple(v.values()), scale_of([*v.values()])) for name, v in found.items()]

    def to_json(self) -> dict[str, Any]:
        """Plain JSON, for people."""
        return {
            "name": self.name,
            "estimator": plain(self.estimator),
            "grid": plain(self.grid),
            "scoring": {"metrics": list(self.scoring), "refit": self.refit},
            "seed": self.seed,
        }


@dataclass(frozen=True)
class Wanted:
    """What a search wants of the fits that scikit-learn asks for."""

    spec: SearchSpec
    many: bool
    """Whether scores come by name."""
    engine: str
    """A name of the table of engines, or "auto"."""
    random_state: Any
    """The search's own; None leaves the randomness of scikit-learn's estimators alone."""
    keep: bool
    """Whether there is a journal: fits need keys that hold beyond this process, and predictions are kept."""
    local: bool
    """Whether fits are trained by us, in this process or in workers, and not by a joblib back-end of the user's."""


def metrics_of(scoring: Any, estimator: Any) -> list[str]:
    """The names of a search's scorers; one without a name, or that answers with several scores, is "score"."""
    if isinstance(scoring, str):
        return [scoring]
    if scoring is not None and not callable(scoring):
        return list(scoring)
    return [DEFAULT[kind_of(estimator)]] if scoring is None and is_network(estimator) else ["score"]


def kind_of(estimator: Any) -> str:
    """ "classification", or "regression" for whatever is no classifier."""
    return "classification" if is_classifier(estimator) else "regression"


def is_network(estimator: Any) -> bool:
    """Whether it is one of our Keras estimators, and not in a pipeline."""
    return bool(getattr(estimator, "watchable", False))


def has_network(estimator: Any) -> bool:
    """Whether it is one of our Keras estimators, or there is one within it."""
    return is_network(estimator) or any(map(is_network, estimator.get_params().values()))


def engine_for(wanted: Wanted, asked: Asked, estimator: Any, X: Any, y: Any) -> str:
    """What trains the fits.

    Raises:
        GridlabError: the engine that was asked for cannot.
    """
    known = ["auto", *(name for name in ENGINES if name != "estimator")]
    if wanted.engine not in known:
        raise GridlabError(f"there is no engine {wanted.engine!r}; {did_you_mean(wanted.engine, known)}")
    if wanted.engine == "sklearn":
        return "sklearn"
    why = _why_not(wanted, asked, estimator, X, y)
    if wanted.engine == "auto":
        return "single" if why is None and runs_here("single") else "sklearn"
    if why is not None:
        raise GridlabError(f"engine {wanted.engine} cannot train this search: {why}; engine='auto' can")
    return wanted.engine


def _why_not(wanted: Wanted, asked: Asked, estimator: Any, X: Any, y: Any) -> str | None:
    """What only scikit-learn's own fit-and-score can do for this search; None if there is nothing."""
    settings, y = asked.settings, np.asarray(y)
    builder = getattr(estimator, "model", None)
    reasons = {
        "its estimator is not a gridlab Keras estimator by itself": not is_network(estimator),
        "its model is not a function": not (inspect.isfunction(builder) or isinstance(builder, functools.partial)),
        "X is not an array of numbers": not isinstance(X, np.ndarray) or X.dtype.kind not in "fiub",
        "y is not one row of labels or numbers": y.ndim != 1 or y.dtype.kind not in "fiubU",
        "fit or scoring is given more than X and y": bool(settings["fit_params"] or settings["score_params"]),
        "it wants scores on the training rows": settings["return_train_score"],
        "error_score='raise' wants the exception itself": settings["error_score"] == "raise",
        "its scoring is not scikit-learn's, by name": not _named(wanted.spec.scoring, settings["scorer"], wanted.many),
        "its fits are for a joblib back-end": not wanted.local,
    }
    return next((reason for reason, holds in reasons.items() if holds), None)


def _named(metrics: Sequence[str], scorer: Any, many: bool) -> bool:
    """Whether the scorers are those that scikit-learn knows by these names."""
    if not all(map(is_scorer, metrics)):
        return False
    found = scorer._scorers if many else {metrics[0]: scorer}
    passed = type(scorer).__name__ == "_PassthroughScorer"
    return passed or all(repr(found[name]) == repr(get_scorer(name)) for name in metrics)


def runs_here(engine: str) -> bool:
    """Whether Keras runs on that engine's backend in this process, or may yet."""
    keras, backend = sys.modules.get("keras"), ENGINES[engine].backend
    return keras is None or not backend or bool(keras.config.backend() == backend)


def _unboxed(value: Any) -> Any:
    """Numpy's numbers as Python's."""
    return value.item() if isinstance(value, np.generic) else value


def told_apart(value: Any, or_else: str | None = None) -> str:
    """A value's hash, or what stands for it where it has none."""
    try:
        return digest(value)
    except GridlabError:
        if or_else is None:
            raise
        return or_else
