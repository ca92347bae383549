"""The text that stands for a builder changes when its numbers may, and not when only its looks do."""

from __future__ import annotations

import subprocess
import sys
import types
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sklearn.linear_model import LogisticRegression

from gridlab.training.models.source import is_plain, source_of_class, source_of_file, source_of_function

FILES = {
    "__init__.py": "from .net import build\n",
    "net.py": '''"""Doc."""
import keras
from .layers import block
from mine.more import deep
import mine.other
RATE = 0.1
def build(rate=RATE):
    """Doc."""
    return block(rate)  # a comment
''',
    "layers.py": "def block(rate): return rate\n",
    "more/__init__.py": "",
    "more/deep.py": "from ..unrelated_name import x\n",
    "unrelated_name.py": "x = 1\n",
    "other.py": "y = 1\n",
    "idle.py": "z = 1\n",
}


@pytest.fixture
def package(tmp_path: Path) -> Path:
    """A package with a builder that imports, near and far, relatively and absolutely."""
    for name, text in FILES.items():
        path = tmp_path / "mine" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return tmp_path / "mine"


@pytest.mark.parametrize(
    ("file", "before", "after"),
    [
        ("net.py", "RATE = 0.1", "RATE = 0.2"),
        ("net.py", "block(rate)", "block(rate + 1)"),
        ("layers.py", "return rate", "return -rate"),
        ("more/deep.py", "x\n", "x as w\n"),
        ("unrelated_name.py", "1", "2"),
        ("other.py", "1", "2"),
    ],
)
def test_a_change_in_the_code_changes_it(package: Path, file: str, before: str, after: str) -> None:
    source = source_of_file(package / "net.py")
    path = package / file
    path.write_text(path.read_text().replace(before, after))
    assert source_of_file(package / "net.py") != source


@pytest.mark.parametrize(
    ("file", "before", "after"),
    [
        ("net.py", '"""Doc."""\n', '"""Other."""\n'),
        ("net.py", "# a comment", "# another"),
        ("net.py", "RATE = 0.1", "\n\nRATE  =  (0.1)"),
        ("layers.py", ": return rate", ":\n    # why\n    return rate"),
        ("idle.py", "1", "2"),
    ],
)
def test_a_change_of_looks_does_not(package: Path, file: str, before: str, after: str) -> None:
    source = source_of_file(package / "net.py")
    path = package / file
    assert before in path.read_text()
    path.write_text(path.read_text().replace(before, after))
    assert source_of_file(package / "net.py") == source


def test_it_does_not_depend_on_where_the_package_lies(package: Path, tmp_path: Path) -> None:
    source = source_of_file(package / "net.py")
    assert str(tmp_path) not in source
    (tmp_path / "elsewhere").mkdir()
    moved = package.rename(tmp_path / "elsewhere" / "mine")
    assert source_of_file(moved / "net.py") == source


def test_files_that_are_no_package_import_their_neighbours(tmp_path: Path) -> None:
    (tmp_path / "model.py").write_text("import helper\ndef build(): return helper.x\n")
    (tmp_path / "helper.py").write_text("x = 1\n")
    before = source_of_file(tmp_path / "model.py")
    (tmp_path / "helper.py").write_text("x = 2\n")
    assert source_of_file(tmp_path / "model.py") != before


