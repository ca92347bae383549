"""Callbacks in a sweep file: what each takes, how a grid varies it, and what is wrong with it, without Keras."""

from __future__ import annotations

import inspect
from typing import Any

import pytest

from gridlab.errors import GridlabError, SpecError
from gridlab.sweep.spec import SweepSpec
from gridlab.training.callback_settings import CALLBACKS, callback_settings, load_callbacks
from gridlab.training.check import check_spec
from gridlab.training.loading import load_object


def problems(callbacks: Any, grid: Any = None, fit: Any = None, model: Any = "fc3") -> list[str]:
    fit = {"validation_split": 0.2} if fit is None else fit
    spec = SweepSpec(name="x", data="digits", model=model, grid=grid or {}, fit=fit, callbacks=callbacks)
    return [str(problem) for problem in check_spec(spec)]


PLATEAU = {"monitor": "val_loss", "factor": 0.25, "patience": 2, "min_lr": 1e-5}


def test_the_forms_in_which_they_are_written() -> None:
    long = {"early_stopping": {}, "stop_at": {"accuracy": 0.99}}
    for written in (long, ["early_stopping", {"stop_at": {"accuracy": 0.99}}], [{"early_stopping": None, **long}]):
        spec = SweepSpec(name="x", data="digits", model="fc3", grid={}, callbacks=written)
        assert spec.callbacks == long
        assert SweepSpec.model_validate(spec.to_json()).callbacks == long


@pytest.mark.parametrize(
    ("written", "said"),
    [
        (3, "takes a list of callbacks"),
        (["early_stopping", "early_stopping"], "has early_stopping twice"),
        ({"early_stopping": 3}, "early_stopping takes a mapping of its settings, got 3"),
    ],
)
def test_what_is_no_list_of_callbacks(written: Any, said: str) -> None:
    with pytest.raises(SpecError, match=said):
        SweepSpec(name="x", data="digits", model="fc3", grid={}, callbacks=written)


def test_they_become_settings_that_route_as_scikeras_own() -> None:
    assert callback_settings({"reduce_on_plateau": PLATEAU, "stop_at": {"val_accuracy": 0.99}}) == {
        "callbacks": ["reduce_on_plateau", "stop_at"],
        **{f"callbacks__reduce_on_plateau__{name}": value for name, value in PLATEAU.items()},
        "callbacks__stop_at__monitor": "val_accuracy",
        "callbacks__stop_at__threshold": 0.99,
    }
    assert callback_settings({}) == {}


def test_nothing_wrong() -> None:
    grid = {
        "callbacks": [None, "none", "early_stopping", ["early_stopping", "reduce_on_plateau"]],
        "callbacks__early_stopping__patience": [1, 3],
    }
    assert problems({"early_stopping": {"restore_best_weights": True}, "reduce_on_plateau": PLATEAU}, grid) == []
    assert problems({"stop_at": {"accuracy": 0.99}, "step_decay": {"factor": 0.5, "every": 5}}, fit={}) == []
    assert problems({"early_stopping": {}}, {"validation_split": [0.1, 0.2]}, fit={}) == []


@pytest.mark.parametrize(
    ("callbacks", "said"),
    [
        ({"early_stoping": {}}, "callbacks.early_stoping: there is no such callback; did you mean early_stopping?"),
        ({"early_stopping": {"patiense": 3}}, "early_stopping takes no such setting; did you mean patience?"),
        ({"early_stopping": {"patience": 0.5}}, "patience takes whole numbers from 0 up, got 0.5"),
        ({"reduce_on_plateau": {"factor": 4}}, "factor takes numbers between 0 and 1, got 4"),
        ({"stop_at": {"accuracy": "high"}}, "threshold takes numbers, got 'high'"),
        ({"step_decay": {"every": 0}}, "every takes whole numbers from 1 up, got 0"),
    ],
)
def test_what_is_wrong_with_them(callbacks: Any, said: str) -> None:
    (problem,) = problems(callbacks)
    assert said in problem


@pytest.mark.parametrize(
    ("grid", "said"),
    [
        ({"callbacks__patience": [1]}, "names none of the sweep's callbacks; did you mean callbacks__early_stopping__"),
        ({"callbacks__stop_at__threshold": [1]}, "names none of the sweep's callbacks"),
        ({"callbacks__early_stopping__patient": [1]}, "takes no such setting; did you mean patience?"),
        ({"callbacks__early_stopping__patience": [1, "a"]}, "takes whole numbers from 0 up, got 'a'"),
        ({"callbacks": ["stop_at"]}, "takes names of those under callbacks (early_stopping), got 'stop_at'"),
    ],
)
def test_what_is_wrong_with_an_axis(grid: Any, said: str) -> None:
    (problem,) = problems({"early_stopping": {}}, grid)
    assert said in problem


def test_a_validation_metric_needs_a_validation_part() -> None:
    (problem,) = problems({"early_stopping": {"patience": 3}}, fit={})
    assert problem.startswith("callbacks.early_stopping: val_loss needs a validation part")
    assert problems({"early_stopping": {"monitor": "loss"}}, fit={}) == []


def test_callbacks_of_what_is_no_network_or_given_twice() -> None:
    (problem,) = problems({"stop_at": {"accuracy": 0.9}}, model="sklearn.svm:SVC", fit={})
    assert "SVC is no network" in problem
    (problem,) = problems({"stop_at": {"accuracy": 0.9}}, fit={"callbacks": None})
    assert "fit.callbacks are given too" in problem


def test_what_python_gives_stays() -> None:
    assert load_callbacks(dict) is dict
    assert load_callbacks(None) is None
    assert load_callbacks("none") == {}
    with pytest.raises(GridlabError, match="no callback 'stop'"):
        load_callbacks(["stop"])


@pytest.mark.slow
@pytest.mark.parametrize("name", CALLBACKS)
def test_the_settings_are_the_class_s_own(name: str) -> None:
    taken = set(inspect.signature(load_callbacks(name)[name].__init__).parameters) - {"self", "verbose", "kwargs"}
    assert taken == set(CALLBACKS[name].settings)
    assert load_callbacks([name]) == {name: load_object(CALLBACKS[name].target)}
