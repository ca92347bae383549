"""Axes: the values to try, and the short ways to write them."""

from __future__ import annotations

import math
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from gridlab.sweep.axes import MOST, Axis, merged, read_axis, scale_of

numbers = st.integers(-(10**6), 10**6) | st.floats(-1e6, 1e6).filter(lambda x: x == 0 or abs(x) > 1e-6)
positive = st.integers(1, 10**6) | st.floats(1e-8, 1e6)


@pytest.mark.parametrize(
    ("written", "values", "scale"),
    [
        ({"log": [1e-4, 1e-1], "num": 4}, (0.0001, 0.001, 0.01, 0.1), "log"),
        ({"log": [1e-1, 1e-4], "num": 4}, (0.1, 0.01, 0.001, 0.0001), "log"),
        ({"log": [32, 512], "num": 5}, (32, 64, 128, 256, 512), "log"),
        ({"log": [1, 100], "num": 5}, (1.0, 3.16227766017, 10.0, 31.6227766017, 100.0), "log"),
        ({"log": [3e-5, 7e-5], "num": 2}, (3e-5, 7e-5), "log"),
        ({"linear": [0.1, 0.5], "num": 5}, (0.1, 0.2, 0.3, 0.4, 0.5), "linear"),
        ({"linear": [-1, 1], "num": 5}, (-1.0, -0.5, 0.0, 0.5, 1.0), "linear"),
        ({"linear": [0, 8], "num": 5}, (0, 2, 4, 6, 8), "linear"),
        ({"linear": [0, 1], "num": 4}, (0.0, 0.333333333333, 0.666666666667, 1.0), "linear"),
        ({"range": [32, 257, 32]}, (32, 64, 96, 128, 160, 192, 224, 256), "linear"),
        ({"range": [3, 6]}, (3, 4, 5), "linear"),
        ({"range": [5, 0, -2]}, (5, 3, 1), "linear"),
        ({"range": [0, 1, 0.1]}, (0.0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9), "linear"),
        ({"range": [0.1, 0.45, 0.1]}, (0.1, 0.2, 0.3, 0.4), "linear"),
        ({"values": [1, 2, 3], "scale": "log"}, (1, 2, 3), "log"),
        ({"values": [1, 2, 3], "scale": "categorical"}, (1, 2, 3), "categorical"),
        ({"values": ["a", "b"]}, ("a", "b"), "categorical"),
        ([0.2, 0.4], (0.2, 0.4), "linear"),
        ([0.4, 0.2, 0.4], (0.4, 0.2), "linear"),
        (0.2, (0.2,), "linear"),
        ("relu", ("relu",), "categorical"),
        (None, (None,), "categorical"),
        ([True, False], (True, False), "categorical"),
        ([1, True, 1.0], (1, True, 1.0), "categorical"),
        ([[10, 10], [10, 20, 10]], ([10, 10], [10, 20, 10]), "categorical"),
        ([{"a": 1}, {"a": 2}, {"a": 1}], ({"a": 1}, {"a": 2}), "categorical"),
    ],
)
def test_what_is_written_and_what_is_meant(written: Any, values: tuple[Any, ...], scale: str) -> None:
    axis = read_axis("x", written)
    assert axis == Axis("x", values, scale)  # type: ignore[arg-type]
    assert list(map(type, axis.values)) == list(map(type, values))
    assert (list(axis), len(axis)) == (list(values), len(values))


@pytest.mark.parametrize(
    ("written", "values"),
    [
        (np.array([0.1, 0.2]), (0.1, 0.2)),
        (np.logspace(0, 2, 3), (1.0, 10.0, 100.0)),
        ([np.float32(0.5), np.int64(2)], (0.5, 2)),
        (np.int64(3), (3,)),
        (range(3), (0, 1, 2)),
        ((1, 2), (1, 2)),
        ((n for n in "ab"), ("a", "b")),
        (len, (len,)),
        (int, (int,)),
    ],
)
def test_values_from_python_become_plain_ones(written: Any, values: tuple[Any, ...]) -> None:
    found = read_axis("x", written).values
    assert found == values
    assert list(map(type, found)) == list(map(type, values))


