"""YAML as version 1.2 means it, every key's line, and no text that raises."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from gridlab.sweep.reading import MOST_VALUES, dotted, parse


@pytest.mark.parametrize(
    ("text", "value"),
    [
        *[
            ("1e-3", 0.001),
            ("1e3", 1000.0),
            ("1E+3", 1000.0),
            (".5", 0.5),
            ("5.", 5.0),
            ("-.5e-1", -0.05),
            ("+1.5", 1.5),
        ],
        *[
            ("1", 1),
            ("-1", -1),
            ("+7", 7),
            ("012", 12),
            ("0x1F", 31),
            ("0o17", 15),
            ("1_000", 1000),
            ("1_000.5", 1000.5),
        ],
        *[("on", "on"), ("off", "off"), ("yes", "yes"), ("no", "no"), ("y", "y"), ("N", "N")],
        *[("true", True), ("True", True), ("FALSE", False), ("tRue", "tRue")],
        *[("null", None), ("~", None), ("Null", None), ("none", "none"), ("None", "None")],
        *[("nan", "nan"), ("inf", "inf"), ("NaN", "NaN"), ("-inf", "-inf")],
        *[("1:30", "1:30"), ("1:30:00", "1:30:00"), ("2020-01-01", "2020-01-01"), ("0b11", "0b11"), ("1__0", "1__0")],
        *[("=", "="), (".", "."), ("-", [None]), ("e3", "e3"), ("1e", "1e"), ("0x", "0x"), ("1.2.3", "1.2.3")],
        *[("'1'", "1"), ('"true"', "true"), ("!!str 1", "1"), ("!!float 1", 1.0), ("!!int '3'", 3)],
        *[("한글", "한글"), ('"\\ud83d\\ude00"', "😀"), ("😀", "😀"), ('"a\\/b"', "a/b")],
        *[("[1, on, 1e-3]", [1, "on", 0.001]), ("{a: {b: 1}}", {"a": {"b": 1}}), ("{0: 1.5, 1: 2}", {0: 1.5, 1: 2})],
        *[
            ("", None),
            ("# nothing", None),
            ("a:\n", {"a": None}),
            ("- 1\n- 2", [1, 2]),
            ("a: |\n  x\n  y\n", {"a": "x\ny\n"}),
        ],
    ],
)
def test_values(text: str, value: Any) -> None:
    found, _, problems = parse(text)
    assert problems == []
    assert found == value
    assert type(found) is type(value)


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ("a: [1, 2", 1, "is not YAML: while parsing a flow sequence"),
        ("a: 1\n\tb: 2", 2, "here stands a tab; indent with spaces"),
        ("a: 1\nb: 2\na: 3", 3, "stands here again; it is on line 1 already"),
        ("a: .nan", 1, "'.nan' is no finite number"),
        ("a: -.inf", 1, "'-.inf' is no finite number"),
        ("a: 1e999", 1, "'1e999' is no finite number"),
        ("a: " + "9" * 5000, 1, "is no whole number"),
        ("a: !!int x", 1, "'x' is no whole number"),
        ("a: !!bool 7", 1, "'7' is no truth value"),
        ("a: !!python/object/apply:os.system [ls]", 1, "!!python/object/apply:os.system is not read here"),
        ("a: !!python/name:os.system", 1, "is not read here"),
        ("a: !mine {b: 1}", 1, "the tag !mine is not read here"),
        ("a: !!set {b}", 1, "the tag !!set is not read here"),
        ("a: !!timestamp 2020-01-01", 1, "the tag !!timestamp is not read here"),
        ("\na: &x [*x]", 2, "refers to itself"),
        ("a: *nothing", 1, "found undefined alias"),
        ("{[1]: 2}", 1, "a key is a word"),
        ("{{a: 1}: 2}", 1, "a key is a word"),
        ("a: 1\n<<: 3", 2, "<< takes a mapping, or a list of mappings"),
        ("a: 1\n---\nb: 2", 2, "expected a single document"),
        ('a: "\\ud800"', 1, "is no text of whole characters"),
        ('a: "\\UFFFFFFFF"', None, "is not YAML"),
        ("a: \x07", None, "is not YAML"),
        ("[" * 5000, None, "is nested too deep"),
        ("@", 1, "is not YAML"),
    ],
)
def test_problems(text: str, line: int | None, message: str) -> None:
    _, _, problems = parse(text)
    assert len(problems) == 1, problems
    assert message in problems[0].message
    assert problems[0].line == line


def test_all_problems_that_are_not_of_syntax_are_found_at_once() -> None:
    value, _, problems = parse("a: .nan\nb: 2\nb: 3\nc: !x 1\nd: 4")
    assert [(p.key, p.line) for p in problems] == [("a", 1), ("b", 3), ("c", 4)]
    assert value == {"a": None, "b": 2, "c": None, "d": 4}


def test_every_key_has_its_line() -> None:
    text = "name: x\ngrid:\n  dropout: [0.1,\n    0.2]\n  lr: {log: [1, 2], num: 3}\ncv: 3\nmany:\n- a: 1\n-\n  b: 2\n"
    _, lines, _ = parse(text)
    assert lines == {
        "": 1,
        "name": 1,
        "grid": 2,
        "grid.dropout": 3,
        "grid.dropout[0]": 3,
        "grid.dropout[1]": 4,
        "grid.lr": 5,
        "grid.lr.log": 5,
        "grid.lr.log[0]": 5,
        "grid.lr.log[1]": 5,
        "grid.lr.num": 5,
        "cv": 6,
        "many": 7,
        "many[0]": 8,
        "many[0].a": 8,
        "many[1]": 10,
        "many[1].b": 10,
    }


def test_aliases_and_merge_keys() -> None:
    text = """
