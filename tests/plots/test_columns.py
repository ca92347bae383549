from __future__ import annotations

import json
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gridlab.plots.columns import ABSENT, INVISIBLE, TAKEN, measured, number_text, parameter, safe_keys, value_labels

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
)


@given(st.lists(VALUES))
def test_different_values_never_share_a_label(values: list[object]) -> None:
    labels = value_labels(values)
    assert len(set(labels.values())) == len(labels) == len({json.dumps(v, sort_keys=True) for v in values})
    assert all(label.strip() for label in labels.values())


@given(st.lists(st.text(), unique=True))
def test_keys_are_all_different_and_none_means_something_else(names: list[str]) -> None:
    keys = safe_keys(names)
    assert len(set(keys)) == len(names)
    assert not TAKEN & set(keys)
    assert all(key and not key.isdecimal() for key in keys)
    assert [k.replace(INVISIBLE, "") for k in keys] == [
        (" ".join(n.split()) or "(empty)").replace(INVISIBLE, "") for n in names
    ]


def test_ordinary_names_are_left_alone() -> None:
    assert safe_keys(["learning_rate", "model__dropout", "한글"]) == ["learning_rate", "model__dropout", "한글"]


def test_true_one_and_the_text_one_are_told_apart() -> None:
    assert list(value_labels([True, 1, 1.5, "1", "true"]).values()) == ["true", "1", "1.5", '"1"', '"true"']


def test_a_linear_axis_keeps_its_numbers_and_ticks_at_the_values_tried() -> None:
    column = parameter("dropout", "dropout", [0.4, 0.2, 0.4], "linear", [0.2, 0.4])
    assert (column.kind, column.values, column.ticks) == ("numeric", (0.4, 0.2, 0.4), (0.2, 0.4))


def test_ticks_too_close_to_be_read_are_left_to_the_renderer() -> None:
    assert parameter("x", "x", [0.0001, 0.0002, 1], "linear").ticks == ()
    assert parameter("x", "x", [0.0001, 0.0002, 1], "log").ticks == (0.0001, 0.0002, 1)
    assert parameter("x", "x", list(range(13)), "linear").ticks == ()


@pytest.mark.parametrize("broken", [0, -1.0, None, ABSENT])
def test_a_log_axis_falls_back_to_linear(broken: object) -> None:
    assert parameter("rate", "rate", [0.1, 0.01], "log").kind == "numericlog"
    assert parameter("rate", "rate", [0.1, 0.01, broken], "log").kind == "numeric"


@pytest.mark.parametrize("values", [["a", 1], [True, False], [None], [[1], [2]], [1, "1"]])
def test_what_is_not_all_numbers_is_categorical(values: list[object]) -> None:
    column = parameter("x", "x", values, "linear", values)
    assert column.kind == "categorical"
    assert all(isinstance(v, str) for v in column.values)


def test_categories_stand_in_the_sweeps_order_without_those_that_nobody_has() -> None:
    column = parameter("x", "x", ["a", "c", "d"], "categorical", ["c", "b", "a"])
    assert column.order == ("c", "a", "d")


def test_a_parameter_that_a_candidate_lacks_is_not_null() -> None:
    assert parameter("x", "x", [None, ABSENT, "a"], "categorical").values == ("null", "(not set)", "a")
    assert parameter("x", "x", [1, ABSENT], "linear").values == (1, None)


def test_results_have_a_fitting_number_of_decimals() -> None:
    assert measured("s", "s", [0.98765432, None]).text(0) == "0.9877"
    assert measured("s", "s", [0.98765432, None]).text(1) == "-"
    assert measured("s", "s", [-12345.678]).text(0) == "-12346"
    assert measured("s", "s", [1, 2, 3]).text(0) == "1"
    assert measured("s", "s", [0.0000123]).text(0) == "1.23e-05"
    assert measured("s", "s", [123.456], figures=3).text(0) == "123"
    assert measured("s", "s", ["no number", math.nan, True]).values == (None, None, None)


@given(st.floats(-1e300, 1e300))
def test_a_number_is_written_as_what_it_is(value: float) -> None:
    assert math.isclose(float(number_text(value)), value, rel_tol=1e-9)