def test_an_axis_is_taken_as_it_is_under_its_new_name() -> None:
    assert read_axis("y", Axis("x", (1, 2), "log")) == Axis("y", (1, 2), "log")


@pytest.mark.parametrize(
    ("written", "message"),
    [
        ([], "has no values; an axis needs at least one"),
        ({1, 2}, "a set has no order; write a list"),
        ({}, "has nothing, and takes one of log, linear, range, values, as in"),
        ({"lgo": [1, 2], "num": 3}, "has lgo, num, and takes one of log, linear, range, values"),
        ({"log": [1, 2], "linear": [1, 2], "num": 3}, "has log, linear, num, and takes one of"),
        ({0: 1.0, 1: 2.0}, "a value that is itself a mapping goes into a list"),
        ({"log": [1, 2], "nmu": 3}, "nmu does not go with log; did you mean num? (known: num)"),
        ({"log": [1, 2], "num": 3, 4: 5}, "4 does not go with log"),
        ({"log": [1, 2]}, "log takes num, a whole number of values from 2 to 100,000; it is missing"),
        ({"log": [1, 2], "num": 1}, "got 1"),
        ({"log": [1, 2], "num": 2.5}, "got 2.5"),
        ({"log": [1, 2], "num": True}, "got true"),
        ({"log": [1, 2], "num": 10**9}, "got 1000000000"),
        ({"log": [0, 1], "num": 3}, "log takes two numbers above zero, got [0, 1]"),
        ({"log": [1, -1], "num": 3}, "log takes two numbers above zero"),
        ({"log": [1, 2, 3], "num": 3}, "log takes two different numbers, [first, last], got [1, 2, 3]"),
        ({"linear": [1, 1], "num": 3}, "linear takes two different numbers, [first, last], got [1, 1]"),
        ({"linear": ["a", 1], "num": 3}, "linear takes two different numbers"),
        ({"linear": [True, 1], "num": 3}, "linear takes two different numbers"),
        ({"linear": 3, "num": 3}, "linear takes two different numbers"),
        ({"linear": [0, math.inf], "num": 3}, "linear takes two different numbers"),
        ({"linear": [1, 1 + 2**-52], "num": 9}, "there are not 9 different numbers from 1.0 to 1.0000000000000002"),
        ({"range": [1, 0]}, "range [1, 0] has 0 values; an axis has 1 to 100,000"),
        ({"range": [0, 1, 0]}, "has 0 values"),
        ({"range": [0, 10**9]}, "has 1,000,000,000 values"),
        ({"range": [0, 1, 1e-300]}, "values; an axis has 1 to 100,000"),
        ({"range": 5}, "range takes [start, stop] or [start, stop, step] as Python's range does, got 5"),
        ({"range": [5]}, "range takes [start, stop]"),
        ({"range": [1, 2], "num": 3}, "num does not go with range"),
        ({"values": []}, "has no values"),
        ({"values": [1], "scale": "logg"}, "scale is 'logg'; it takes linear, log, categorical"),
        ({"values": [0, 1], "scale": "log"}, "a log scale takes numbers above zero only, got 0"),
        ({"values": ["a"], "scale": "linear"}, "a linear scale takes numbers only, got ['a']"),
    ],
)
def test_refusals(written: Any, message: str) -> None:
    with pytest.raises(ValueError) as caught:
        read_axis("x", written)
    assert message in str(caught.value)


