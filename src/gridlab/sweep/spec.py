"""SweepSpec: what to try, checked and frozen; the same whether it was written in YAML or in Python."""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, ValidationInfo, field_validator, model_validator
from pydantic_core import InitErrorDetails, PydanticCustomError

from gridlab.errors import GridlabError, Problem, SpecError, unsaid
from gridlab.sweep.axes import Axis, merged, read_axis
from gridlab.sweep.document import Document, read_document
from gridlab.sweep.faults import problems_of
from gridlab.sweep.overrides import override
from gridlab.sweep.parts import CVSpec, DataSpec, ModelSpec, Scoring
from gridlab.sweep.plain import plain, shown

MOST_CANDIDATES = 1_000_000
"""More than that is a mistake in a range, not a sweep."""


class SweepSpec(BaseModel):
    """A sweep.

    >>> spec = SweepSpec(name="small", data="digits", model="fc3", grid={"dropout": [0.2, 0.4]}, cv=5)
    >>> spec.cv.folds, spec.grid[0]["dropout"].values
    (5, (0.2, 0.4))

    Raises:
        SpecError: everything wrong with it, at once.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, arbitrary_types_allowed=True)

    name: str
    """What to call it; its results lie in a folder of that name."""
    description: str = ""
    data: DataSpec
    model: ModelSpec
    grid: tuple[dict[str, Axis], ...]
    """One or several grids; a candidate is one combination of the values of one grid's axes."""
    fit: dict[str, Any] = Field(default_factory=dict)
    """Keras' fit settings that do not vary (`epochs`, `batch_size`, …); a grid's value of the same name goes before."""
    callbacks: dict[str, dict[str, Any]] = Field(default_factory=dict)
    """Name → its settings: `early_stopping`, `reduce_on_plateau`, … A grid varies a setting by
    `callbacks__early_stopping__patience`, and which of them are there by `callbacks`."""
    augment: Any = None
    """How training images are moved about: `{rotation: 10°, zoom: 0.4, …}`, true for the usual, or nothing. In a grid
    `augment: [true, false]` switches it."""
    cv: CVSpec = CVSpec()
    scoring: Scoring = Scoring()
    seed: int = Field(default=0, ge=0, le=2**32 - 1)
    """Every fit's own seed is derived from it."""
    engine: str = Field(default="auto", min_length=1)
    """A name of the table of engines, or "auto"."""
    workers: int | Literal["auto"] = "auto"
    """Processes that train; 0: this one; "auto": what the machine carries."""
    threads: int | Literal["auto"] = "auto"
    """Threads of each; "auto": the machine's cores divided by the workers that fit on it."""
    curves: bool = True
    """Whether the held-out split is evaluated after every epoch."""
    return_train_score: bool = False
    """Whether scikit-learn's estimators are scored on the rows they were trained on too; networks' curves have that."""
    common_random_numbers: bool = True
    """Whether all candidates of a split see the same batches and the same noise, where the engine can arrange that."""
    tensorboard: bool = False
    """Whether every fit is written for TensorBoard too, into the run's folder, as soon as it is recorded."""
    memory: int | None = None
    """Bytes that training may take altogether, also as "4GB"; the engine takes a safe share where nothing is said."""
    base: Path = Field(default=Path(), exclude=True, repr=False)
    """The folder from which `./my_model.py` and data files are named: the sweep file's."""

    @field_validator("name")
    @classmethod
    def _folder_name(cls, name: str) -> str:
        if problem := _unfit(name):
            raise ValueError(f"names the folder of the results, so it {problem}, got {name[:60]!r}")
        return name

    @field_validator("grid", mode="before")
    @classmethod
    def _axes(cls, given: Any) -> tuple[dict[str, Axis], ...]:
        listed = given if isinstance(given, list | tuple) else [given]
        if not listed or not all(isinstance(grid, Mapping) for grid in listed):
            raise ValueError("takes a mapping of parameters to their values, or a list of such mappings")
        faults: list[InitErrorDetails] = []
        grids = tuple(_read_grid(grid, () if listed is not given else (i,), faults) for i, grid in enumerate(listed))
        if faults:
            raise ValidationError.from_exception_data("grid", faults)
        number = sum(math.prod(map(len, grid.values())) for grid in grids)
        if number > MOST_CANDIDATES:
            raise ValueError(f"has {number:,} candidates; the most is {MOST_CANDIDATES:,}")
        return grids

    @field_validator("callbacks", mode="before")
    @classmethod
    def _named_once(cls, given: Any) -> dict[str, Any]:
        """`[early_stopping, {stop_at: {accuracy: 0.99}}]` as one mapping of names to settings."""
        found: dict[str, Any] = {}
        for each in given if isinstance(given, list | tuple) else [given]:
            named = {each: {}} if isinstance(each, str) else each
            if not isinstance(named, Mapping) or not all(isinstance(name, str) for name in named):
                raise ValueError(
                    f"takes a list of callbacks, as in [{{early_stopping: {{patience: 3}}}}], got {shown(each)}"
                )
            for name, settings in named.items():
                if name in found:
                    raise ValueError(f"has {name} twice")
                if not isinstance(settings or {}, Mapping):
                    raise ValueError(f"{name} takes a mapping of its settings, got {shown(settings)}")
                found[name] = dict(settings or {})
        return found

    @field_validator("memory", mode="before")
    @classmethod
    def _bytes(cls, given: Any) -> int | None:
        if given is None or (isinstance(given, int) and not isinstance(given, bool) and given > 0):
            return given
        found = re.fullmatch(r"(\d+\.?\d*)\s*([KMGT])B?", given.strip().upper()) if isinstance(given, str) else None
        if found is None:
            raise ValueError(f"takes bytes, or a size like 4GB, got {shown(given)}")
        return int(float(found[1]) * 1000 ** (1 + "KMGT".index(found[2])))

    @field_validator("workers", "threads", mode="before")
    @classmethod
    def _count(cls, given: Any, info: ValidationInfo) -> Any:
        least, which = (0, ", 0 for this process alone") if info.field_name == "workers" else (1, " from 1 on")
        if given != "auto" and (not isinstance(given, int) or isinstance(given, bool) or given < least):
            raise ValueError(f"takes auto or a whole number{which}, got {shown(given)}")
        return given

    @model_validator(mode="before")
    @classmethod
    def _refit_beside(cls, given: Any) -> Any:
        """`refit:` may stand beside a list under `scoring:`, as well as in its long form."""
        if not isinstance(given, Mapping) or "refit" not in given:
            return given
        scoring = given.get("scoring")
        long = scoring if isinstance(scoring, Mapping) else {"metrics": scoring}
        return {**{k: v for k, v in given.items() if k != "refit"}, "scoring": {**long, "refit": given["refit"]}}

    @model_validator(mode="wrap")
    @classmethod
    def _in_our_words(cls, given: Any, validate: Callable[[Any], SweepSpec]) -> SweepSpec:
        try:
            return validate(given)
        except ValidationError as error:
            raise SpecError(problems_of(error, _KNOWN)) from None

    def axes(self) -> list[Axis]:
        """Every parameter that varies, in the grids' order, with all its values."""
        found: dict[str, list[Axis]] = {}
        for grid in self.grid:
            for name, axis in grid.items():
                found.setdefault(name, []).append(axis)
        return [merged(axes) for axes in found.values()]

    def to_json(self) -> dict[str, Any]:
        """Plain JSON, which `SweepSpec.model_validate` takes again, unless something in it came from Python."""
        grids = [{a.name: {"values": plain(a.values), "scale": a.scale} for a in grid.values()} for grid in self.grid]
        return {
            "name": self.name,
            "description": self.description,
            "data": self.data.to_json(),
            "model": self.model.to_json(),
            "grid": grids,
            "fit": plain(self.fit),
            "callbacks": plain(self.callbacks),
            "augment": plain(self.augment),
            "cv": self.cv.model_dump(),
            "scoring": self.scoring.to_json(),
            "seed": self.seed,
            "engine": self.engine,
            "workers": self.workers,
            "threads": self.threads,
            "curves": self.curves,
            "return_train_score": self.return_train_score,
            "common_random_numbers": self.common_random_numbers,
            "tensorboard": self.tensorboard,
            "memory": self.memory,
        }


