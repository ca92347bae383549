"""A sweep is the same from YAML and from Python, and everything wrong with it is said at once."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from gridlab.errors import SpecError
from gridlab.sweep.axes import Axis
from gridlab.sweep.spec import SweepSpec, load_spec, read_spec

SWEEPS = Path(__file__).parents[2] / "sweeps"
LEAST: dict[str, Any] = {"name": "x", "data": "digits", "model": "fc3", "grid": {"dropout": [0.2]}}


def _spec(**more: Any) -> SweepSpec:
    return SweepSpec(**{**LEAST, **more})


def _problems(**more: Any) -> list[str]:
    with pytest.raises(SpecError) as caught:
        _spec(**more)
    return [str(problem) for problem in caught.value.problems]


def _file(folder: Path, text: str) -> Path:
    path = folder / "sweep.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def test_the_sweep_of_the_readme() -> None:
    spec = load_spec(SWEEPS / "fc3.yaml")
    assert (spec.name, spec.data.name, spec.model.name, spec.cv.folds, spec.seed) == ("fc3", "digits", "fc3", 3, 42)
    assert (spec.scoring.metrics, spec.scoring.refit, spec.engine, spec.workers) == (
        ("accuracy",),
        "accuracy",
        "auto",
        "auto",
    )
    assert [(axis.name, axis.values, axis.scale) for axis in spec.axes()] == [
        ("batch_norm", (True, False), "categorical"),
        ("dropout", (0.2, 0.4), "linear"),
        ("learning_rate", (0.001, 0.002, 0.01), "log"),
        ("optimizer", ("RMSprop", "Adam"), "categorical"),
        ("batch_size", (512, 1024, 2048), "linear"),
        ("epochs", (20,), "linear"),
    ]
    assert spec.base == SWEEPS


def test_every_key_has_a_default_but_four() -> None:
    spec = _spec()
    assert (spec.description, spec.fit, spec.seed, spec.engine, spec.workers, spec.curves) == (
        "",
        {},
        0,
        "auto",
        "auto",
        True,
    )
    assert (spec.cv.folds, spec.cv.shuffle, spec.cv.repeats) == (3, False, 1)
    assert (spec.scoring.metrics, spec.scoring.refit) == ((), None)
    with pytest.raises(SpecError) as caught:
        SweepSpec()  # type: ignore[call-arg]
    assert [problem.key for problem in caught.value.problems] == ["name", "data", "model", "grid"]
    assert all(problem.message.startswith("is missing: ") for problem in caught.value.problems)


def test_python_takes_what_yaml_takes(tmp_path: Path) -> None:
    text = """