def test_imports_in_a_circle_end(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text("import b\n")
    (tmp_path / "b.py").write_text("import a\n")
    assert source_of_file(tmp_path / "a.py") == "# a.py\nimport b\n# b.py\nimport a"


def test_gridlab_s_own_builders_include_what_they_share_and_libraries_only_themselves() -> None:
    import sklearn.linear_model._logistic as logistic

    import gridlab.training.models.fc3 as fc3

    assert "# common.py\n" in source_of_file(Path(fc3.__file__))
    assert source_of_file(Path(logistic.__file__)).count("\n# ") == 0


def _live(text: str, name: str = "build", **known: Any) -> str:
    """The source of a function of a module of that text."""
    module = types.ModuleType("live")
    module.__dict__.update(known)
    exec(compile(text, "<no such file>", "exec"), module.__dict__)
    return source_of_function(module.__dict__[name])


BUILD = '''
RATE = 0.1
def helper(x): return x + 1
def build(units=3):
    """Doc."""
    def inner(): return helper(RATE)
    return inner() * units
'''


@pytest.mark.parametrize(
    ("before", "after"), [("0.1", "0.2"), ("x + 1", "x + 2"), ("* units", "+ units"), ("units=3", "units=4")]
)
def test_a_live_function_is_its_code_and_what_it_finds_in_its_module(before: str, after: str) -> None:
    assert _live(BUILD.replace(before, after)) != _live(BUILD)


@pytest.mark.parametrize(("before", "after"), [("Doc.", "Other."), ("RATE = 0.1", "OTHER = 1\n\n\nRATE = 0.1")])
def test_documentation_place_and_unused_values_are_no_part_of_it(before: str, after: str) -> None:
    assert _live(BUILD.replace(before, after)) == _live(BUILD)


def make(rate: float, activation: Callable[[float], float]) -> Callable[[int], float]:
    def build(units: int) -> float:
        return activation(rate) * units

    return build


def double(x: float) -> float:
    return 2 * x


def triple(x: float) -> float:
    return 3 * x


def test_closures_are_a_part_of_it() -> None:
    sources = {source_of_function(make(rate, part)) for rate in (0.1, 0.2) for part in (double, triple)}
    assert len(sources) == 4
    assert source_of_function(make(0.1, double)) == source_of_function(make(0.1, double))


def test_lambdas_of_one_line_differ() -> None:
    one, two = (lambda x: x + 1), (lambda x: x + 2)
    assert source_of_function(one) != source_of_function(two)


def test_functions_that_call_each_other_end() -> None:
    text = "def build(n): return other(n - 1) if n else 0\ndef other(n): return build(n - 1) if n else 1\n"
    assert _live(text) == _live(text)
    assert _live(text) != _live(text.replace("else 1", "else 2"))


def test_values_that_are_not_plain_are_left_out() -> None:
    text = "def build(): return data, other\n"
    assert _live(text, data=object(), other=1) == _live(text, data=[object()], other=1)
    assert _live(text, data=object(), other=1) != _live(text, data=object(), other=2)


def test_a_file_s_comments_are_no_part_of_a_live_function(tmp_path: Path) -> None:
    code = "import sys; sys.path.insert(0, '.'); from builder import build; from helpers import *\n"
    code += "from gridlab.training.models.source import source_of_function as s; print(s(build))"
    (tmp_path / "helpers.py").write_text("def rate():\n    return 1\n")

    def run(text: str) -> str:
        (tmp_path / "builder.py").write_text(f"import helpers\n{text}")
        done = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=True)
        return done.stdout

    first = run("def build():\n    return helpers.rate()\n")
    assert run("# more\n\ndef build():\n    # why\n    return (helpers.rate())\n") == first
    assert run("def build():\n    return -helpers.rate()\n") != first
    (tmp_path / "helpers.py").write_text("def rate():\n    return 2\n")
    assert run("def build():\n    return helpers.rate()\n") != first


class Mine:
    def fit(self) -> int:
        return 1


def test_a_class_is_its_code_and_a_library_s_its_name() -> None:
    assert "return 1" in source_of_class(Mine)
    assert source_of_class(LogisticRegression) == "sklearn.linear_model._logistic:LogisticRegression"


@pytest.mark.parametrize(
    ("value", "plain"),
    [
        (1, True),
        (None, True),
        ([1, {"a": ("b", {2.0})}], True),
        (b"x", True),
        (object(), False),
        ([len], False),
        ({1: len}, False),
    ],
)
def test_is_plain(value: Any, plain: bool) -> None:
    assert is_plain(value) is plain
