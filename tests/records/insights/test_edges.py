from __future__ import annotations

import pytest

from gridlab.records.insights.edges import beyond, edge


@pytest.mark.parametrize(
    ("values", "scale", "wanted"),
    [
        ([0.001, 0.002, 0.01], "log", 0.05),
        ([0.1, 0.01, 0.001], "log", 0.0001),
        ([0.001, 0.01, 0.1], "log", 1.0),
        ([512, 1024, 2048], "linear", 4096),
        ([2048, 1024, 512], "linear", 256),
        ([10, 20, 30], "linear", 40),
        ([0.5, 0.4, 0.3], "linear", 0.2),
        ([0.4, 0.2], "linear", 0.1),
        ([0.5, 0.7, 0.9], "linear", 0.95),
        ([0.2, 0.1, 0.0], "linear", None),
        ([0.1, 0.0, -0.1], "linear", -0.2),
        ([1.5, 0.5], "linear", 0.25),
        ([4, 2, 1], "linear", None),
        ([3, 2, 1], "linear", None),
        ([5, 3], "linear", 1),
        ([0, 1, 2], "linear", 3),
    ],
)
def test_the_next_value(values, scale, wanted):
    assert beyond(values, scale) == pytest.approx(wanted)
    assert isinstance(beyond(values, scale), type(wanted))


def test_the_best_value_is_the_last_one_tried(trials):
    found = trials(lambda _, a, b: float(a + b), {"a": [1, 2, 3], "b": [0, 1]})
    at = edge(found, found.factors[0])
    assert (at.side, at.value, at.next, at.best_inside) == ("highest", 3, 4, 3.0)
    lowest = trials(lambda _, a: -float(a), {"a": [1.0, 1.5, 2.0]})
    assert edge(lowest, lowest.factors[0])[:3] == ("lowest", 1.0, 0.5)
    last = trials(lambda _, a: -float(a), {"a": [1, 2, 3]})
    assert edge(last, last.factors[0]) is None, "there are no fewer layers than one"


def test_two_values_have_nothing_between(trials):
    found = trials(lambda _, a: float(a), {"a": [1, 2]})
    assert edge(found, found.factors[0]).best_inside is None


@pytest.mark.parametrize(
    "score",
    [lambda _, a, b: -((a - 2.0) ** 2), lambda _, a, b: 2.0 * a * b - a],
    ids=["inside", "best by one, worst on average"],
)
def test_what_is_no_edge(trials, score):
    found = trials(score, {"a": [1, 2, 3], "b": [-1, 1]})
    assert edge(found, found.factors[0]) is None


def test_words_have_no_edge(trials):
    found = trials(lambda _, a: float(len(a)), {"a": ["x", "yy"]})
    assert edge(found, found.factors[0]) is None
