from __future__ import annotations

import pytest

from gridlab.records.insights.words import Metric, counted, listed, number, p_value, percent, value


@pytest.mark.parametrize(
    ("given", "unit", "wanted"),
    [
        (0.94546, 0.0068, "0.9455"),
        (-0.0001, 0.01, "0.000"),
        (1234.56, 20.0, "1235"),
        (0.5, 0.0, "0.5"),
        (1, 1e-20, "1.00e+00"),
    ],
)
def test_numbers_have_the_digits_that_their_unit_calls_for(given, unit, wanted):
    assert number(given, unit) == wanted


def test_errors_are_turned_round():
    error, share = Metric("neg_mean_squared_error"), Metric("balanced_accuracy")
    assert (error.said, error.value(-3.25, 0.1), error.interval(-4.0, -2.0, 0.1)) == (
        "mean squared error",
        "3.25",
        "2.00 to 4.00",
    )
    assert error.better(0.5, 0.1) == "mean squared error lower by 0.50"
    assert share.better(-0.5, 0.1) == "balanced accuracy higher by 0.50"
    assert (error.bounded, share.bounded, Metric("r2").bounded) == (False, True, False)


def test_small_words():
    assert [percent(x) for x in (0.0, 0.004, 0.614, 1.0)] == ["0 %", "under 1 %", "61 %", "100 %"]
    assert [p_value(x) for x in (0.0001, 0.0123, 0.5)] == ["p < 0.001", "p = 0.012", "p = 0.50"]
    assert [listed(list(x)) for x in ("", "a", "ab", "abc")] == ["", "a", "a and b", "a, b and c"]
    assert [counted(n, "pair") for n in (1, 2, 1000)] == ["1 pair", "2 pairs", "1,000 pairs"]


def test_values_stay_on_their_line():
    assert [value(v) for v in (0.1 + 0.2, True, None, 3, "relu", [1, 2])] == [
        "0.3",
        "True",
        "None",
        "3",
        "relu",
        "[1, 2]",
    ]
    assert value("a\n\x1b[31mb") == "a  [31mb"
    assert value("x" * 100) == "x" * 60 + "…"