name: 손글씨
data: {name: csv, path: a.csv}
model: {name: fc3, activation: relu}
grid:
- lr: {log: [1e-4, 1e-1], num: 4}
- {units: {range: [32, 129, 32]}, lr: 0.5}
cv: {folds: 4, shuffle: true}
scoring: [accuracy, f1_macro]
refit: f1_macro
fit: {epochs: 3}
workers: 0
curves: false
"""
    made = SweepSpec(
        name="손글씨",
        data={"name": "csv", "path": "a.csv"},
        model={"name": "fc3", "activation": "relu"},
        grid=[{"lr": [1e-4, 1e-3, 1e-2, 1e-1]}, {"units": range(32, 129, 32), "lr": 0.5}],
        cv={"folds": 4, "shuffle": True},
        scoring={"metrics": ["accuracy", "f1_macro"], "refit": "f1_macro"},
        fit={"epochs": 3},
        workers=0,
        curves=False,
    )
    read = load_spec(_file(tmp_path, text))
    assert read.model_copy(update={"base": Path()}) == made
    assert [len(grid) for grid in read.grid] == [1, 2]


def test_the_axes_of_several_grids_are_merged() -> None:
    spec = _spec(grid=[{"a": [1, 2], "b": ["x"]}, {"a": [2, 3]}])
    assert spec.axes() == [Axis("a", (1, 2, 3), "linear"), Axis("b", ("x",), "categorical")]


def test_a_model_and_arrays_from_python() -> None:
    def build(units: int = 3) -> None: ...

    X, y = [[1.0]], [1]
    spec = SweepSpec(name="x", data=(X, y), model=build, grid={"units": [1]})
    assert spec.model.object is build
    assert spec.data.arrays == (X, y)
    assert json.loads(json.dumps(spec.to_json()))["model"]["object"].endswith("<locals>.build")


def test_a_spec_is_frozen() -> None:
    with pytest.raises(ValidationError):
        _spec().name = "y"


@pytest.mark.parametrize(
    ("scoring", "refit", "metrics"),
    [
        ("accuracy", "accuracy", ("accuracy",)),
        (["accuracy", "f1_macro"], "f1_macro", ("accuracy", "f1_macro")),
        (None, "f1_macro", ("f1_macro",)),
        ({"metrics": ["accuracy", "f1_macro"]}, "f1_macro", ("accuracy", "f1_macro")),
    ],
)
def test_refit_may_stand_beside_scoring(scoring: Any, refit: str, metrics: tuple[str, ...]) -> None:
    spec = _spec(scoring=scoring, refit=refit)
    assert (spec.scoring.metrics, spec.scoring.refit) == (metrics, refit)


@pytest.mark.parametrize(
    "name",
    ["fc3", "a b", "한글", "ಕನ್ನಡ", "日本語", "a-b_c.d", "x" * 100, "한" * 66, "</b>".replace("/", ""), "می‌خواهم"],
)
def test_names_of_any_script(name: str) -> None:
    assert _spec(name=name).name == name


@pytest.mark.parametrize(
    "name",
    [
        "",
        " ",
        " a",
        "a ",
        "a/b",
        "a\\b",
        "..",
        ".hidden",
        "a..b",
        "a\nb",
        "a\0b",
        "a\x7f",
        "x" * 101,
        "한" * 67,
        "../x",
    ],
)
def test_names_that_are_no_folder(name: str) -> None:
    (problem,) = _problems(name=name)
    assert problem.startswith("name: names the folder of the results, so it ")


@pytest.mark.parametrize(
    ("more", "problem"),
    [
        ({"name": 2024}, "name: takes text, got 2024; write it in quotes"),
        (
            {"sed": 42},
            "sed: there is no such key; did you mean seed? (known: augment, callbacks, common_random_numbers, "
            "curves, cv, data, description, engine, fit, grid, memory, model, name, refit, return_train_score, "
            "scoring, seed, tensorboard, threads, workers)",
        ),
        ({"seed": 1.5}, "seed: takes a whole number, got 1.5"),
        ({"seed": "1"}, "seed: takes a whole number, got '1'"),
        ({"seed": True}, "seed: takes a whole number, got true"),
        ({"seed": -1}, "seed: takes a whole number of at least 0, got -1"),
        ({"curves": "on"}, "curves: takes true or false, got 'on'"),
        ({"engine": ""}, "engine: takes a name, got ''"),
        ({"workers": -1}, "workers: takes auto or a whole number, 0 for this process alone, got -1"),
        ({"workers": True}, "workers: takes auto or a whole number, 0 for this process alone, got true"),
        ({"workers": "all"}, "workers: takes auto or a whole number, 0 for this process alone, got 'all'"),
        ({"cv": {"fold": 3}}, "cv.fold: there is no such key; did you mean folds? (known: folds, repeats, shuffle)"),
        ({"cv": 1}, "cv.folds: takes a whole number of at least 2, got 1"),
        ({"cv": "3"}, "cv: takes a number of folds, or {folds: 3, shuffle: true}, got '3'"),
        ({"fit": [1]}, "fit: takes a mapping, got [1]"),
        ({"fit": {1: 2}}, "fit.1: takes text, got 1; write it in quotes"),
        ({"grid": None}, "grid: takes a mapping of parameters to their values, or a list of such mappings"),
        ({"grid": []}, "grid: takes a mapping of parameters to their values, or a list of such mappings"),
        ({"grid": [{"a": [1]}, 3]}, "grid: takes a mapping of parameters to their values, or a list of such mappings"),
        ({"grid": {"a": []}}, "grid.a: has no values; an axis needs at least one"),
        ({"grid": [{}, {"a": []}]}, "grid[1].a: has no values; an axis needs at least one"),
        ({"grid": {1: [1]}}, "grid.1: a parameter's name is text, got 1"),
        ({"grid": dict.fromkeys("abcdefg", range(10))}, "grid: has 10,000,000 candidates; the most is 1,000,000"),
        ({"refit": "f1", "scoring": ["accuracy"]}, "scoring: refit names one of the metrics (accuracy), got f1"),
        (
            {"data": {"path": "a.csv"}},
            "data.name: is missing: which data set these options are for, as in {name: csv, path: train.csv}",
        ),
        (
            {"model": {"pipeline": ["fc3", 3]}},
            "model.pipeline[1]: takes a model's name, or {name: fc3, activation: relu}, got 3",
        ),
    ],
)
def test_refusals(more: dict[str, Any], problem: str) -> None:
    assert _problems(**more) == [problem]


def test_everything_wrong_is_said_at_once_with_its_line(tmp_path: Path) -> None:
    path = _file(
        tmp_path, "name: a/b\nmodle: fc3\ngrid:\n  a: []\n  b: {lgo: [1, 2]}\n  a: 3\ncv: 1\nbase: x\nseed: .nan\n"
    )
    spec, document, problems = read_spec(path, ["workers=-1", "curves"])
    assert spec is None
    places = {(Path(problem.file).name, problem.line, problem.key) for problem in problems}
    assert places == {
        ("sweep.yaml", 1, "name"),
        ("sweep.yaml", 2, "modle"),
        ("sweep.yaml", None, "data"),
        ("sweep.yaml", None, "model"),
        ("sweep.yaml", 6, "grid.a"),
        ("sweep.yaml", 5, "grid.b"),
        ("sweep.yaml", 7, "cv.folds"),
        ("sweep.yaml", 8, "base"),
        ("sweep.yaml", 9, "seed"),
        ("--set workers", None, "workers"),
        ("--set", None, ""),
    }
    assert document.value["modle"] == "fc3"
    with pytest.raises(SpecError) as caught:
        load_spec(path)
    assert len(caught.value.problems) == 9


def test_a_file_that_cannot_be_read_has_no_other_problems(tmp_path: Path) -> None:
    spec, _, problems = read_spec(tmp_path / "none.yaml", ["cv=1"])
    assert spec is None
    assert len(problems) == 1


def test_overrides(tmp_path: Path) -> None:
    spec = load_spec(SWEEPS / "fc3.yaml", ["grid.dropout=[0.1,0.2]", "cv=5", "data.path=train.csv"])
    assert spec.grid[0]["dropout"].values == (0.1, 0.2)
    assert (spec.cv.folds, spec.data.name, spec.data.options) == (5, "digits", {"path": "train.csv"})


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=2),
    max_leaves=5,
)
names = st.text(min_size=1, max_size=5)
axes = st.lists(values, min_size=1, max_size=3)


@given(
    st.lists(st.dictionaries(names, axes, max_size=2), min_size=1, max_size=2),
    st.dictionaries(names, values, max_size=2),
)
def test_a_spec_survives_being_json(grid: list[dict[str, Any]], params: dict[str, Any]) -> None:
    params = {k: v for k, v in params.items() if k not in {"name", "params", "pipeline", "object"}}
    spec = _spec(grid=grid, model={"name": "fc3", **params}, scoring=["accuracy", "r2"], cv=4)
    text = json.dumps(spec.to_json(), allow_nan=False)
    again = SweepSpec.model_validate(json.loads(text))
    assert again == spec
    assert json.dumps(again.to_json()) == text


keys = st.sampled_from(["name", "data", "model", "grid", "fit", "cv", "scoring", "refit", "seed", "engine", "workers"])
parts = st.sampled_from(["name", "params", "pipeline", "options", "arrays", "folds", "metrics", "log", "num", "object"])
wild = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(parts | st.text(max_size=3), inner, max_size=3),
    max_leaves=6,
)


@given(st.dictionaries(keys | st.text(max_size=4), wild, max_size=6))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_file_is_a_sweep_or_problems(tmp_path: Path, content: dict[str, Any]) -> None:
    path = tmp_path / "sweep.yaml"
    path.write_text(json.dumps({**LEAST, **content}))
    spec, _, problems = read_spec(path)
    assert (spec is None) == bool(problems)
    assert all(problem.message for problem in problems)


@given(st.dictionaries(keys, wild, max_size=4))
def test_any_values_in_python_are_a_sweep_or_problems(content: dict[str, Any]) -> None:
    try:
        assert _spec(**content).to_json()
    except SpecError as error:
        assert error.problems


@pytest.mark.parametrize(
    ("given", "expected"), [("4GB", 4_000_000_000), ("1.5 gb", 1_500_000_000), (2048, 2048), (None, None)]
)
def test_memory_is_bytes_or_a_size(given: Any, expected: int | None) -> None:
    assert SweepSpec(name="a", data="digits", model="fc3", grid={"dropout": [0.1]}, memory=given).memory == expected


@pytest.mark.parametrize("given", ["lots", "", "4 apples", 0, -1, True, 1.5])
def test_memory_that_is_no_size_is_refused(given: Any) -> None:
    with pytest.raises(SpecError, match="memory: takes bytes, or a size like 4GB"):
        SweepSpec(name="a", data="digits", model="fc3", grid={"dropout": [0.1]}, memory=given)
