"""What a sweep file may say under `data:`, known without importing a loader, so that `gridlab check` stays quick."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from gridlab.errors import Problem, did_you_mean
from gridlab.training.datasets import DATASETS, FAMILIES, entry

if TYPE_CHECKING:
    from gridlab.training.datasets.dataset import Kind

HOME = Path(__file__).parents[3]
"""The folder that the package `gridlab` stands in."""


@dataclass(frozen=True)
class Preparation:
    """The options that every data set takes."""

    scale: float | None = None
    """X is divided by it; None: by what suits the source (digits: 16, bytes of idx and npz: 255, all others: 1)."""
    image_shape: tuple[int, ...] | Literal["square"] | None = None
    """Shape of one row: (height, width, channels), (height, width) for one channel, or (features,) to flatten it;
    "square": the grey image that a row of so many features is, whatever its size; None: as the source has it."""
    test_size: float = 0
    """The held-out part that no candidate sees: a fraction, or a number of rows."""
    limit: int | None = None
    """Rows used in all, the held-out part among them; None: every row."""
    task: Kind | None = None
    """What the labels are for; None: numbers with a fractional part are targets, all others are classes."""

    @classmethod
    def of(cls, options: Mapping[str, Any]) -> Preparation:
        """The common options among all that were given, already checked by `option_problems`."""
        given = {name: value for name, value in options.items() if name in COMMON and value is not None}
        if given.get("image_shape", "square") != "square":
            shape = tuple(given["image_shape"])
            given["image_shape"] = (*shape, 1) if len(shape) == 2 else shape
        return cls(**given)


COMMON = tuple(option.name for option in fields(Preparation))


@dataclass(frozen=True)
class Parameters:
    """What a loader's function takes."""

    required: tuple[str, ...]
    optional: tuple[str, ...]
    choices: Mapping[str, tuple[Any, ...]] = field(default_factory=dict)
    """Option → what it may be, where its annotation is a `Literal`."""


def option_problems(name: str | None, options: Mapping[str, Any], base: Path) -> list[Problem]:
    """Everything wrong with `data:` that shows without reading the data; no loader is imported, no file of data opened.

    Args:
        name: a name of the table, "module:function" or "./file.py:function"; None for arrays given in Python.
        options: what stands beside the name.
        base: the sweep file's folder.
    """
    if name is None:
        return [*_misnamed("data given in Python", options, Parameters((), ())), *_misvalued(options)]
    found = entry(name)
    if not found.ours and (":" not in name or name.partition(":")[0] in FAMILIES):
        own_form = '"module:function" or "./file.py:function" names one of your own'
        return [Problem(f"there is no data set {name!r}; {did_you_mean(name, DATASETS)}; {own_form}", "data.name")]
    twice = [Problem(f"stands in the name {name} already", f"data.{key}") for key in found.given if key in options]
    given = {**options, **found.given}
    return [*twice, *_misnamed(name, given, loader_parameters(name, base)), *_misvalued(options)]


def loader_parameters(name: str, base: Path) -> Parameters | None:
    """What the loader called `name` takes, read from its source; None where only running it would tell."""
    loader, _, ours = entry(name)
    module, _, function = loader.rpartition(":")
    if not ours and not module.endswith(".py"):
        return None  # finding a package's file runs the package
    file = HOME.joinpath(*module.split(".")).with_suffix(".py") if ours else base / module
    try:
        statements = ast.parse(file.read_text(encoding="utf-8")).body
    except (OSError, ValueError, SyntaxError):
        return None
    found = [s for s in statements if isinstance(s, ast.FunctionDef) and s.name == function]
    return _parameters(found[-1].args) if found and not found[-1].decorator_list else None


def _parameters(taken: ast.arguments) -> Parameters | None:
    if taken.kwarg is not None:
        return None
    positional = [*taken.posonlyargs, *taken.args]
    defaults = [*[None] * (len(positional) - len(taken.defaults)), *taken.defaults, *taken.kw_defaults]
    found = [pair for pair in zip([*positional, *taken.kwonlyargs], defaults, strict=True) if pair[0].arg != "base"]
    return Parameters(
        tuple(argument.arg for argument, default in found if default is None),
        tuple(argument.arg for argument, default in found if default),
        {argument.arg: words for argument, _ in found if (words := _words(argument.annotation))},
    )


def _words(annotation: ast.expr | None) -> tuple[Any, ...]:
    """What a `Literal` allows, alone or beside None; nothing where it is anything else."""
    for node in ast.walk(annotation) if annotation else ():
        if isinstance(node, ast.Subscript) and isinstance(node.value, ast.Name) and node.value.id == "Literal":
            return tuple(constant.value for constant in ast.walk(node.slice) if isinstance(constant, ast.Constant))
    return ()


def _misnamed(name: str, options: Mapping[str, Any], parameters: Parameters | None) -> Iterator[Problem]:
    if parameters is None:
        return
    known = {*COMMON, *parameters.required, *parameters.optional}
    for option in options:
        if option not in known:
            yield Problem(f"{name} takes no such option; {did_you_mean(str(option), known)}", f"data.{option}")
    for option in parameters.required:
        if options.get(option) is None:
            yield Problem(f"{name} needs the option {option}", "data")
    for option, words in parameters.choices.items():
        if options.get(option) is not None and options[option] not in words:
            yield Problem(f"one of {', '.join(map(str, words))} goes here, not {options[option]!r}", f"data.{option}")


def _misvalued(options: Mapping[str, Any]) -> Iterator[Problem]:
    for option, (fits, what) in _RULES.items():
        value = options.get(option)
        if value is not None and not fits(value):
            yield Problem(f"{what} goes here, not {value!r}", f"data.{option}")


def _is_count(value: Any, least: int = 1) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= least


def _is_shape(value: Any) -> bool:
    return value == "square" or (
        isinstance(value, list | tuple) and 1 <= len(value) <= 4 and all(map(_is_count, value))
    )


def _is_scale(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and 0 < value < float("inf")


def _is_part(value: Any) -> bool:
    return _is_count(value, 0) or (isinstance(value, float) and 0 <= value < 1)


_RULES: dict[str, tuple[Callable[[Any], bool], str]] = {
    "scale": (_is_scale, "a number above 0"),
    "image_shape": (_is_shape, "square or a list of whole numbers, [height, width, channels],"),
    "test_size": (_is_part, "a fraction from 0 to below 1, or a number of rows,"),
    "limit": (_is_count, "a number of rows, at least 1,"),
    "task": (lambda value: value in ("classification", "regression"), "classification or regression"),
}
