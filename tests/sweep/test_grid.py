"""Candidates in the grid's order, and keys that are equal exactly when the numbers are."""

from __future__ import annotations

import functools
import json
import subprocess
import sys
import threading
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from enum import Enum, IntEnum
from itertools import combinations
from pathlib import PurePosixPath
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gridlab.errors import GridlabError
from gridlab.sweep.axes import Axis
from gridlab.sweep.grid import Candidate, Fit, candidates, canonical, digest, fits, numbered

scalars = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5)
values = st.recursive(
    scalars, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3)
)
grids = st.dictionaries(
    st.text(min_size=1, max_size=3),
    st.lists(st.integers(0, 3) | st.text(max_size=2), min_size=1, max_size=3),
    max_size=3,
)


def test_the_first_axis_varies_slowest() -> None:
    found = candidates([{"a": [1, 2], "b": ["x", "y"]}])
    assert [c.params for c in found] == [
        {"a": 1, "b": "x"},
        {"a": 1, "b": "y"},
        {"a": 2, "b": "x"},
        {"a": 2, "b": "y"},
    ]
    assert [c.index for c in found] == [0, 1, 2, 3]


def test_axes_are_taken_as_they_are() -> None:
    found = candidates([{"a": Axis("a", (1, 2), "linear")}])
    assert [c.params for c in found] == [{"a": 1}, {"a": 2}]


def test_duplicates_are_kept_once_across_grids_whatever_the_order_of_names() -> None:
    found = candidates([{"a": [1, 1], "b": [2]}, {"b": [2, 3], "a": [1]}])
    assert [dict(c.params) for c in found] == [{"a": 1, "b": 2}, {"b": 3, "a": 1}]


def test_an_empty_grid_is_one_candidate_and_an_empty_axis_none() -> None:
    assert [c.params for c in candidates([{}])] == [{}]
    assert candidates([{"a": []}]) == []


@given(st.lists(grids, max_size=3))
def test_candidates_are_all_combinations_each_once(found_grids: list[dict[str, list[Any]]]) -> None:
    found = candidates(found_grids)
    assert len({c.key for c in found}) == len(found)
    assert [c.index for c in found] == list(range(len(found)))
    for grid in found_grids:
        for name, listed in grid.items():
            for value in listed:
                assert any(c.params.get(name, "absent") == value for c in found if set(c.params) == set(grid))


def test_numbered_points_are_copies() -> None:
    point = {"a": 1}
    (candidate,) = numbered([point])
    point["a"] = 2
    assert candidate.params == {"a": 1}


def _fits(grid: dict[str, list[Any]], n_splits: int = 2, seed: int = 0, **more: Any) -> list[Fit]:
    return fits(
        candidates([grid]), n_splits, seed=seed, identity=more.pop("identity", lambda candidate: "same"), **more
    )


def test_every_candidate_on_every_split() -> None:
    planned = _fits({"a": [1, 2]}, n_splits=3)
    assert [(fit.candidate.index, fit.split) for fit in planned] == [(0, 0), (0, 1), (0, 2), (1, 0), (1, 1), (1, 2)]
    assert len({fit.key for fit in planned}) == len({fit.seed for fit in planned}) == 6
    assert all(0 <= fit.seed < 2**31 for fit in planned)


def test_a_fit_does_not_depend_on_the_rest_of_the_grid() -> None:
    alone = _fits({"b": ["x"], "a": [2]})
    among = [
        fit
        for fit in _fits({"a": [1, 2, 3], "b": ["y", "x"]}, n_splits=5)
        if fit.candidate.params == {"a": 2, "b": "x"}
    ]
    assert [(f.key, f.seed, f.trajectory) for f in among[:2]] == [(f.key, f.seed, f.trajectory) for f in alone]


@pytest.mark.parametrize("change", [{"seed": 1}, {"identity": lambda params: "other"}])
def test_whatever_affects_the_numbers_changes_every_key(change: dict[str, Any]) -> None:
    before, after = _fits({"a": [1, 2]}), _fits({"a": [1, 2]}, **change)
    assert not {f.key for f in before} & {f.key for f in after}
    assert not {f.trajectory for f in before} & {f.trajectory for f in after}


def test_the_identity_of_one_candidate_changes_its_keys_only() -> None:
    before = _fits({"a": [1, 2]})
    after = _fits({"a": [1, 2]}, identity=lambda candidate: "other" if candidate.params["a"] == 2 else "same")
    assert [b.key == a.key for b, a in zip(before, after, strict=True)] == [True, True, False, False]
    assert [b.seed for b in before] == [a.seed for a in after]


def test_fits_that_differ_in_shared_parameters_only_are_one_training() -> None:
    planned = _fits({"epochs": [10, 20], "a": [1, 2]}, n_splits=2, shared=lambda params: frozenset({"epochs"}))
    by_training: dict[str, list[Fit]] = {}
    for fit in planned:
        by_training.setdefault(fit.trajectory, []).append(fit)
    assert len(by_training) == 4
    for together in by_training.values():
        assert [fit.candidate.params["epochs"] for fit in together] == [10, 20]
        assert len({fit.seed for fit in together}) == 1
        assert len({fit.key for fit in together}) == 2
        assert len({fit.split for fit in together}) == 1


class Colour(Enum):
    RED = 1
    BLUE = 2


class Size(IntEnum):
    SMALL = 1


class Point:
    def __init__(self, x: float) -> None:
        self.x = x