@pytest.mark.parametrize(
    ("values", "scale"),
    [
        ([0.001, 0.01, 0.1], "log"),
        ([0.001, 0.002, 0.01], "log"),
        ([1, 10, 100], "log"),
        ([0.1, 0.001, 0.01], "log"),
        ([512, 1024, 2048], "linear"),
        ([0.001, 0.1], "linear"),
        ([0, 0.001, 0.1], "linear"),
        ([-1, -10, -100], "linear"),
        (list(range(1, 100)), "linear"),
        ([1], "linear"),
        ([5, 5.0], "linear"),
        ([10**400, 1, 5], "categorical"),
        ([math.nan, 1.0, 2.0], "categorical"),
        ([True, False], "categorical"),
        ([1, "a"], "categorical"),
        ([], "linear"),
    ],
)
def test_the_scale_of_values_that_do_not_say_it(values: list[Any], scale: str) -> None:
    assert scale_of(values) == scale


@given(st.lists(st.none() | st.booleans() | st.integers() | st.floats() | st.text(), max_size=5))
def test_any_values_have_a_scale(values: list[Any]) -> None:
    assert scale_of(values) in {"linear", "log", "categorical"}


def _strictly_between(values: tuple[Any, ...], first: Any, last: Any) -> bool:
    ordered = values if first < last else values[::-1]
    return (values[0], values[-1]) == (first, last) and all(a < b for a, b in pairwise(ordered))


@given(positive, positive, st.integers(2, 50))
def test_log_values_are_sorted_in_range_of_the_right_number_and_of_one_ratio(first: Any, last: Any, num: int) -> None:
    assume(max(first, last) / min(first, last) > 1.001)
    values = read_axis("x", {"log": [first, last], "num": num}).values
    assert len(values) == num
    assert _strictly_between(values, first, last)
    np.testing.assert_allclose(values, np.geomspace(first, last, num), rtol=1e-10)


@given(numbers, numbers, st.integers(2, 50))
def test_linear_values_are_sorted_in_range_of_the_right_number_and_of_one_step(first: Any, last: Any, num: int) -> None:
    assume(abs(first - last) > 1e-3)
    values = read_axis("x", {"linear": [first, last], "num": num}).values
    assert len(values) == num
    assert _strictly_between(values, first, last)
    np.testing.assert_allclose(values, np.linspace(first, last, num), rtol=1e-10, atol=1e-10 * abs(first - last))


@given(st.integers(-500, 500), st.integers(-500, 500), st.integers(-20, 20).filter(bool))
def test_range_is_python_s_range(start: int, stop: int, step: int) -> None:
    assume(range(start, stop, step))
    assert read_axis("x", {"range": [start, stop, step]}).values == tuple(range(start, stop, step))


@given(st.integers(-100, 100), st.integers(1, 200), st.integers(1, 4), st.integers(1, 99))
def test_a_range_of_decimals_is_exact(start: int, number: int, digits: int, step: int) -> None:
    tens = 10**digits
    written = [start / tens, (start + number * step) / tens, step / tens]
    assume(not all(float(part).is_integer() for part in written))
    values = read_axis("x", {"range": written}).values
    assert values == tuple((start + i * step) / tens for i in range(number))


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3) | st.integers(), inner, max_size=3),
    max_leaves=8,
)


@given(
    anything
    | st.fixed_dictionaries({}, optional=dict.fromkeys(("log", "linear", "range", "values", "num", "scale"), anything))
)
def test_whatever_is_written_is_an_axis_or_a_sentence(written: Any) -> None:
    try:
        axis = read_axis("x", written)
    except ValueError as error:
        assert str(error)
    else:
        assert 1 <= len(axis) <= MOST
        assert axis.scale in {"linear", "log", "categorical"}


def test_one_axis_for_several_grids() -> None:
    assert merged([Axis("x", (1, 2), "linear"), Axis("x", (2, 3), "linear")]) == Axis("x", (1, 2, 3), "linear")
    assert merged([Axis("x", (1,), "linear"), Axis("x", (10, 100), "log")]) == Axis("x", (1, 10, 100), "log")
    assert merged([Axis("x", (1,), "linear"), Axis("x", ("a",), "categorical")]).scale == "categorical"


def test_an_axis_as_json() -> None:
    assert Axis("x", (1, len), "categorical").to_json() == {
        "name": "x",
        "scale": "categorical",
        "values": [1, "builtins:len"],
    }
