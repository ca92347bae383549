"""load_dataset: what stands under `data:` → the Dataset."""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Protocol

from gridlab.errors import DataError, GridlabError, Problem, SpecError
from gridlab.training.datasets import entry
from gridlab.training.datasets.custom import as_raw
from gridlab.training.datasets.dataset import Dataset, Raw
from gridlab.training.datasets.options import COMMON, Preparation, option_problems
from gridlab.training.datasets.prepare import prepare
from gridlab.training.loading import load_object


class DataChoice(Protocol):
    """What a sweep says of its data."""

    @property
    def name(self) -> str:
        """A name of the table, "module:function" or "./file.py:function"; what to call given arrays."""

    @property
    def options(self) -> Mapping[str, Any]:
        """The loader's own options, and the common ones of `Preparation`."""

    @property
    def arrays(self) -> tuple[Any, Any] | None:
        """(X, y) given in Python."""


def load_dataset(spec: DataChoice, *, base: Path, seed: int) -> Dataset:
    """Load, check and prepare the data of a sweep.

    Args:
        spec: what stands under `data:`.
        base: the sweep file's folder; files are looked for in the current directory first, then there.
        seed: of the held-out part and of `limit`.

    Raises:
        SpecError: unknown, missing or impossible options; all of them at once.
        DataError: the data cannot be used.
    """
    problems = option_problems(spec.name if spec.arrays is None else None, spec.options, base)
    if problems:
        raise SpecError(problems)
    raw = _load(spec.name, spec.options, base) if spec.arrays is None else as_raw(spec.arrays, spec.name)
    return prepare(spec.name, raw, Preparation.of(spec.options), seed)


def _load(name: str, options: Mapping[str, Any], base: Path) -> Raw:
    found = entry(name)
    function = load_object(found.loader, base)
    given = {**options, **found.given}
    own = {option: value for option, value in given.items() if option not in COMMON and value is not None}
    try:
        signature = inspect.signature(function)
        own = {**own, "base": base} if "base" in signature.parameters else own
        signature.bind(**own)
    except TypeError as error:  # where reading its source did not tell
        raise SpecError([Problem(f"{name}: {error}", "data")]) from error
    try:
        return as_raw(function(**own), name)
    except GridlabError:
        raise
    except Exception as error:
        if found.ours:
            raise  # a mistake of gridlab's, which should show
        raise DataError(f"{name}: {type(error).__name__}: {error}") from error
