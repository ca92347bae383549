"""CALLBACKS: the callbacks that a sweep file can name, and the settings that each takes; known without Keras."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from gridlab.errors import GridlabError, Problem, did_you_mean
from gridlab.sweep.plain import shown
from gridlab.sweep.reading import dotted
from gridlab.training.fit_settings import Setting
from gridlab.training.loading import load_object


def _is_number(value: Any, least: float = float("-inf")) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and value >= least


_COUNT = Setting(lambda value: isinstance(value, int) and _is_number(value, 0), "whole numbers from 0 up")
_EVERY = Setting(lambda value: isinstance(value, int) and _is_number(value, 1), "whole numbers from 1 up")
_NUMBER = Setting(_is_number, "numbers")
_POSITIVE = Setting(lambda value: _is_number(value, 0), "numbers from 0 up")
_FACTOR = Setting(lambda value: _is_number(value) and 0 < value < 1, "numbers between 0 and 1")
_SWITCH = Setting(lambda value: isinstance(value, bool), "true or false")
_METRIC = Setting(lambda value: isinstance(value, str) and value != "", "a metric of the training, as val_loss")
_MODE = Setting(lambda value: value in ("auto", "min", "max"), "auto, min or max")
_BASELINE = Setting(lambda value: value is None or _is_number(value), "a number, or nothing")


class Callback(NamedTuple):
    """A line of the table."""

    target: str
    """"module:class"."""
    settings: Mapping[str, Setting]
    """Its parameters that a sweep can give."""


CALLBACKS: dict[str, Callback] = {
    "early_stopping": Callback(
        "keras.callbacks:EarlyStopping",
        {
            "monitor": _METRIC,
            "min_delta": _POSITIVE,
            "patience": _COUNT,
            "mode": _MODE,
            "baseline": _BASELINE,
            "restore_best_weights": _SWITCH,
            "start_from_epoch": _COUNT,
        },
    ),
    "reduce_on_plateau": Callback(
        "keras.callbacks:ReduceLROnPlateau",
        {
            "monitor": _METRIC,
            "factor": _FACTOR,
            "patience": _COUNT,
            "mode": _MODE,
            "min_delta": _POSITIVE,
            "cooldown": _COUNT,
            "min_lr": _POSITIVE,
        },
    ),
    "step_decay": Callback(
        "gridlab.training.callbacks:StepDecay", {"factor": _FACTOR, "every": _EVERY, "min_lr": _POSITIVE}
    ),
    "stop_at": Callback(
        "gridlab.training.callbacks:StopAtThreshold", {"monitor": _METRIC, "threshold": _NUMBER, "mode": _MODE}
    ),
}
"""To add one: a line here; the engine that trains many fits at once takes it if it looks at epochs only
(`engines/vmap/callbacks.py`)."""


NONE = "none"
"""In a grid: `callbacks: [none, early_stopping]`."""


def callback_settings(given: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """What stands under `callbacks:` as fit settings that route as scikeras' own do.

    >>> callback_settings({"early_stopping": {"patience": 3}})
    {'callbacks': ['early_stopping'], 'callbacks__early_stopping__patience': 3}
    """
    if not given:
        return {}
    pairs = [(name, key, value) for name in given for key, value in _spelt_out(name, given[name]).items()]
    return {"callbacks": [*given], **{f"callbacks__{name}__{key}": value for name, key, value in pairs}}


def load_callbacks(asked: Any) -> Any:
    """Names as scikeras wants them, name → class; whatever else came from Python stays."""
    names = [] if asked == NONE else [asked] if isinstance(asked, str) else asked
    if not isinstance(names, list | tuple) or not all(isinstance(name, str) for name in names):
        return asked
    unknown = [name for name in names if name not in CALLBACKS]
    if unknown:
        raise GridlabError(f"there is no callback {unknown[0]!r}; {did_you_mean(unknown[0], CALLBACKS)}")
    return {name: load_object(CALLBACKS[name].target) for name in names}


def callback_problems(given: Mapping[str, Mapping[str, Any]]) -> Iterator[Problem]:
    """Everything wrong with what stands under `callbacks:`."""
    for name, settings in given.items():
        key = dotted("callbacks", name)
        if name not in CALLBACKS:
            yield Problem(f"there is no such callback; {did_you_mean(name, CALLBACKS)}", key)
            continue
        known = CALLBACKS[name].settings
        for setting, value in _spelt_out(name, settings).items():
            if setting not in known:
                yield Problem(f"{name} takes no such setting; {did_you_mean(str(setting), known, 'it takes')}", key)
            elif not known[setting].fits(value):
                yield Problem(f"{setting} takes {known[setting].what}, got {shown(value)}", key)


def axis_problems(name: str, values: Iterable[Any], given: Mapping[str, Any], key: str) -> Iterator[Problem]:
    """Everything wrong with an axis `callbacks` or `callbacks__…`, where the sweep names these callbacks."""
    if name == "callbacks":
        for value in values:
            asked = [] if value in (None, NONE) else [value] if isinstance(value, str) else value
            unknown = [each for each in asked if each not in given] if isinstance(asked, list | tuple) else [value]
            if unknown:
                yield Problem(
                    f"takes names of those under callbacks ({', '.join(given)}), got {shown(unknown[0])}", key
                )
        return
    _, callback, setting = [*name.split("__", 2), ""][:3]
    if callback not in given:
        ways = [f"callbacks__{each}__{callback}" for each in given if callback in CALLBACKS[each].settings]
        meant = f"did you mean {' or '.join(ways)}?" if ways else did_you_mean(callback, given, "callbacks has")
        yield Problem(f"names none of the sweep's callbacks; {meant}", key)
        return
    known = CALLBACKS[callback].settings
    if setting not in known:
        yield Problem(f"{callback} takes no such setting; {did_you_mean(setting, known, 'it takes')}", key)
        return
    for value in values:
        if not known[setting].fits(value):
            yield Problem(f"takes {known[setting].what}, got {shown(value)}", key)


def monitored(given: Mapping[str, Mapping[str, Any]]) -> Iterator[tuple[str, str]]:
    """(callback, metric) of those that watch one; by default Keras' `val_loss`."""
    for name, settings in given.items():
        if name in CALLBACKS and "monitor" in CALLBACKS[name].settings:
            usual = "accuracy" if name == "stop_at" else "val_loss"
            yield name, str(_spelt_out(name, settings).get("monitor", usual))


def _spelt_out(name: str, settings: Mapping[str, Any]) -> Mapping[str, Any]:
    """`{accuracy: 0.99}`, the short way to write `stop_at`, in its long form."""
    loose = [key for key in settings if key not in CALLBACKS["stop_at"].settings]
    if name != "stop_at" or len(loose) != 1 or {"monitor", "threshold"} & settings.keys():
        return settings
    rest = {key: value for key, value in settings.items() if key != loose[0]}
    return {"monitor": loose[0], "threshold": settings[loose[0]], **rest}
