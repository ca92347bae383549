"""Python modules read without being imported."""

from __future__ import annotations

import ast
import sys
from pathlib import Path

import pytest

from gridlab.errors import GridlabError
from gridlab.training.models.modules import find_definition, open_module, parse_file


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with a file, a package with a package in it, and a folder of files that is no package."""
    files = {
        "tools.py": "import os\nfrom boxes import Box as Renamed, lost\nfrom boxes.inner import *\ndef hammer(): ...\n",
        "boxes/__init__.py": "from ._impl import Box, again\nfrom .inner.deep import nail\nlost = 1\n",
        "boxes/_impl.py": "raise RuntimeError('this is never imported')\nclass Box: ...\nfrom . import _impl2\n"
        "from ._impl2 import again\n",
        "boxes/_impl2.py": "from ._impl import again\n",
        "boxes/inner/__init__.py": "from .deep import nail as spike\nfrom ..tin import can\n",
        "boxes/inner/deep.py": "if True:\n    def nail(old): ...\n"
        "try:\n    import nothing\nexcept ImportError:\n    def nail(): ...\n",
        "boxes/tin.py": "can = other = lambda size: None\nalias = can\n",
        "bare/leaf.py": "def leaf(): ...\nfrom twig import twig\n",
        "bare/twig.py": "def twig(): ...\n",
        "broken.py": "def broken(:\n",
    }
    for name, text in files.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return tmp_path


def _found(folder: Path, place: str, name: str) -> tuple[str, str, int] | None:
    found = find_definition(open_module(place, folder), name)
    return found and (found.module.file.relative_to(folder).as_posix(), found.name, found.statement.lineno)


@pytest.mark.parametrize(
    ("place", "name", "expected"),
    [
        ("./tools.py", "hammer", ("tools.py", "hammer", 4)),
        ("tools", "hammer", ("tools.py", "hammer", 4)),
        ("tools", "Renamed", ("boxes/_impl.py", "Box", 2)),
        ("tools", "lost", ("boxes/__init__.py", "lost", 3)),
        ("tools", "spike", ("boxes/inner/deep.py", "nail", 6)),
        ("tools", "os", ("tools.py", "os", 1)),
        ("tools", "nothing", None),
        ("boxes", "Box", ("boxes/_impl.py", "Box", 2)),
        ("boxes", "nail", ("boxes/inner/deep.py", "nail", 6)),
        ("boxes", "again", None),
        ("boxes.inner", "can", ("boxes/tin.py", "can", 1)),
        ("boxes.inner.deep", "nail", ("boxes/inner/deep.py", "nail", 6)),
        ("boxes.tin", "other", ("boxes/tin.py", "other", 1)),
        ("boxes.tin", "alias", ("boxes/tin.py", "can", 1)),
        ("bare.leaf", "leaf", ("bare/leaf.py", "leaf", 1)),
        ("./bare/leaf.py", "twig", ("bare/twig.py", "twig", 1)),
    ],
)
def test_names_are_followed_to_where_they_are_defined(
    folder: Path, place: str, name: str, expected: tuple[str, str, int] | None
) -> None:
    assert _found(folder, place, name) == expected
    assert not {"tools", "boxes", "bare"} & set(sys.modules)


def test_installed_libraries_are_found_and_not_imported() -> None:
    before = set(sys.modules)
    found = find_definition(open_module("sklearn.neural_network", None), "MLPClassifier")
    assert found is not None
    assert isinstance(found.statement, ast.ClassDef)
    assert found.module.file.name == "_multilayer_perceptron.py"
    assert not [name for name in set(sys.modules) - before if name.startswith("sklearn")]


@pytest.mark.parametrize(
    ("place", "message"),
    [
        ("tolls", "there is no module 'tolls'; did you mean tools?"),
        ("boxs", "there is no module 'boxs'; did you mean boxes?"),
        ("sklern", "there is no module 'sklern'; did you mean sklearn?"),
        ("zzzzqqqq", "there is no module 'zzzzqqqq'"),
        ("boxes.tim", "there is no module 'boxes.tim'; did you mean tin? (boxes has inner, tin)"),
        ("boxes.inner.depe", "there is no module 'boxes.inner.depe'; did you mean deep? (boxes.inner has deep)"),
        ("tools.hammer", "tools has no modules in it"),
        ("bare", "bare is not a file of Python, so what it takes cannot be read"),
        ("math", "math is not a file of Python, so what it takes cannot be read"),
        ("sys.x", "sys has no modules in it"),
        ("", "there is no module ''"),
        ("boxes.", "there is no module 'boxes'"),
        (".tools", "there is no module '.tools'"),
        ("./tolls.py", "; did you mean tools.py?"),
        ("./nowhere/zzz.py", "there is no file"),
        ("broken", "broken.py:1: is not Python: "),
        ("./broken.py", "broken.py:1: is not Python: "),
        ("./" + "a" * 500 + ".py", "there is no file"),
        ("./a\0.py", "there is no file"),
    ],
)
def test_refusals(folder: Path, place: str, message: str) -> None:
    with pytest.raises(GridlabError) as caught:
        open_module(place, folder)
    assert message in str(caught.value)


def test_a_changed_file_is_read_again(tmp_path: Path) -> None:
    path = tmp_path / "a.py"
    path.write_text("x = 1")
    before = ast.unparse(parse_file(path))
    path.write_text("x = 22")
    assert (before, ast.unparse(parse_file(path))) == ("x = 1", "x = 22")


def test_other_encodings(tmp_path: Path) -> None:
    path = tmp_path / "a.py"
    path.write_bytes("# coding: latin-1\nx = 'é'".encode("latin-1"))
    assert ast.unparse(parse_file(path)) == "x = 'é'"
    path.write_bytes(b"x = '\xe9' # not UTF-8")
    with pytest.raises(GridlabError, match=r"is not Python|cannot be read"):
        parse_file(path)
    path.write_bytes(b"x = 1\0")
    with pytest.raises(GridlabError, match=r"is not Python|cannot be read"):
        parse_file(path)


def test_documentation_is_left_out(tmp_path: Path) -> None:
    path = tmp_path / "a.py"
    path.write_text('"""Doc."""\nclass A:\n    """Doc."""\ndef f():\n    """Doc."""\n    return "kept"\n')
    assert ast.unparse(parse_file(path)) == "class A:\n    pass\n\ndef f():\n    return 'kept'"
