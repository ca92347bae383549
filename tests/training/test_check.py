"""`gridlab check`: everything wrong with a sweep file at once, each with its place, in no time."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC

from gridlab.errors import SpecError
from gridlab.sweep.spec import SweepSpec
from gridlab.training.check import check, check_spec, checked

SWEEPS = Path(__file__).parents[2] / "sweeps"
LEAST: dict[str, Any] = {"name": "x", "data": "digits", "model": "fc3", "grid": {"dropout": [0.2]}}


def _file(folder: Path, text: str) -> Path:
    path = folder / "sweep.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def _said(folder: Path, **more: Any) -> list[str]:
    """What is wrong with a sweep file of these keys, without the file's name."""
    path = _file(folder, json.dumps({**LEAST, **more}))
    return [str(problem).removeprefix(f"{path}:1: ").removeprefix(f"{path}: ") for problem in check(path)]


@pytest.mark.parametrize("path", sorted(SWEEPS.glob("*.yaml")), ids=lambda path: path.stem)
def test_the_sweeps_of_this_repository_are_right(path: Path) -> None:
    assert check(path) == []
    spec, origin = checked(path, ["cv=4"])
    assert spec.cv.folds == 4
    assert origin == {"source": path.read_text(encoding="utf-8"), "source_file": str(path), "overrides": ["cv=4"]}


def test_all_that_is_wrong_is_said_at_once_in_the_order_of_the_lines(tmp_path: Path) -> None:
    path = _file(
        tmp_path,
        """name: fc3
data: {name: csv, path: nope.csv, lable: x}
model: {name: fc3, activatoin: relu}
sed: 42
grid:
  dropout: []
  learning_rte: [0.1]
  epochs: [0, 3]
  batch_size: [32]
  fit__batch_size: [33]
fit: {epoch: 3}
engine: singel
scoring: [acuracy]
""",
    )
    problems = check(path, ["cv=1"])
    assert [(problem.line, problem.key) for problem in problems] == [
        (None, "cv.folds"),
        (2, "data.lable"),
        (2, "data.path"),
        (3, "model.activatoin"),
        (4, "sed"),
        (6, "grid.dropout"),
        (7, "grid.learning_rte"),
        (8, "grid.epochs"),
        (10, "grid.fit__batch_size"),
        (11, "fit.epoch"),
        (12, "engine"),
        (13, "scoring"),
    ]
    assert str(problems[6]).startswith(
        f"{path}:7: grid.learning_rte: fc3 takes no such parameter; did you mean learning_rate? (it takes activation, "
    )
    with pytest.raises(SpecError) as caught:
        checked(path, ["cv=1"])
    assert caught.value.problems == tuple(problems)


