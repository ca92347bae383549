"""Where a parameter goes: to the builder, to Keras' fit, to scikeras, or to a step of a pipeline.

A plain name goes to the builder if it takes it, else to Keras' fit. scikeras' prefixes (`model__dropout`,
`fit__epochs`, `optimizer__learning_rate`, …) say it outright, and are needed only where both take the name.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, NamedTuple

from gridlab.errors import GridlabError, did_you_mean
from gridlab.sweep.grid import Params
from gridlab.training.fit_settings import FIT_SETTINGS
from gridlab.training.models.signature import Signature

COMPILE_SETTINGS = ("loss", "loss_weights", "metrics", "optimizer", "run_eagerly", "weighted_metrics")
"""What scikeras compiles a model with, where the builder leaves that to it."""

PREDICT_SETTINGS = ("batch_size", "callbacks")

PREFIXES = ("callbacks", "compile", "fit", "loss", "metrics", "model", "optimizer", "predict")
"""Those that scikeras routes by."""

Where = Literal["model", "fit", "other", "step"]


class Place(NamedTuple):
    """Where a parameter goes, and what it is called there."""

    where: Where
    name: str


@dataclass(frozen=True)
class Routed:
    """Parameters by where they go; together, all that were given."""

    model: dict[str, Any] = field(default_factory=dict)
    """Keywords of the builder, or of the estimator."""
    fit: dict[str, Any] = field(default_factory=dict)
    """Keras' fit settings."""
    other: dict[str, Any] = field(default_factory=dict)
    """What scikeras routes itself, by its prefixed name."""
    steps: dict[str, Any] = field(default_factory=dict)
    """Parameters of a pipeline's steps, by the name that set_params takes (`standardscaler__with_mean`)."""


class Misplaced(GridlabError):
    """A parameter that goes nowhere; the message says why, without its name."""


def place(name: str, signature: Signature) -> Place:
    """Where one parameter goes.

    Raises:
        Misplaced: nothing takes it, or two things do.
    """
    step, _, inner = name.partition("__")
    if inner and step in signature.steps:
        found = place(inner, signature.steps[step])
        itself = signature.kind == "estimator" and step == [*signature.steps][-1]
        return found if itself else Place("step", f"{step}__{found.name}")
    if signature.kind == "estimator":
        return _of_estimator(name, signature)
    if name in signature.parameters:
        if name in FIT_SETTINGS:
            raise Misplaced(f"both {signature.name} and Keras' fit take it; write model__{name} or fit__{name}")
        return Place("model", name)
    if inner and step in PREFIXES:
        return _prefixed(step, inner, signature)
    return _plain(name, signature)


def place_fit(name: str) -> Place:
    """Where one of the fixed settings under `fit:` goes.

    Raises:
        Misplaced: it is none.
    """
    setting = name.removeprefix("fit__")
    if setting in FIT_SETTINGS:
        return Place("fit", setting)
    if name.partition("__")[0] in {"callbacks", "predict"}:
        return Place("other", name)
    raise Misplaced(f"Keras' fit takes no such setting; {did_you_mean(setting, FIT_SETTINGS, 'it takes')}")


def route(params: Params, signature: Signature, *, model: Params | None = None, fit: Params | None = None) -> Routed:
    """Every parameter to where it goes; a candidate's goes before a fixed one that goes to the same place.

    Args:
        params: a candidate's parameters.
        signature: of the builder or estimator.
        model: its fixed parameters.
        fit: fixed fit settings.

    Raises:
        GridlabError: parameters that go nowhere, or two that go to the same place; names all of them.
    """
    fixed = {Place("model", name): value for name, value in (model or {}).items()}
    fixed |= {place_fit(name): value for name, value in (fit or {}).items()}
    places, faults = placed(params, signature)
    if faults:
        raise GridlabError("; ".join(f"{name}: {fault}" for name, fault in faults.items()))
    routed = Routed()
    parts = {"model": routed.model, "fit": routed.fit, "other": routed.other, "step": routed.steps}
    for (where, name), value in {**fixed, **{places[key]: value for key, value in params.items()}}.items():
        parts[where][name] = value
    return routed


def placed(names: Mapping[str, Any], signature: Signature) -> tuple[dict[str, Place], dict[str, str]]:
    """Name → its place, and name → why it has none."""
    places: dict[str, Place] = {}
    faults: dict[str, str] = {}
    for name in names:
        try:
            found = place(name, signature)
        except Misplaced as error:
            faults[name] = str(error)
            continue
        twin = next((other for other, taken in places.items() if taken == found), None)
        if twin is None:
            places[name] = found
        else:
            faults[name] = f"is the same as {twin}; give one of them"
    return places, faults


def _of_estimator(name: str, signature: Signature) -> Place:
    """The last step of a pipeline may be spoken to without its name; `a__b` is b of the estimator under a."""
    above = name.partition("__")[0]
    told = any(other.startswith(f"{above}__") for other in signature.parameters)  # by a live estimator
    if name in signature.parameters or signature.open or (above in signature.parameters and not told):
        return Place("model", name)
    known = {*signature.parameters, *(f"{step}__…" for step in signature.steps)}
    raise Misplaced(f"{signature.name} takes no such parameter; {did_you_mean(name, known, 'it takes')}")


def _prefixed(prefix: str, name: str, signature: Signature) -> Place:
    if prefix == "model":
        if name in signature.parameters or signature.open:
            return Place("model", name)
        known = did_you_mean(name, signature.parameters, "it takes")
        raise Misplaced(f"{signature.name} takes no such parameter; {known}")
    if prefix == "fit" and name.partition("__")[0] != "callbacks":
        return place_fit(name)
    if prefix == "predict" and name.partition("__")[0] not in PREDICT_SETTINGS:
        raise Misplaced(f"Keras' predict takes no such setting; {did_you_mean(name, PREDICT_SETTINGS, 'it takes')}")
    if prefix == "compile" and name not in COMPILE_SETTINGS:
        raise Misplaced(f"Keras' compile takes no such setting; {did_you_mean(name, COMPILE_SETTINGS, 'it takes')}")
    if prefix in {"compile", "loss", "metrics", "optimizer"}:
        _check_reach(name, signature)
    return Place("other", f"{prefix}__{name}")


def _plain(name: str, signature: Signature) -> Place:
    if name in FIT_SETTINGS:
        return Place("fit", name)
    if name == "augment":
        return Place("other", name)
    if signature.open:
        return Place("model", name)
    if name == "callbacks" or (name in COMPILE_SETTINGS and signature.takes_compile):
        return Place("other", name)
    known = did_you_mean(name, {*signature.parameters, *FIT_SETTINGS}, "it takes")
    raise Misplaced(f"{signature.name} takes no such parameter; {known}")


def _check_reach(name: str, signature: Signature) -> None:
    if not signature.takes_compile:
        instead = f"its parameter {name} may be meant" if name in signature.parameters else "let it take compile_kwargs"
        raise Misplaced(f"{signature.name} compiles its model itself, so this would change nothing; {instead}")