base: &base {a: 1, b: 2}
more: &more {b: 3, c: 4}
own: {<<: *base, b: 5}
both: {<<: [*base, *more], d: 6}
same: *base
word: {"<<": 1}
list: &list
  x: [1,
      2]
over:
  <<: *list
  x:
  - 1
  - 2
"""
    value, lines, problems = parse(text)
    assert problems == []
    assert value["own"] == {"a": 1, "b": 5}
    assert value["both"] == {"a": 1, "b": 2, "c": 4, "d": 6}
    assert value["same"] == {"a": 1, "b": 2}
    assert value["word"] == {"<<": 1}
    assert (lines["own.b"], lines["own.a"], lines["same"]) == (4, 2, 6)
    assert (lines["list.x[1]"], lines["over.x"], lines["over.x[1]"]) == (10, 13, 15)


def test_a_few_lines_of_aliases_do_not_fill_the_memory() -> None:
    text = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n" + "".join(
        f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 10)}]\n" for i in range(1, 10)
    )
    _, _, problems = parse(text)
    assert f"more than {MOST_VALUES:,} values" in problems[0].message


def test_dotted_keys() -> None:
    assert dotted("", "grid") == "grid"
    assert dotted("grid", "dropout") == "grid.dropout"
    assert dotted("grid", 0) == "grid[0]"
    assert dotted("grid", True) == "grid.True"


@given(st.text())
@example("a: !!int ''")
@example("!!null x")
@example("? [a]\n: b")
@example("%YAML 99999999999999999999.1\n---\na")
@example("a: &x\n  <<: *x")
def test_no_text_raises(text: str) -> None:
    parse(text)


@given(st.text(alphabet="ab01:-.,[]{}&*!|>'\"%@#? \n\t<_eE+~\\x", max_size=60))
def test_no_text_of_yaml_s_own_characters_raises(text: str) -> None:
    value, _, problems = parse(text)
    json.dumps([str(problem) for problem in problems])
    if not problems:
        json.dumps(value, allow_nan=False)


plain_text = st.text(alphabet=st.characters(exclude_categories=["Cs"], exclude_characters="\x7f"), max_size=20)
plain_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | plain_text,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(plain_text, inner, max_size=4),
    max_leaves=20,
)


@given(plain_values)
def test_json_is_read_as_it_is(value: Any) -> None:
    found, _, problems = parse(json.dumps(value))
    assert problems == []
    assert found == value
    assert json.dumps(found) == json.dumps(value)
