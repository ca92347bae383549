"""The parts of a sweep: its data, its model, its splits, its scorers; each from its short form or its long one.

`data: digits` is `{name: digits}`, `cv: 3` is `{folds: 3}`, `scoring: accuracy` is `{metrics: [accuracy]}`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from gridlab.sweep.plain import named, plain, shown


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, arbitrary_types_allowed=True)


class DataSpec(_Part):
    """What the candidates are trained on."""

    name: str = Field(min_length=1)
    """A name of the table of data sets, "package.module:function", "./file.py:function"; "arrays" for (X, y)."""
    options: dict[str, Any] = Field(default_factory=dict)
    """The loader's options: path, label, scale, image_shape, test_size, limit, …"""
    arrays: tuple[Any, Any] | None = Field(default=None, repr=False)
    """(X, y), where they were given in Python."""

    @model_validator(mode="before")
    @classmethod
    def _long(cls, given: Any) -> Any:
        if isinstance(given, tuple):
            if len(given) != 2:
                raise ValueError(f"takes (X, y), got {len(given)} values")
            return {"name": "arrays", "arrays": given}
        if isinstance(given, Mapping) and given.get("arrays") is not None:
            given = {"name": "arrays", **given}
        return _gathered(given, "options", {"name", "arrays"}, "a data set's name, or {name: csv, path: train.csv, …}")

    def to_json(self) -> dict[str, Any]:
        """Plain JSON; arrays are only mentioned."""
        arrays = {"arrays": "(arrays)"} if self.arrays is not None else {}
        return {"name": self.name, "options": plain(self.options), **arrays}


class ModelSpec(_Part):
    """What is trained: a builder or an estimator by name, one from Python, or a pipeline of such."""

    name: str = ""
    """A name of the table of models, "package.module:attribute", or "./file.py:attribute"."""
    params: dict[str, Any] = Field(default_factory=dict)
    """Fixed parameters; a grid's value of the same name goes before."""
    pipeline: tuple[ModelSpec, ...] = ()
    """The steps, the model last."""
    object: Any = None
    """The function, class or estimator itself, where it was given in Python."""

    @model_validator(mode="before")
    @classmethod
    def _long(cls, given: Any) -> Any:
        if given is None or isinstance(given, bool | int | float | list | tuple):
            raise ValueError(f"takes a model's name, or {{name: fc3, activation: relu}}, got {shown(given)}")
        if isinstance(given, Mapping) and isinstance(given.get("pipeline"), list):
            given = {**given, "pipeline": tuple(given["pipeline"])}
        if not isinstance(given, str | Mapping | cls):
            return {"object": given}
        what = "a model's name, or {name: fc3, activation: relu}"
        return _gathered(given, "params", {"name", "pipeline", "object"}, what)

    @model_validator(mode="after")
    def _one(self) -> Self:
        given = {"name": self.name, "pipeline": self.pipeline, "object": self.object is not None}
        found = [key for key, value in given.items() if value]
        if len(found) != 1:
            raise ValueError(f"takes one of name and pipeline, got {' and '.join(found) or 'neither'}")
        if self.pipeline and self.params:
            raise ValueError(f"parameters of a pipeline go to its steps, got {', '.join(self.params)} beside them")
        return self

    @property
    def title(self) -> str:
        """What to call it: "fc3", "standardscaler → fc3"."""
        if self.pipeline:
            return " → ".join(step.title for step in self.pipeline)
        return self.name or named(self.object).rpartition(":")[2]

    def to_json(self) -> dict[str, Any]:
        """Plain JSON; an object from Python is named."""
        if self.pipeline:
            return {"pipeline": [step.to_json() for step in self.pipeline]}
        called = {"name": self.name} if self.object is None else {"object": named(self.object)}
        return {**called, "params": plain(self.params)}


class CVSpec(_Part):
    """How the rows are split; classes are kept in proportion."""

    folds: int = Field(default=3, ge=2)
    shuffle: bool = False
    """Whether rows are shuffled before they are split, by the sweep's seed."""
    repeats: int = Field(default=1, ge=1)
    """How often that is done; more than once, it is shuffled differently each time."""

    @model_validator(mode="before")
    @classmethod
    def _long(cls, given: Any) -> Any:
        if isinstance(given, Mapping | cls):
            return given
        if not isinstance(given, int) or isinstance(given, bool):
            raise ValueError(f"takes a number of folds, or {{folds: 3, shuffle: true}}, got {shown(given)}")
        return {"folds": given}


class Scoring(_Part):
    """What candidates are judged by."""

    metrics: tuple[str, ...] = ()
    """Names of scikit-learn's scorers; none: accuracy for classes, r2 for numbers."""
    refit: str | None = None
    """The one that ranks the candidates; the first, unless another is named."""

    @model_validator(mode="before")
    @classmethod
    def _long(cls, given: Any) -> Any:
        if isinstance(given, cls):
            return given
        if not isinstance(given, Mapping):
            given = {"metrics": given}
        metrics, refit = given.get("metrics"), given.get("refit")
        if metrics is None:
            metrics = () if refit is None else (refit,)
        listed = (metrics,) if isinstance(metrics, str) else metrics
        if not isinstance(listed, list | tuple) or not all(isinstance(metric, str) for metric in listed):
            raise ValueError(f"takes scorers' names, as in [accuracy, f1_macro], got {shown(metrics)}")
        first = listed[0] if listed else None
        return {**given, "metrics": tuple(dict.fromkeys(listed)), "refit": first if refit is None else refit}

    @model_validator(mode="after")
    def _known(self) -> Self:
        if self.refit is not None and self.refit not in self.metrics:
            raise ValueError(f"refit names one of the metrics ({', '.join(self.metrics)}), got {self.refit}")
        return self

    def to_json(self) -> dict[str, Any]:
        """Plain JSON."""
        return {"metrics": list(self.metrics), "refit": self.refit}


def _gathered(given: Any, rest: str, own: set[str], what: str) -> Any:
    """The long form of a part; keys that are not its own are gathered under `rest`."""
    if isinstance(given, BaseModel):
        return given
    if isinstance(given, str):
        return {"name": given}
    if not isinstance(given, Mapping) or not isinstance(given.get(rest) or {}, Mapping):
        raise ValueError(f"takes {what}, got {shown(given)}")
    loose = {key: value for key, value in given.items() if key not in {*own, rest}}
    return {**{key: given[key] for key in own if key in given}, rest: {**(given.get(rest) or {}), **loose}}