class Slotted:
    __slots__ = ("x",)

    def __init__(self, x: float) -> None:
        self.x = x


class Configured:
    def __init__(self, rate: float) -> None:
        self.rate = rate

    def get_config(self) -> dict[str, float]:
        return {"rate": self.rate}


class Dated(date):
    """A subclass of a compiled type: its `__dict__` is empty, whatever it holds."""


def adding(n: int) -> Callable[[int], int]:
    def add(x: int) -> int:
        return x + n

    return add


DIFFERENT: list[Any] = [
    *[None, True, False, 1, 0, 1.0, 0.5, "", "1", "None", [], {}, set(), b"1", 1j],
    *[[1], [1.0], [True], [[1]], {"a": 1}, {"a": 1.0}, {1: "a"}, {True: "a"}, {"1": "a"}, {1}],
    *[float("nan"), float("inf"), float("-inf"), {"float": "nan"}, {"map": {}}, ["float", "nan"]],
    *[np.array([1, 2]), np.array([1.0, 2.0]), np.array([[1, 2]])],
    *[Colour.RED, Colour.BLUE, Size.SMALL, Decimal("1.0"), Decimal("1.00"), range(3), range(4), PurePosixPath("a")],
    *[Point(1.0), Point(2.0), Slotted(1.0), Slotted(2.0), Configured(0.1), Configured(0.2)],
    *[Dated(2020, 1, 1), Dated(2021, 1, 1), Point, Colour],
    *[lambda x: x, lambda x: x + 1, lambda x: x + 2, lambda x, y=1: x, lambda x, y=2: x, adding(1), adding(2)],
    *[functools.partial(adding, 1), functools.partial(adding, 2), len, print, [].append, "x".join, "y".join, np.tanh],
]


def test_values_that_differ_have_different_digests() -> None:
    for a, b in combinations(DIFFERENT, 2):
        assert digest(a) != digest(b), (a, b)


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ((1, 2), [1, 2]),
        ({"a": 1, "b": 2}, {"b": 2, "a": 1}),
        ({0: 1.0, 1: 2.0}, {1: 2.0, 0: 1.0}),
        ({1, 2, 3}, frozenset({3, 2, 1})),
        (np.float64(0.1), 0.1),
        (np.float64("nan"), float("nan")),
        (np.int32(3), 3),
        (np.bool_(True), True),
        (np.str_("a"), "a"),
        (np.array(3), 3),
        (np.array([1, 2]), np.array([1, 2])),
        (Point(1.0), Point(1.0)),
        (Slotted(1.0), Slotted(1.0)),
        (Configured(0.1), Configured(0.1)),
        (adding(3), adding(3)),
        (functools.partial(adding, 1), functools.partial(adding, 1)),
        (date(2020, 1, 1), date(2020, 1, 1)),
    ],
)
def test_values_that_are_equal_have_equal_digests(a: Any, b: Any) -> None:
    assert digest(a) == digest(b)


@given(values)
def test_canonical_is_strict_json(value: Any) -> None:
    text = json.dumps(canonical(value), allow_nan=False)
    assert digest(json.loads(text)) == digest(canonical(value))


@given(values, values)
def test_digests_are_equal_exactly_when_values_are(a: Any, b: Any) -> None:
    written = [json.dumps(canonical(value), sort_keys=True) for value in (a, b)]  # False == 0, but not in JSON
    assert (digest(a) == digest(b)) == (repr(a) == repr(b) or written[0] == written[1])


def test_a_function_that_calls_itself_has_a_digest() -> None:
    def factorial(n: int) -> int:
        return 1 if n < 2 else n * factorial(n - 1)

    assert digest(factorial) == digest(factorial)


def test_documentation_is_no_part_of_a_function() -> None:
    def plain(x: int) -> int:
        """One."""
        return x

    first = digest(plain)
    plain.__code__ = plain.__code__.replace(
        co_consts=tuple("Another." if constant == "One." else constant for constant in plain.__code__.co_consts)
    )
    plain.__doc__ = "Another."
    assert digest(plain) == first


def test_what_cannot_be_told_apart_is_refused() -> None:
    with pytest.raises(GridlabError, match="lock cannot be a hyperparameter"):
        digest({"a": threading.Lock()})
    ring: list[Any] = []
    ring.append(ring)
    with pytest.raises(GridlabError, match="refers to itself"):
        digest(ring)


def test_digests_are_the_same_in_another_process() -> None:
    text = "{'b': [1, 2.5, 'x'], 'a': {3: None}, 's': frozenset({'p', 'q', 'r'})}"
    code = f"from gridlab.sweep.grid import digest; print(digest({text}))"
    outputs = {
        subprocess.run(
            [sys.executable, "-c", code], env={"PYTHONHASHSEED": seed}, capture_output=True, text=True
        ).stdout
        for seed in ("1", "2")
    }
    assert outputs == {f"{digest(eval(text))}\n"}


def test_a_known_digest_stays() -> None:
    """Changing how values are hashed trains everything anew: not by accident."""
    assert digest({"dropout": 0.2, "epochs": 20, "batch_norm": True}) == "0d04a588244fe28e8aab"
    (fit,) = fits([Candidate(0, {"a": 1}, digest({"a": 1}))], 1, seed=42, identity=lambda candidate: "x")
    assert (fit.key, fit.seed) == ("d7ae4fd07e1a119d1e4f", 2067370818)
