"""A file as it stands, where its keys are, and every way in which a file cannot be read."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gridlab.errors import Problem
from gridlab.sweep.document import Document, read_document


def _file(folder: Path, content: str | bytes, name: str = "sweep.yaml") -> Path:
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def _refusal(path: Path) -> Problem:
    document, problems = read_document(path)
    assert not isinstance(document.value, dict)
    (problem,) = problems
    assert problem.file == str(path)
    return problem


def test_a_file_is_kept_verbatim(tmp_path: Path) -> None:
    text = "# a comment\nname: x   # and another\r\n"
    document, problems = read_document(_file(tmp_path, text))
    assert problems == []
    assert (document.text, document.value, document.base) == (text, {"name": "x"}, tmp_path)


def test_a_byte_order_mark_is_no_part_of_the_text(tmp_path: Path) -> None:
    document, problems = read_document(_file(tmp_path, b"\xef\xbb\xbfname: \xed\x95\x9c"))
    assert problems == []
    assert document.value == {"name": "한"}


def test_json_with_tabs(tmp_path: Path) -> None:
    value = {"name": "x", "grid": {"a": [1, 2.5, "on", None, True]}}
    document, problems = read_document(_file(tmp_path, json.dumps(value, indent="\t"), "sweep.json"))
    assert problems == []
    assert document.value == value


@pytest.mark.parametrize(
    ("content", "line", "message"),
    [
        ("", None, "is empty; a sweep file holds keys: name, data, model, grid, …"),
        ("# only a comment\n", None, "is empty"),
        ("- a\n- b\n", 1, "holds ['a', 'b']; a sweep file holds keys"),
        ("fc3\n", 1, "holds 'fc3'; a sweep file holds keys"),
        (b"name: x\n\ndescription: caf\xe9\n", 3, "byte 0xe9 is not UTF-8; save the file as UTF-8 text"),
        ("name: x".encode("utf-16"), 1, "byte 0xff is not UTF-8"),
        ("name: [x\n", 2, "is not YAML"),
    ],
)
def test_files_that_are_no_sweep(tmp_path: Path, content: str | bytes, line: int | None, message: str) -> None:
    problem = _refusal(_file(tmp_path, content))
    assert message in problem.message
    assert problem.line == line


def test_a_missing_file_names_the_nearest(tmp_path: Path) -> None:
    _file(tmp_path, "", "fc3.yaml")
    assert _refusal(tmp_path / "fc4.yaml").message == f"there is no such file; did you mean {tmp_path / 'fc3.yaml'}?"
    assert _refusal(tmp_path / "elsewhere" / "fc3.yaml").message == "there is no such file"


def test_a_folder_is_no_file(tmp_path: Path) -> None:
    assert _refusal(tmp_path).message == "is a folder; name a sweep file in it"


def test_a_name_that_no_file_can_have() -> None:
    assert "cannot be read" in _refusal(Path("a\0b.yaml")).message
    assert "cannot be read" in _refusal(Path("a" * 5000)).message


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_file_that_may_not_be_read(tmp_path: Path) -> None:
    path = _file(tmp_path, "name: x")
    path.chmod(0)
    assert _refusal(path).message == "cannot be read: Permission denied"


DOCUMENT = Document("s.yaml", lines={"": 1, "grid": 2, "grid.a": 3, "grid.a[0]": 4, "data": 9, "k[x].y": 5})


@pytest.mark.parametrize(
    ("key", "line"),
    [
        *[("grid", 2), ("grid.a", 3), ("grid.a[0]", 4), ("grid.a[1]", 3), ("grid.a[1].b.c", 3), ("grid.b", 2)],
        *[("data.path", 9), ("name", None), ("", 1), ("k[x].y", 5)],
    ],
)
def test_a_problem_gets_the_line_of_its_key_or_of_what_it_belongs_to(key: str, line: int | None) -> None:
    (problem,) = DOCUMENT.placed([Problem("is odd", key)])
    assert (problem.file, problem.line, problem.key) == ("s.yaml", line, key)


def test_problems_come_in_the_order_of_their_lines() -> None:
    found = DOCUMENT.placed(
        [Problem("1", "data"), Problem("2", "grid.a"), Problem("3", "name"), Problem("4", "grid.a")]
    )
    assert [problem.message for problem in found] == ["3", "2", "4", "1"]


@pytest.mark.parametrize(
    ("key", "place"),
    [
        ("grid.a", "--set grid.a"),
        ("grid.a[0]", "--set grid.a"),
        ("grid.a.log", "--set grid.a"),
        ("grid.ab", "s.yaml"),
        ("grid", "s.yaml"),
        ("cv", "--set cv.folds"),
        ("cv.folds", "--set cv.folds"),
    ],
)
def test_a_problem_of_an_override_is_placed_there(key: str, place: str) -> None:
    document = Document("s.yaml", lines=DOCUMENT.lines, overrides=("grid.a=[1]", "cv.folds=1"))
    (problem,) = document.placed([Problem("is odd", key)])
    assert problem.file == place
    assert (problem.line is None) == place.startswith("--set")


@given(st.binary(max_size=80))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_file_raises(tmp_path: Path, content: bytes) -> None:
    document, problems = read_document(_file(tmp_path, content))
    assert problems or isinstance(document.value, dict)
