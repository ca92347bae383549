from __future__ import annotations

import pickle
import subprocess
import sys

import cloudpickle
import pytest

from gridlab.errors import GridlabError
from gridlab.training.loading import load_object


@pytest.fixture(autouse=True)
def path_as_it_was(monkeypatch):
    monkeypatch.setattr(sys, "path", list(sys.path))


def write(folder, name, text):
    folder.mkdir(exist_ok=True)
    (folder / name).write_text(text, encoding="utf-8")
    return folder


def test_a_module_and_a_file(tmp_path):
    assert load_object("math:tau") == pytest.approx(6.283185307)
    assert load_object("./one.py:VALUE", write(tmp_path, "one.py", "VALUE = 3")) == 3


def test_files_of_one_name_in_two_folders_do_not_collide(tmp_path):
    first, second = (write(tmp_path / name, "same.py", f"VALUE = {name!r}") for name in ("a", "b"))
    assert [load_object("./same.py:VALUE", folder) for folder in (first, second, first)] == ["a", "b", "a"]


def test_a_file_is_run_once_and_again_when_it_has_been_edited(tmp_path):
    write(tmp_path, "edited.py", "THING = object()\nVALUE = 1")
    assert load_object("edited.py:THING", tmp_path) is load_object("./edited.py:THING", tmp_path)
    write(tmp_path, "edited.py", "VALUE = 2")
    assert load_object("./edited.py:VALUE", tmp_path) == 2


def test_a_file_finds_the_modules_beside_it_also_later(tmp_path):
    write(tmp_path, "beside_gridlab_test.py", "UNITS = 7")
    write(tmp_path, "uses.py", "def build():\n    from beside_gridlab_test import UNITS\n    return UNITS")
    assert load_object("./uses.py:build", tmp_path)() == 7


def test_a_module_beside_the_sweep_file(tmp_path):
    write(tmp_path, "module_of_gridlab_test.py", "VALUE = 8")
    assert load_object("module_of_gridlab_test:VALUE", tmp_path) == 8


def test_a_function_of_a_file_can_be_unpickled_where_the_file_is_unknown(tmp_path):
    write(tmp_path, "travels.py", "FACTOR = 3\ndef times(x):\n    return FACTOR * x")
    content = cloudpickle.dumps(load_object("./travels.py:times", tmp_path))
    code = f"import pickle, sys; sys.exit(pickle.loads({content!r})(2))"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 6
    assert pickle.loads(content)(2) == 6


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("no_such_module_at_all:x", "no_such_module_at_all:x: importing it failed: ModuleNotFoundError"),
        ("./missing.py:x", "./missing.py:x: there is no file "),
        ("./broken.py:x", "importing it failed: SyntaxError"),
        ("./raises.py:x", "importing it failed: RuntimeError: not today"),
        ("./good.py:biuld", "good.py has no biuld; did you mean build?"),
        ("math:tua", "math has no tua; did you mean tau?"),
    ],
)
def test_what_cannot_be_loaded_is_said_in_a_sentence(tmp_path, name, said):
    write(tmp_path, "broken.py", "def (")
    write(tmp_path, "raises.py", "raise RuntimeError('not today')")
    write(tmp_path, "good.py", "def build(): pass\n_hidden = 1")
    with pytest.raises(GridlabError) as caught:
        load_object(name, tmp_path)
    assert said in str(caught.value)
    assert "_hidden" not in str(caught.value)


def test_a_file_that_failed_to_load_is_tried_again(tmp_path, monkeypatch):
    write(tmp_path, "moody.py", "import os\nVALUE = os.environ['GRIDLAB_TEST_MOOD']")
    with pytest.raises(GridlabError, match="GRIDLAB_TEST_MOOD"):
        load_object("./moody.py:VALUE", tmp_path)
    monkeypatch.setenv("GRIDLAB_TEST_MOOD", "good")
    assert load_object("./moody.py:VALUE", tmp_path) == "good"
