"""Asked: a search's way of calling scikit-learn's own fit-and-score, which says what a fit and its scores are."""

from __future__ import annotations

import math
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import Any

from sklearn import config_context, get_config

from gridlab.records.record import FitRecord
from gridlab.sweep.grid import Fit

EACH = ("train", "test", "parameters", "split_progress", "candidate_progress", "callback_ctx")
"""What differs from one call of fit-and-score to the next."""


@dataclass(frozen=True)
class Called(Fit):
    """A fit that scikit-learn has asked for."""

    estimator: Any = None
    """A clone of the search's estimator, not fitted."""
    context: Any = None
    """What tells scikit-learn's callbacks of this fit; None before scikit-learn 1.9."""


@dataclass(frozen=True)
class Asked:
    """What all calls of one search share."""

    function: Callable[..., dict[str, Any]]
    """scikit-learn's fit-and-score, as its own search would call it."""
    settings: Mapping[str, Any]
    """Its keywords but for `EACH`: scorer, fit_params, score_params, error_score, …"""
    n_candidates: int
    metrics: Sequence[str]
    """The names of the scorers; one, where the scorer answers with one number or is only known by its answer."""
    many: bool
    """Whether scores come by name."""
    seeded: bool
    """Whether every `random_state` that is None gets the fit's seed."""
    keep: bool
    """Whether out-of-fold predictions are kept."""
    config: Mapping[str, Any]
    """scikit-learn's configuration where the search was called; a worker has its own."""
    filters: list[Any]
    """The warnings filters there."""

    @property
    def error_score(self) -> Any:
        """What a fit that failed scores, or "raise"."""
        return self.settings["error_score"]

    @contextmanager
    def surroundings(self) -> Iterator[None]:
        """Configuration and warnings filters as they were where the search was called."""
        with ExitStack() as held:
            if get_config() != self.config:
                held.enter_context(config_context(**self.config))
            if warnings.filters != self.filters:
                held.enter_context(warnings.catch_warnings())
                warnings.filters[:] = self.filters  # type: ignore[index]
            yield

    def scores(self, found: Any) -> dict[str, Any]:
        """Metric → score, from what fit-and-score answers."""
        return dict(found) if isinstance(found, Mapping) else {self.metrics[0]: found}

    def outcome(self, record: FitRecord) -> dict[str, Any]:
        """A record as fit-and-score would have answered."""
        answer: dict[str, Any] = {"fit_error": None if record.ok else record.error}
        kinds = {"test_scores": record.scores, "train_scores": record.train_scores}
        for kind, scores in kinds.items():
            if kind == "test_scores" or self.settings.get("return_train_score"):
                answer[kind] = self._answered(record, scores)
        return answer | {
            "n_test_samples": record.n_test,
            "fit_time": record.fit_time,
            "score_time": record.score_time,
        }

    def _answered(self, record: FitRecord, scores: Mapping[str, float | None]) -> Any:
        if not record.ok:
            return dict.fromkeys(self.metrics, self.error_score) if self.many else self.error_score
        numbers = {name: math.nan if score is None else score for name, score in scores.items()}
        return numbers if self.many or [*numbers] != [*self.metrics] else numbers[self.metrics[0]]