@pytest.mark.parametrize(
    ("more", "problem"),
    [
        ({"data": "digit"}, "data.name: there is no data set 'digit'; did you mean digits?"),
        ({"data": {"name": "digits", "scale": 0}}, "data.scale: a number above 0 goes here, not 0"),
        ({"data": {"name": "csv"}}, "data: csv needs the option path"),
        ({"data": {"name": "csv", "path": ""}}, "data.path: a file name goes here, not ''"),
        ({"data": {"name": "csv", "path": "~nobody-such/x.csv"}}, "data.path: "),
        ({"data": {"name": "csv", "path": "a" * 999}}, "data.path: "),
        ({"model": "fc4"}, "model: there is no model 'fc4'; did you mean fc3? (known: "),
        ({"model": "nothing.here:build"}, "model: there is no module 'nothing'"),
        ({"model": "./nothing.py:build"}, "model: there is no file "),
        ({"model": "./own.py:bild"}, "model: ./own.py has no bild; did you mean build?"),
        ({"model": "./own.py:build"}, "grid: build needs units, which neither the model nor this grid gives"),
        ({"model": {"name": "fc3", "dropuot": 1}}, "model.dropuot: fc3 takes no such parameter; did you mean dropout?"),
        ({"model": {"name": "fc3", "epochs": 1}}, "model.epochs: fc3 takes no such parameter"),
        ({"model": "sklearn.svm:SVC"}, "grid.dropout: SVC takes no such parameter"),
        ({"model": {"name": "sklearn.svm:SVC", "D": 1}, "grid": {}}, "model.D: SVC takes no such parameter"),
        (
            {"model": "sklearn.svm:SVC", "grid": {"C": 1}, "fit": {"epochs": 2}},
            "fit: these are Keras' settings, and SVC is no network",
        ),
        (
            {"model": {"pipeline": ["fc3", "fc3"]}},
            "model.pipeline[0]: fc3 builds a network, so it goes last in a pipeline",
        ),
        (
            {"model": {"pipeline": ["sklearn.svm:SVCC", "fc3"]}},
            "model.pipeline[0]: sklearn.svm has no SVCC; did you mean SVC?",
        ),
        (
            {"model": {"pipeline": ["sklearn.preprocessing:StandardScaler", {"name": "fc3", "a": 1}]}},
            "model.pipeline[1].a: fc3 takes",
        ),
        ({"grid": {"dropuot": 1}}, "grid.dropuot: fc3 takes no such parameter; did you mean dropout?"),
        ({"grid": [{}, {"dropuot": 1}]}, "grid[1].dropuot: fc3 takes no such parameter; did you mean dropout?"),
        (
            {"grid": {"dropout": 1, "model__dropout": 2}},
            "grid.model__dropout: is the same as dropout; give one of them",
        ),
        ({"grid": {"optimizer__learning_rate": 1}}, "grid.optimizer__learning_rate: fc3 compiles its model itself"),
        ({"grid": {"epochs": [1, 2.5]}}, "grid.epochs: takes whole numbers from 1 up, got 2.5"),
        ({"grid": {"fit__shuffle": ["batch"]}}, "grid.fit__shuffle: takes true or false, got 'batch'"),
        ({"fit": {"epochs": "3"}}, "fit.epochs: takes whole numbers from 1 up, got '3'"),
        ({"fit": {"dropout": 0.1}}, "fit.dropout: Keras' fit takes no such setting"),
        ({"engine": "singel"}, "engine: there is no engine 'singel'; did you mean single?"),
        (
            {"scoring": "acuracy"},
            "scoring: scikit-learn has no scorer 'acuracy'; did you mean accuracy? (it has accuracy, ",
        ),
    ],
)
def test_refusals(tmp_path: Path, more: dict[str, Any], problem: str) -> None:
    (tmp_path / "own.py").write_text("def build(units, dropout=0): ...\n")
    (said,) = _said(tmp_path, **more)
    assert said.startswith(problem)


@pytest.mark.parametrize(
    "more",
    [
        {"model": {"name": "./own.py:build", "units": 3}},
        {"model": "own:build", "grid": [{"units": 3}, {"model__units": 4, "dropout": 0.1}]},
        {"model": "sklearn.svm:SVC", "grid": {"C": {"log": [0.1, 10], "num": 3}}},
        {"model": {"pipeline": ["sklearn.preprocessing:StandardScaler", "sklearn.svm:SVC"]},
         "grid": {"standardscaler__with_mean": [True, False], "C": 1, "svc__gamma": 0.1}},
        {"model": {"pipeline": [{"name": "sklearn.preprocessing:StandardScaler", "with_mean": False},
                                {"name": "fc3", "activation": "relu"}]},
         "grid": {"standardscaler__with_std": [True], "dropout": 0.1, "epochs": [1, 2]}},
        {"model": "mlp", "grid": {"hidden": [[10, 10], [10, 20, 10]], "l2": 0.1}},
        {"grid": {"model__dropout": 0.1, "fit__epochs": 3, "class_weight": [{0: 1.0}, "balanced", None]}},
        {"data": {"name": "csv", "path": "own.csv"}, "fit": {"epochs": 2, "fit__shuffle": False}},
        {"scoring": ["neg_log_loss", "roc_auc_ovr"], "refit": "roc_auc_ovr", "engine": "single"},
    ],
)  # fmt: skip
def test_what_is_right(tmp_path: Path, more: dict[str, Any]) -> None:
    (tmp_path / "own.py").write_text("raise RuntimeError('never imported')\ndef build(units, dropout=0): ...\n")
    (tmp_path / "own.csv").write_text("a,label\n1,2\n")
    assert _said(tmp_path, **more) == []


