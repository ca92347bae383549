"""Everything wrong with a sweep that shows without training, and without loading what trains."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from gridlab.errors import GridlabError, Problem, SpecError, did_you_mean, unsaid
from gridlab.sweep.axes import Axis
from gridlab.sweep.document import Document
from gridlab.sweep.parts import ModelSpec
from gridlab.sweep.plain import shown
from gridlab.sweep.reading import dotted
from gridlab.sweep.spec import SweepSpec, read_spec
from gridlab.training.augment import read_augment
from gridlab.training.callback_settings import axis_problems, callback_problems, monitored
from gridlab.training.datasets import FOLDERS, entry
from gridlab.training.datasets.files import find_file, find_folder
from gridlab.training.datasets.options import option_problems
from gridlab.training.engines import ENGINES
from gridlab.training.fit_settings import FIT_SETTINGS
from gridlab.training.models import MODELS
from gridlab.training.models.signature import Signature, joined, read_signature, signature_of
from gridlab.training.routing import Misplaced, Place, place, place_fit, placed
from gridlab.training.scorer_names import SCORERS, is_scorer


def check(path: str | Path, overrides: Iterable[str] = ()) -> list[Problem]:
    """Everything wrong with a sweep file, in the order of its lines.

    Args:
        path: the file.
        overrides: `KEY=VALUE`, as `--set` takes them.
    """
    return _read(path, overrides)[2]


def checked(path: str | Path, overrides: Iterable[str] = ()) -> tuple[SweepSpec, dict[str, Any]]:
    """The sweep of a file, and what `run.json` keeps of the file: `source`, `source_file`, `overrides`.

    Raises:
        SpecError: everything wrong with it, at once.
    """
    spec, document, problems = _read(path, overrides)
    if spec is None or problems:
        raise SpecError(problems)
    return spec, {
        "source": document.text,
        "source_file": document.file,
        "overrides": list(document.overrides),
    }


def check_spec(spec: SweepSpec, document: Document | None = None) -> list[Problem]:
    """Everything wrong with a sweep that is well-formed: names, files, parameters and settings that do not exist.

    Args:
        spec: the sweep.
        document: the file that it was read from, to tell lines.
    """
    found = [*_data(spec), *_model(spec), *_engine(spec), *_scoring(spec)]
    return found if document is None else document.placed(found)


def _read(path: str | Path, overrides: Iterable[str]) -> tuple[SweepSpec | None, Document, list[Problem]]:
    spec, document, problems = read_spec(path, overrides)
    rest = spec or _mended(document, problems)
    if rest is not None:
        problems = [*problems, *unsaid(check_spec(rest, document), problems)]
    return spec, document, sorted(problems, key=lambda problem: problem.line or 0)


def _data(spec: SweepSpec) -> Iterator[Problem]:
    data = spec.data
    yield from option_problems(None if data.arrays is not None else data.name, data.options, spec.base)
    for option in ("path", "labels"):
        if entry(data.name).ours and data.options.get(option) is not None:
            find = find_folder if data.name in FOLDERS else find_file
            try:
                find(data.options[option], spec.base)
            except GridlabError as error:
                yield Problem(str(error), f"data.{option}")


def _model(spec: SweepSpec) -> Iterator[Problem]:
    parts = [(f"model.pipeline[{i}]", part) for i, part in enumerate(spec.model.pipeline)] or [("model", spec.model)]
    signatures = []
    for key, part in parts:
        try:
            signature = _signature(part, spec.base)
        except GridlabError as error:
            yield Problem(str(error), key)
            continue
        signatures.append(signature)
        yield from _fixed(part.params, signature, key)
        if signature.kind == "builder" and part is not parts[-1][1]:
            yield Problem(f"{signature.name} builds a network, so it goes last in a pipeline", key)
    if len(signatures) == len(parts):
        whole = joined(signatures)
        given = _given([part.params for _, part in parts], signatures)
        yield from _fit(spec.fit, whole)
        yield from _callbacks(spec, whole)
        yield from _augment(spec, whole)
        for i, grid in enumerate(spec.grid):
            yield from _grid(grid, whole, given, "grid" if len(spec.grid) == 1 else f"grid[{i}]")


def _signature(part: ModelSpec, base: Path) -> Signature:
    if part.object is not None:
        return signature_of(part.object)
    if part.name not in MODELS and ":" not in part.name:
        own = '"module:function" or "./file.py:function" names one of your own'
        raise GridlabError(f"there is no model {part.name!r}; {did_you_mean(part.name, MODELS)}; {own}")
    return read_signature(MODELS.get(part.name, part.name), base)


def _fixed(params: Mapping[str, Any], signature: Signature, key: str) -> Iterator[Problem]:
    for name in params:
        try:
            if signature.kind == "builder" and name not in signature.parameters and not signature.open:
                known = did_you_mean(name, signature.parameters, "it takes")
                raise Misplaced(f"{signature.name} takes no such parameter; {known}")
            if signature.kind == "estimator":
                place(name, signature)
        except Misplaced as error:
            yield Problem(str(error), dotted(key, name))


def _given(fixed: list[Mapping[str, Any]], signatures: list[Signature]) -> set[Place]:
    """Places that the fixed parameters fill."""
    steps = [name for name, signature in joined(signatures).steps.items()] if len(signatures) > 1 else []
    places = {Place("model", name) for name in fixed[-1]}
    for step, params in zip(steps, fixed[:-1], strict=False):
        places |= {Place("step", f"{step}__{name}") for name in params}
    return places


def _fit(settings: Mapping[str, Any], signature: Signature) -> Iterator[Problem]:
    if settings and signature.kind == "estimator":
        yield Problem(f"these are Keras' settings, and {signature.name} is no network; leave them out", "fit")
        return
    for name, value in settings.items():
        try:
            yield from _unfit(place_fit(name), [value], dotted("fit", name))
        except Misplaced as error:
            yield Problem(str(error), dotted("fit", name))


def _callbacks(spec: SweepSpec, signature: Signature) -> Iterator[Problem]:
    given = spec.callbacks
    if given and signature.kind == "estimator":
        yield Problem(f"these are Keras' callbacks, and {signature.name} is no network; leave them out", "callbacks")
        return
    if given and "callbacks" in spec.fit:
        yield Problem("fit.callbacks are given too; name all of them here", "callbacks")
    wrong = [*callback_problems(given)]
    yield from wrong
    validated = any("validation_split" in part for part in (spec.fit, *spec.grid))
    for name, metric in monitored(given):
        if metric.startswith("val_") and not validated:
            yield Problem(
                f"{metric} needs a validation part; give it one with fit: {{validation_split: 0.2}}",
                dotted("callbacks", name),
            )
    for i, grid in enumerate(spec.grid):
        for axis in grid.values():
            key = dotted("grid" if len(spec.grid) == 1 else f"grid[{i}]", axis.name)
            if given and not wrong and axis.name.partition("__")[0] == "callbacks":
                yield from axis_problems(axis.name, axis.values, given, key)


def _augment(spec: SweepSpec, signature: Signature) -> Iterator[Problem]:
    given: list[tuple[str, Any]] = [("augment", spec.augment)] if spec.augment is not None else []
    for i, grid in enumerate(spec.grid):
        key = "grid" if len(spec.grid) == 1 else f"grid[{i}]"
        if "augment" in grid and "augment" not in signature.parameters:
            given += [(f"{key}.augment", value) for value in grid["augment"].values]
    for key, value in given:
        if signature.kind == "estimator":
            yield Problem(f"only networks are shown augmented images, and {signature.name} is none", key)
            continue
        try:
            read_augment(value)
        except GridlabError as error:
            yield Problem(str(error), key)


def _grid(grid: Mapping[str, Axis], signature: Signature, given: set[Place], key: str) -> Iterator[Problem]:
    places, faults = placed(grid, signature)
    for name, fault in faults.items():
        yield Problem(fault, dotted(key, name))
    for name, found in places.items():
        yield from _unfit(found, grid[name].values, dotted(key, name))
    filled = given | set(places.values())
    for needed in _needed(signature):
        if needed not in filled and not faults:
            yield Problem(f"{signature.name} needs {needed.name}, which neither the model nor this grid gives", key)


def _needed(signature: Signature) -> Iterator[Place]:
    yield from (Place("model", name) for name in signature.required)
    for step, inner in signature.steps.items():
        if inner.source != signature.source or inner.name != signature.name:
            yield from (Place("step", f"{step}__{name}") for name in inner.required)


def _unfit(found: Place, values: Iterable[Any], key: str) -> Iterator[Problem]:
    """Values that a fit setting cannot have."""
    setting = FIT_SETTINGS[found.name] if found.where == "fit" else None
    for value in values:
        if setting is not None and not setting.fits(value):
            yield Problem(f"takes {setting.what}, got {shown(value)}", key)


def _engine(spec: SweepSpec) -> Iterator[Problem]:
    known = ["auto", *(name for name, entry in ENGINES.items() if entry.files)]
    if spec.engine not in known:
        yield Problem(f"there is no engine {spec.engine!r}; {did_you_mean(spec.engine, known)}", "engine")


def _scoring(spec: SweepSpec) -> Iterator[Problem]:
    for metric in spec.scoring.metrics:
        if not is_scorer(metric):
            message = f"scikit-learn has no scorer {metric!r}; {did_you_mean(metric, SCORERS, 'it has')}"
            yield Problem(message, "scoring")


_STAND_INS = {"name": "sweep", "data": "digits", "model": next(iter(MODELS)), "grid": {}}


def _mended(document: Document, problems: Iterable[Problem]) -> SweepSpec | None:
    """The sweep without what is wrong with it, so that the rest can be looked at; None where little is left."""
    if not isinstance(document.value, dict):
        return None
    value: dict[Any, Any] = {k: v for k, v in document.value.items() if isinstance(k, str)}
    for problem in problems:
        top, *inner = re.findall(r"[^.\[\]]+", problem.key) or [""]
        if top == "grid" and inner:
            value["grid"] = _pruned(value.get("grid"), inner)
        else:
            value.pop(top, None)
    if "model" not in value:
        value.update(grid={}, fit={})
    try:
        return SweepSpec.model_validate({**_STAND_INS, **value, "base": document.base})
    except SpecError:
        return None


def _pruned(grid: Any, path: list[str]) -> Any:
    """The grid, its faulty axis replaced by one that is given but says nothing."""
    if isinstance(grid, list) and path[0].isdigit() and int(path[0]) < len(grid) and path[1:]:
        i = int(path[0])
        return [*grid[:i], _pruned(grid[i], path[1:]), *grid[i + 1 :]]
    return {**grid, path[0]: [None]} if isinstance(grid, dict) else {}
