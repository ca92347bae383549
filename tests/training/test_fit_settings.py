"""The fit settings a sweep can vary are scikeras', and take sensible values only."""

from __future__ import annotations

from typing import Any

import pytest

from gridlab.training.fit_settings import FIT_SETTINGS
from gridlab.training.loading import load_object


@pytest.mark.slow
def test_they_are_scikeras_own_but_for_those_that_a_sweep_must_not_vary() -> None:
    known = load_object("scikeras.wrappers:BaseWrapper")._fit_kwargs
    assert known - set(FIT_SETTINGS) == {"initial_epoch", "sample_weight", "validation_steps", "verbose"}
    assert set(FIT_SETTINGS) <= known


@pytest.mark.parametrize(
    ("name", "good", "bad"),
    [
        ("epochs", [1, 20], [0, -1, 1.0, "20", True, None, [3]]),
        ("batch_size", [1, 512], [0, 0.5, None]),
        ("validation_batch_size", [1], [0]),
        ("validation_freq", [2], [0]),
        ("validation_split", [0, 0.0, 0.3], [1, 1.0, -0.1, True, "0.3", None]),
        ("shuffle", [True, False], [0, 1, "batch", None]),
        ("class_weight", [None, "balanced", {0: 1.0, 1: 2.0}, {"a": 1}], [0.5, "even", [1, 2], True]),
    ],
)
def test_values(name: str, good: list[Any], bad: list[Any]) -> None:
    assert all(FIT_SETTINGS[name].fits(value) for value in good)
    assert not any(FIT_SETTINGS[name].fits(value) for value in bad)