_KNOWN = {
    "": {*SweepSpec.model_fields, "refit"} - {"base"},
    "cv": set(CVSpec.model_fields),
    "scoring": set(Scoring.model_fields),
}


def load_spec(path: str | Path, overrides: Iterable[str] = ()) -> SweepSpec:
    """The sweep of a YAML (or JSON) file.

    Args:
        path: the file.
        overrides: `KEY=VALUE`, as in "grid.dropout=[0.1, 0.2]", "cv=5", "data.path=train.csv".

    Raises:
        SpecError: everything wrong with it, at once, each with its line.
    """
    spec, _, problems = read_spec(path, overrides)
    if spec is None or problems:
        raise SpecError(problems)
    return spec


def read_spec(path: str | Path, overrides: Iterable[str] = ()) -> tuple[SweepSpec | None, Document, list[Problem]]:
    """The sweep of a file, the file as it stands, and everything wrong with it; no sweep where anything is."""
    document, problems = read_document(path)
    if not isinstance(document.value, dict):
        return None, document, problems
    document, refused = override(document, overrides)
    problems += refused
    try:
        spec = SweepSpec.model_validate({"base": document.base, **document.value})
    except SpecError as error:
        return None, document, problems + document.placed(unsaid(error.problems, problems))
    return (None if problems else spec), document, problems


def _unfit(name: str) -> str | None:
    if not name.strip() or name != name.strip():
        return "is not empty, nor has it spaces around it"
    if name.startswith(".") or ".." in name:
        return "does not begin with a dot, nor has two in a row"
    if any(c in "/\\" or unicodedata.category(c) in {"Cc", "Cs", "Zl", "Zp"} for c in name):
        return "has no slash, backslash, line break or control character"
    if len(name) > 100 or len(name.encode()) > 200:  # file systems take 255 bytes, and pages add ".html"
        return "is no longer than 100 characters, and 200 bytes"
    return None


def _read_grid(grid: Mapping[Any, Any], above: tuple[int, ...], faults: list[InitErrorDetails]) -> dict[str, Axis]:
    axes = {}
    for name, written in grid.items():
        try:
            if not isinstance(name, str) or not name:
                raise ValueError(f"a parameter's name is text, got {name!r}")
            axes[name] = read_axis(name, written)
        except (ValueError, GridlabError) as error:
            kind = PydanticCustomError("value_error", "{error}", {"error": str(error)})
            faults.append({"type": kind, "loc": (*above, str(name)), "input": written})
    return axes
