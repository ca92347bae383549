from __future__ import annotations

import numpy as np
import pytest

from gridlab.records.insights.surrogate import surrogate_shares

RNG = np.random.default_rng(0)
POINTS = [
    {"rate": 10 ** float(r), "units": int(u), "kind": str(k)}
    for r, u, k in zip(RNG.uniform(-4, -1, 150), RNG.integers(1, 9, 150), RNG.choice(["x", "y"], 150), strict=True)
]


def test_a_random_search_whose_parameters_are_known(trials):
    """log10(rate) is uniform on a range of 3 and kind adds 0 or 1: variances 9/12 and 1/4; units do nothing."""
    found = surrogate_shares(trials(lambda _, rate, units, kind: np.log10(rate) + (kind == "y"), POINTS))
    assert found.main["rate"] == pytest.approx(0.75, abs=0.08)
    assert found.main["kind"] == pytest.approx(0.25, abs=0.08)
    assert found.main["units"] < 0.02
    assert (found.explained > 0.9, found.candidates) == (True, 150)


def test_what_depends_on_two_together_is_left_over(trials):
    """(log10(rate) + 2.5)·±1: no main effect at all."""
    sign = {"x": -1, "y": 1}
    found = surrogate_shares(trials(lambda _, rate, units, kind: (np.log10(rate) + 2.5) * sign[kind], POINTS))
    assert sum(found.main.values()) < 0.2


def test_a_parameter_that_some_lack_is_a_category(trials):
    points = [{"a": i % 5, "b": i % 3} if i % 2 else {"a": i % 5} for i in range(60)]
    found = surrogate_shares(trials(lambda _, a, b=None: float(b is None), points))
    assert found.main["b"] > 0.9


def test_why_there_is_none(trials):
    def score(_, a):
        return float(a)

    assert "too few for a surrogate" in surrogate_shares(trials(score, {"a": range(10)}))
    assert surrogate_shares(trials(lambda _, a: 0.5, {"a": range(30)})) == "all candidates have the same score"
    noise = np.random.default_rng(1)
    assert "does not predict" in surrogate_shares(trials(lambda _, a: noise.normal(), {"a": range(100)}))
    words = trials(lambda _, a: float(len(a)), {"a": [f"w{i}" for i in range(150)]})
    assert "more than 100 values" in surrogate_shares(words)
