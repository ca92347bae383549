from __future__ import annotations

import importlib
import inspect
import subprocess
import sys
from pathlib import Path

import pytest

from gridlab.training.datasets import DATASETS
from gridlab.training.datasets.options import Parameters, Preparation, loader_parameters, option_problems

HERE = Path()


def said(name, **options):
    return [str(problem) for problem in option_problems(name, options, HERE)]


@pytest.mark.parametrize("name", DATASETS)
def test_parameters_read_from_source_are_the_functions(name):
    module, function = DATASETS[name].split(":")
    signature = inspect.signature(getattr(importlib.import_module(module), function))
    wanted = {p.name: p.default is p.empty for p in signature.parameters.values() if p.name != "base"}
    read = loader_parameters(name, HERE)
    assert read is not None
    assert {**dict.fromkeys(read.required, True), **dict.fromkeys(read.optional, False)} == wanted


def test_a_check_loads_no_heavy_library():
    code = (
        "import sys; from pathlib import Path; from gridlab.training.datasets.options import option_problems\n"
        "option_problems('csv', {'path': 'x'}, Path()); print({'numpy', 'pandas', 'sklearn'} & set(sys.modules))"
    )
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "set()\n"


def test_nothing_is_wrong_with_what_the_issue_shows():
    assert not said("digits")
    assert not said("csv", path="train.csv", label="label", image_shape=[28, 28, 1], scale=255, test_size=0.3)
    assert not said("digits", image_shape="square")
    assert not said("idx", path="images", labels="labels", limit=100, task="classification", test_size=100)


def test_all_problems_at_once():
    assert said("csv", pth="x", scale=0, image_shape=[28, -1], test_size=1.0, limit=0, task="classify") == [
        "data.pth: csv takes no such option; did you mean path? "
        "(known: image_shape, label, limit, path, scale, task, test_size)",
        "data: csv needs the option path",
        "data.scale: a number above 0 goes here, not 0",
        "data.image_shape: square or a list of whole numbers, [height, width, channels], goes here, not [28, -1]",
        "data.test_size: a fraction from 0 to below 1, or a number of rows, goes here, not 1.0",
        "data.limit: a number of rows, at least 1, goes here, not 0",
        "data.task: classification or regression goes here, not 'classify'",
    ]


@pytest.mark.parametrize(
    ("option", "value"),
    [
        ("scale", "255"),
        ("scale", True),
        ("scale", float("nan")),
        ("scale", float("inf")),
        ("image_shape", 784),
        ("image_shape", []),
        ("image_shape", [28.0, 28.0]),
        ("test_size", -0.1),
        ("test_size", True),
        ("test_size", -1),
        ("limit", 10.0),
    ],
)
def test_a_wrong_value_is_refused(option, value):
    assert len(said("digits", **{option: value})) == 1


def test_an_unknown_name_is_refused_with_the_nearest():
    [problem] = said("cvs", path="x")
    assert problem.startswith("data.name: there is no data set 'cvs'; did you mean csv? (known: breast_cancer, csv, ")


def test_a_family_is_never_taken_for_a_module():
    [problem] = said("keras:minst")
    assert problem.startswith("data.name: there is no data set 'keras:minst'; did you mean keras:mnist?")
    assert said("openml:")[0].startswith("data.name: there is no data set 'openml:'")
    assert not said("openml:mnist_784", version=1, test_size=0.1)


def test_words_are_checked():
    assert not said("keras:mnist", part="all")
    assert said("keras:mnist", part="both") == ["data.part: one of train, test, all goes here, not 'both'"]
    assert said("images", path="x", color="gray") == ["data.color: one of grayscale, rgb goes here, not 'gray'"]


def test_arrays_take_the_common_options_only():
    assert not said(None, test_size=0.5)
    [problem] = said(None, path="x")
    assert problem.startswith("data.path: data given in Python takes no such option")


@pytest.mark.parametrize(
    ("source", "parameters"),
    [
        ("def load(path, n=3, *, seed, base=None): ...", Parameters(("path", "seed"), ("n",))),
        (
            "def load(how: Literal['a', 'b'] | None = None, n: int = 1): ...",
            Parameters((), ("how", "n"), {"how": ("a", "b")}),
        ),
        ("def load(**options): ...", None),
        ("@cached\ndef load(path): ...", None),
        ("from elsewhere import load", None),
        ("def load(:", None),
    ],
)
def test_ones_own_file_is_read_and_not_run(tmp_path, source, parameters):
    (tmp_path / "mine.py").write_text(f"import nowhere\n{source}\n")
    assert loader_parameters("./mine.py:load", tmp_path) == parameters


def test_what_only_running_would_tell_is_left_alone(tmp_path):
    assert loader_parameters("some.module:load", tmp_path) is None
    assert loader_parameters("./missing.py:load", tmp_path) is None
    assert option_problems("some.module:load", {"anything": 1}, tmp_path) == []


def test_two_sizes_are_an_image_of_one_channel():
    assert Preparation.of({"image_shape": [28, 28]}).image_shape == (28, 28, 1)
    assert Preparation.of({"image_shape": [784]}).image_shape == (784,)
    assert Preparation.of({"image_shape": "square"}).image_shape == "square"
    assert Preparation.of({"path": "x", "limit": None}) == Preparation()
