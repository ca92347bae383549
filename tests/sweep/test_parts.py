"""Short forms and long ones of data, model, cv and scoring."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import StandardScaler

from gridlab.sweep.parts import CVSpec, DataSpec, ModelSpec, Scoring


def build(units: int = 3) -> None:
    """A builder as far as a specification is concerned."""


def _message(part: Any, given: Any) -> str:
    with pytest.raises(ValidationError) as caught:
        part.model_validate(given)
    return str(caught.value)


@pytest.mark.parametrize(
    ("given", "name", "options"),
    [
        ("digits", "digits", {}),
        ({"name": "csv", "path": "a.csv", "scale": 255}, "csv", {"path": "a.csv", "scale": 255}),
        ({"name": "csv", "options": {"path": "a.csv"}}, "csv", {"path": "a.csv"}),
        ({"name": "csv", "options": {"path": "a.csv"}, "path": "b.csv"}, "csv", {"path": "b.csv"}),
        ("my_package.module:load", "my_package.module:load", {}),
    ],
)
def test_data(given: Any, name: str, options: dict[str, Any]) -> None:
    spec = DataSpec.model_validate(given)
    assert (spec.name, spec.options, spec.arrays) == (name, options, None)
    assert DataSpec.model_validate(spec.to_json()) == spec


def test_arrays_are_held_and_only_mentioned() -> None:
    X, y = object(), object()
    for given in ((X, y), {"arrays": (X, y)}, {"name": "mine", "arrays": (X, y), "scale": 2}):
        spec = DataSpec.model_validate(given)
        assert spec.arrays is not None
        assert spec.arrays[0] is X
        assert spec.arrays[1] is y
        assert spec.to_json()["arrays"] == "(arrays)"
        assert "object at" not in repr(spec)
    assert (spec.name, spec.options) == ("mine", {"scale": 2})


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ((1, 2, 3), "takes (X, y), got 3 values"),
        (["digits"], "takes a data set's name, or {name: csv, path: train.csv, …}, got ['digits']"),
        (None, "got nothing"),
        (3, "got 3"),
        ({"name": "csv", "options": [1]}, "takes a data set's name, or"),
        ("", "at least 1 character"),
    ],
)
def test_what_is_no_data(given: Any, message: str) -> None:
    assert message in _message(DataSpec, given)


@pytest.mark.parametrize(
    ("given", "name", "params"),
    [
        ("fc3", "fc3", {}),
        ("./my_model.py:build", "./my_model.py:build", {}),
        ({"name": "fc3", "activation": "relu"}, "fc3", {"activation": "relu"}),
        ({"name": "fc3", "params": {"activation": "relu"}}, "fc3", {"activation": "relu"}),
        ({"name": "fc3", "params": None}, "fc3", {}),
    ],
)
def test_models_by_name(given: Any, name: str, params: dict[str, Any]) -> None:
    spec = ModelSpec.model_validate(given)
    assert (spec.name, spec.params, spec.title) == (name, params, name)
    assert ModelSpec.model_validate(spec.to_json()) == spec


@pytest.mark.parametrize(
    ("given", "called", "title"),
    [
        (build, f"{__name__}:build", "build"),
        (StandardScaler, "sklearn.preprocessing._data:StandardScaler", "StandardScaler"),
        (LogisticRegression(C=2), "LogisticRegression(C=2)", "LogisticRegression(C=2)"),
    ],
)
def test_models_from_python(given: Any, called: str, title: str) -> None:
    spec = ModelSpec.model_validate(given)
    assert spec.object is given
    assert spec.to_json() == {"object": called, "params": {}}
    assert spec.title == title
    assert ModelSpec.model_validate({"object": given, "units": 3}).params == {"units": 3}


def test_a_pipeline() -> None:
    spec = ModelSpec.model_validate(
        {"pipeline": ["sklearn.preprocessing:StandardScaler", {"name": "fc3", "activation": "relu"}]}
    )
    assert [step.name for step in spec.pipeline] == ["sklearn.preprocessing:StandardScaler", "fc3"]
    assert spec.pipeline[1].params == {"activation": "relu"}
    assert spec.title == "sklearn.preprocessing:StandardScaler → fc3"
    assert ModelSpec.model_validate(spec.to_json()) == spec


@pytest.mark.parametrize(
    ("given", "message"),
    [
        (None, "takes a model's name, or {name: fc3, activation: relu}, got nothing"),
        (True, "got true"),
        (3, "got 3"),
        (["fc3"], "got ['fc3']"),
        ("", "takes one of name and pipeline, got neither"),
        ({"activation": "relu"}, "takes one of name and pipeline, got neither"),
        ({"name": "fc3", "pipeline": ["fc3"]}, "takes one of name and pipeline, got name and pipeline"),
        ({"pipeline": []}, "got neither"),
        ({"pipeline": ["fc3"], "activation": "relu"}, "parameters of a pipeline go to its steps, got activation"),
        ({"pipeline": [3]}, "takes a model's name"),
        ({"pipeline": "fc3"}, "tuple"),
        ({"name": 3}, "string"),
        ({"name": "fc3", "params": 3}, "takes a model's name"),
    ],
)
def test_what_is_no_model(given: Any, message: str) -> None:
    assert message in _message(ModelSpec, given)


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (5, CVSpec(folds=5)),
        ({}, CVSpec(folds=3, shuffle=False, repeats=1)),
        ({"folds": 4, "shuffle": True, "repeats": 2}, CVSpec(folds=4, shuffle=True, repeats=2)),
    ],
)
def test_cv(given: Any, expected: CVSpec) -> None:
    assert CVSpec.model_validate(given) == expected


@pytest.mark.parametrize("given", [1, 0, -1, True, "3", 2.0, None, [3], {"folds": 1}, {"repeats": 0}, {"fold": 3}])
def test_what_is_no_cv(given: Any) -> None:
    assert _message(CVSpec, given)


@pytest.mark.parametrize(
    ("given", "metrics", "refit"),
    [
        (None, (), None),
        ("accuracy", ("accuracy",), "accuracy"),
        (["f1_macro", "accuracy", "f1_macro"], ("f1_macro", "accuracy"), "f1_macro"),
        ({"metrics": ["accuracy", "f1_macro"], "refit": "f1_macro"}, ("accuracy", "f1_macro"), "f1_macro"),
        ({"metrics": "accuracy"}, ("accuracy",), "accuracy"),
        ({"metrics": ["accuracy"], "refit": None}, ("accuracy",), "accuracy"),
        ({"refit": "accuracy"}, ("accuracy",), "accuracy"),
        ([], (), None),
    ],
)
def test_scoring(given: Any, metrics: tuple[str, ...], refit: str | None) -> None:
    spec = Scoring.model_validate(given)
    assert (spec.metrics, spec.refit) == (metrics, refit)
    assert Scoring.model_validate(spec.to_json()) == spec


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"metrics": ["accuracy"], "refit": "f1"}, "refit names one of the metrics (accuracy), got f1"),
        (3, "takes scorers' names, as in [accuracy, f1_macro], got 3"),
        (["accuracy", 3], "takes scorers' names"),
        ({"metrics": ["accuracy"], "refit": 3}, "string"),
        ({"metric": ["accuracy"]}, "metric"),
    ],
)
def test_what_is_no_scoring(given: Any, message: str) -> None:
    assert message in _message(Scoring, given)


def test_parts_are_frozen() -> None:
    with pytest.raises(ValidationError):
        CVSpec().folds = 4