def test_missing_files_are_said_to_be_missing_in_both_places(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    here = tmp_path / "here"
    here.mkdir()
    monkeypatch.chdir(here)
    (said,) = _said(tmp_path, data={"name": "csv", "path": "train.csv"})
    assert said == f"data.path: train.csv: no such file in {here} or {tmp_path}"


def test_a_file_that_is_no_sweep_has_its_one_problem(tmp_path: Path) -> None:
    assert len(check(tmp_path / "nothing.yaml")) == 1
    assert len(check(_file(tmp_path, "name: [\n"))) == 1


def test_what_cannot_be_looked_at_is_not_guessed_at(tmp_path: Path) -> None:
    assert [p.key for p in check(_file(tmp_path, "{}"))] == ["name", "data", "model", "grid"]
    assert [p.key for p in check(_file(tmp_path, "{name: x, grid: {learning_rte: 1}, fit: {a: 1}}"))] == [
        "data",
        "model",
    ]
    assert [p.key for p in check(_file(tmp_path, "{name: x, data: {path: 3}, model: fc3, grid: {a: [], b: 1}}"))] == [
        "data.name",
        "grid.a",
        "grid.b",
    ]


def test_a_parameter_whose_values_are_wrong_is_given_all_the_same(tmp_path: Path) -> None:
    (tmp_path / "own.py").write_text("def build(units, dropout=0): ...\n")
    for grid in ({"units": []}, [{"units": 3}, {"units": []}]):
        assert len(_said(tmp_path, model="./own.py:build", grid=grid)) == 1


def test_sweeps_made_in_python() -> None:
    def build(units: int, rate: float = 0.1) -> None: ...

    data = (np.zeros((4, 2)), np.array([0, 1, 0, 1]))
    right = SweepSpec(name="x", data=data, model=build, grid={"units": [1, 2], "epochs": [3]})
    assert check_spec(right) == []
    wrong = SweepSpec(name="x", data=data, model=build, grid={"rte": [1]})
    assert [str(p).partition(";")[0] for p in check_spec(wrong)] == ["grid.rte: build takes no such parameter"]
    pipeline = make_pipeline(StandardScaler(), SVC())
    assert check_spec(SweepSpec(name="x", data="digits", model=pipeline, grid={"svc__C": [1, 2]})) == []
    assert len(check_spec(SweepSpec(name="x", data="digits", model=pipeline, grid={"svc__D": [1, 2]}))) == 1
    (problem,) = check_spec(SweepSpec(name="x", data="digits", model=[3].append, grid={}))
    assert problem.message.startswith("a model is a function, an estimator or an estimator's class, not <built-in")


def test_it_is_quick() -> None:
    check(SWEEPS / "fc3.yaml")
    started = time.process_time()
    for _ in range(5):
        check(SWEEPS / "fc3.yaml")
    assert (time.process_time() - started) / 5 < 0.1


keys = st.sampled_from([*LEAST, "fit", "cv", "scoring", "refit", "seed", "engine", "workers", "curves", "description"])
models = st.sampled_from(["fc3", "mlp", "sklearn.svm:SVC", "./x.py:y", "a:b"])
others = st.sampled_from(
    ["csv", "npz", "digits", "path", "name", "pipeline", "params", "options", "log", "num", "values"]
)
parameters = st.sampled_from(["dropout", "epochs", "class_weight", "model__dropout", "scale", "accuracy"])
words = models | others | parameters
wild = st.recursive(
    st.none() | st.booleans() | st.integers(-3, 300) | st.floats() | words | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(words | st.text(max_size=3), inner, max_size=3),
    max_leaves=6,
)


@given(st.dictionaries(keys, wild, max_size=5))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_sweep_is_right_or_has_problems(tmp_path: Path, content: dict[str, Any]) -> None:
    path = _file(tmp_path, json.dumps({**LEAST, **content}))
    problems = check(path)
    assert all(problem.message and problem.file == str(path) for problem in problems)
    if not problems:
        checked(path)


def test_a_folder_of_images_that_is_not_there_is_said(tmp_path: Path) -> None:
    (tmp_path / "cats").mkdir()
    assert _said(tmp_path, data={"name": "images", "path": "cats"}) == []
    [problem] = _said(tmp_path, data={"name": "images", "path": "cat"})
    assert problem.startswith("data.path: cat: no such folder; near it: cats")


def test_data_of_the_network_are_checked_without_it(tmp_path: Path) -> None:
    assert _said(tmp_path, data="keras:mnist") == _said(tmp_path, data="openml:mnist_784") == []
    assert _said(tmp_path, data={"name": "keras:mnist", "part": "tset"}) == [
        "data.part: one of train, test, all goes here, not 'tset'"
    ]
