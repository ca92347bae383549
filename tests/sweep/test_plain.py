"""Any value as plain JSON."""

from __future__ import annotations

import json
from enum import IntEnum
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.linear_model import LogisticRegression

from gridlab.sweep.plain import brief, named, plain, shown


class Size(IntEnum):
    SMALL = 1


class Thing:
    pass


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        *[
            (None, None),
            (True, True),
            (3, 3),
            (0.5, 0.5),
            ("한글", "한글"),
            (float("inf"), "inf"),
            (float("nan"), "nan"),
        ],
        *[((1, 2), [1, 2]), ({"a": (1,)}, {"a": [1]}), ({0: 1.0}, {"0": 1.0}), ({3}, [3])],
        *[
            (np.float32(0.5), 0.5),
            (np.int64(3), 3),
            (np.bool_(True), True),
            (np.array([1, 2]), [1, 2]),
            (Size.SMALL, 1),
        ],
        *[(len, "builtins:len"), (Thing, f"{__name__}:Thing"), (Thing(), f"{__name__}:Thing"), (Path("a/b"), "a/b")],
        *[(LogisticRegression(C=2), "LogisticRegression(C=2)"), (b"x", "b'x'")],
    ],
)
def test_plain(value: Any, expected: Any) -> None:
    found = plain(value)
    assert found == expected
    assert type(found) is type(expected)


def test_a_name_never_holds_an_address() -> None:
    assert named(lambda x: x) == f"{__name__}:test_a_name_never_holds_an_address.<locals>.<lambda>"
    assert "0x" not in named(Thing()) + named([].append) + str(plain([Thing(), object()]))


@given(
    st.recursive(
        st.none() | st.floats() | st.text() | st.integers(), lambda i: st.lists(i) | st.dictionaries(st.integers(), i)
    )
)
def test_plain_is_strict_json_and_stays_as_it_is(value: Any) -> None:
    found = plain(value)
    json.dumps(found, allow_nan=False)
    assert plain(found) == found


@pytest.mark.parametrize(
    ("value", "text"),
    [(None, "nothing"), (True, "true"), ("on", "'on'"), ([1, "a"], "[1, 'a']"), ("x" * 99, "'" + "x" * 59 + "…")],
)
def test_shown(value: Any, text: str) -> None:
    assert shown(value) == text


def test_brief_is_short_and_true() -> None:
    assert [*map(brief, (0.1 + 0.2, 1e-05, 1234567.89, 0.0, True, None, [1, 2]))] == [
        "0.3",
        "1e-05",
        "1.23457e+06",
        "0.0",
        "True",
        "None",
        "[1, 2]",
    ]
