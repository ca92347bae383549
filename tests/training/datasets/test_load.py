from __future__ import annotations

import textwrap

import numpy as np
import pytest

from gridlab.errors import DataError, GridlabError, SpecError
from gridlab.training.datasets.dataset import Raw
from tests.training.datasets.contract import LoaderContract, load

LOADERS = """
import numpy as np

def load(n=30, fail=False):
    X = np.arange(n * 4, dtype=float).reshape(n, 4)
    y = np.arange(n) % 3
    if fail:
        raise KeyError("no such thing")
    return X, y

def base_of(base):
    return np.array([[1.0], [2.0]]), [str(base), "other"]

def anything(**options):
    return load(**options)

not_a_function = 3
"""


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "my_data.py").write_text(textwrap.dedent(LOADERS))
    return tmp_path


class TestOnesOwn(LoaderContract):
    name = "a function of one's own"

    @pytest.fixture
    def loaded(self, folder):
        self.name = f"{folder}/my_data.py:load"
        X = np.arange(120.0).reshape(30, 4)
        return {}, X, np.arange(30) % 3, load(self.name)


class TestArrays(LoaderContract):
    name = "arrays"

    def source(self, folder):
        X = np.random.default_rng(0).normal(size=(40, 3, 4))
        y = np.array(["b", "a", "c", "b"] * 10)
        return {"arrays": (X, y)}, X, y

    def test_unknown_options_are_refused_with_the_nearest_word(self, loaded):
        with pytest.raises(SpecError, match=r"data.test_sise: data given in Python .*did you mean test_size"):
            load(self.name, **loaded[0], test_sise=0.3)


def test_a_file_beside_the_sweep_and_its_options(folder):
    assert len(load("./my_data.py:load", base=folder, n=12).y) == 12
    assert len(load("my_data:load", base=folder, n=12).y) == 12


def test_unknown_options_of_ones_own_function(folder):
    with pytest.raises(SpecError, match=r"data.m: ./my_data.py:load takes no such option; known: .*n, "):
        load("./my_data.py:load", base=folder, m=12)
    with pytest.raises(SpecError, match=r"data: my_data:load: got an unexpected keyword argument 'm'"):
        load("my_data:load", base=folder, m=12)
    assert len(load("./my_data.py:anything", base=folder, n=9).y) == 9


def test_a_function_may_ask_for_the_folder(folder):
    assert str(folder) in load("./my_data.py:base_of", base=folder).classes


def test_what_a_function_raises_is_one_sentence(folder):
    with pytest.raises(DataError, match=r"my_data.py:load: KeyError: 'no such thing'"):
        load("./my_data.py:load", base=folder, fail=True)


@pytest.mark.parametrize("name", ["./none.py:load", "nowhere:load", "./my_data.py:lod", "./my_data.py:not_a_function"])
def test_what_is_no_function_is_refused(folder, name):
    with pytest.raises(GridlabError, match=name.partition(":")[2]):
        load(name, base=folder)


def test_a_raw_keeps_its_scale():
    X, y = np.full((4, 2), 10), [0, 1, 0, 1]
    assert load("x", arrays=Raw(X, y, "x", scale=5)).X.max() == 2
