"""Sweeps whose scores are known functions of their parameters."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import pytest

from gridlab.records.insights.trials import Trials, make_trials
from gridlab.records.results import Results
from tests.records.insights.known import Score, grid_of, results_of


@pytest.fixture
def sweep() -> Callable[..., Results]:
    """Results of a list of candidates, or of a full grid given by its axes."""

    def make(score: Score, params: Sequence[Mapping[str, Any]] | Mapping[str, Sequence[Any]], **more: Any) -> Results:
        return results_of(grid_of(**params) if isinstance(params, Mapping) else params, score, **more)

    return make


@pytest.fixture
def trials(sweep: Callable[..., Results]) -> Callable[..., Trials]:
    """The same, as arrays."""
    return lambda *args, **more: make_trials(sweep(*args, **more))
