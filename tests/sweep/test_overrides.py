"""`--set KEY=VALUE`."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gridlab.sweep.document import Document
from gridlab.sweep.overrides import override
from gridlab.sweep.reading import parse

VALUE: dict[str, Any] = {
    "name": "x",
    "data": "digits",
    "model": {"name": "fc3"},
    "grid": {"dropout": [0.2], "lr": {"log": [1, 2], "num": 3}},
    "cv": 3,
    "scoring": ["accuracy", "f1_macro"],
}


def _set(*texts: str, value: Any = VALUE) -> tuple[dict[str, Any], list[str]]:
    document, problems = override(Document("s.yaml", value=value), texts)
    return document.value, [str(problem) for problem in problems]


@pytest.mark.parametrize(
    ("text", "key", "value"),
    [
        ("grid.dropout=[0.1,0.2]", "grid", {**VALUE["grid"], "dropout": [0.1, 0.2]}),
        ("grid.dropout=1e-3", "grid", {**VALUE["grid"], "dropout": 0.001}),
        ("grid.lr.num=5", "grid", {**VALUE["grid"], "lr": {"log": [1, 2], "num": 5}}),
        ("grid.units={range: [32, 257, 32]}", "grid", {**VALUE["grid"], "units": {"range": [32, 257, 32]}}),
        ("cv=5", "cv", 5),
        ("cv.shuffle=true", "cv", {"folds": 3, "shuffle": True}),
        ("data=csv", "data", "csv"),
        ("data.path=train.csv", "data", {"name": "digits", "path": "train.csv"}),
        ("data.path=a=b.csv", "data", {"name": "digits", "path": "a=b.csv"}),
        ("model.activation=relu", "model", {"name": "fc3", "activation": "relu"}),
        ("scoring.refit=f1_macro", "scoring", {"metrics": ["accuracy", "f1_macro"], "refit": "f1_macro"}),
        ("fit.epochs=3", "fit", {"epochs": 3}),
        ("description=on", "description", "on"),
        ("description=", "description", None),
    ],
)
def test_a_value_is_set_and_the_rest_stays(text: str, key: str, value: Any) -> None:
    changed, problems = _set(text)
    assert problems == []
    assert changed == {**VALUE, key: value}


def test_later_ones_build_on_earlier_ones() -> None:
    changed, problems = _set("data=csv", "data.path=a.csv", "data.path=b.csv", "grid={}", "grid.a=1")
    assert problems == []
    assert changed["data"] == {"name": "csv", "path": "b.csv"}
    assert changed["grid"] == {"a": 1}


def test_the_overrides_are_kept() -> None:
    document, _ = override(Document("s.yaml", value=VALUE), ["cv=5", "nonsense"])
    assert document.overrides == ("cv=5",)


def test_short_forms_are_those_of_the_top_only() -> None:
    _, problems = _set("fit.data.path=3", value={"fit": {"data": "digits"}})
    assert problems == ["--set fit.data.path: fit.data is 'digits', which has no part path"]


def test_what_an_alias_shares_is_not_changed_elsewhere() -> None:
    value, _, _ = parse("a: &a {x: 1}\nb: *a")
    changed, _ = _set("a.x=2", value=value)
    assert changed == {"a": {"x": 2}, "b": {"x": 1}}
    assert value == {"a": {"x": 1}, "b": {"x": 1}}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("cv", "--set: takes KEY=VALUE, as in grid.dropout=[0.1,0.2]; got 'cv'"),
        ("=3", "--set: takes KEY=VALUE, as in grid.dropout=[0.1,0.2]; got '=3'"),
        ("grid.=3", "--set: takes KEY=VALUE, as in grid.dropout=[0.1,0.2]; got 'grid.=3'"),
        ("cv=[1", "--set cv: is not YAML: while parsing a flow sequence, expected ',' or ']', but got '<stream end>'"),
        ("cv=.nan", "--set cv: '.nan' is no finite number"),
        ("name.x=3", "--set name.x: name is 'x', which has no part x"),
        ("grid.dropout.num=3", "--set grid.dropout.num: grid.dropout is [0.2], which has no part num"),
    ],
)
def test_refusals(text: str, message: str) -> None:
    changed, problems = _set(text)
    assert changed == VALUE
    assert problems == [message]


def test_a_list_of_grids_is_not_guessed_at() -> None:
    value = {"grid": [{"a": [1]}, {"b": [2]}]}
    changed, problems = _set("grid.a=[3]", value=value)
    assert changed == value
    (problem,) = problems
    assert "grid is a list of grids here, so grid.a could be any of them" in problem


@given(
    st.lists(st.text(max_size=20) | st.from_regex(r"[a-z.]{0,8}=[\[\]{}a-z0-9:,. -]{0,10}", fullmatch=True), max_size=4)
)
def test_no_override_raises(texts: list[str]) -> None:
    document, problems = override(Document("s.yaml", value=VALUE), texts)
    assert isinstance(document.value, dict)
    assert len(document.overrides) + len(problems) >= len(texts)
