"""`"module:name"` and `"./file.py:name"` → the object itself."""

from __future__ import annotations

import importlib
import importlib.util
import sys
from pathlib import Path
from typing import Any

import cloudpickle

from gridlab.errors import GridlabError, did_you_mean
from gridlab.sweep.grid import digest


def load_object(name: str, base: Path | None = None) -> Any:
    """What `name` stands for.

    Args:
        name: "package.module:attribute", or "./file.py:attribute" relative to `base`.
        base: the folder of the sweep file; modules beside it can be named too.

    Raises:
        GridlabError: there is no such module, file or attribute, or importing it failed.
    """
    place, _, attribute = name.partition(":")
    path = place if base is None else base / place
    if place.endswith(".py") and not Path(path).is_file():
        raise GridlabError(f"{name}: there is no file {path}")
    try:
        module = _load_file(Path(path)) if place.endswith(".py") else _load_module(place, base)
    except Exception as error:
        raise GridlabError(f"{name}: importing it failed: {type(error).__name__}: {error}") from error
    try:
        return getattr(module, attribute)
    except AttributeError:
        raise GridlabError(f"{name}: {place} has no {attribute}; {did_you_mean(attribute, public(module))}") from None


def needed(module: str, extra: str, what: str) -> Any:
    """A module that only an extra of gridlab's brings.

    Args:
        module: its name.
        extra: the extra's.
        what: what it is needed for, as the message begins.

    Raises:
        GridlabError: it is not installed.
    """
    try:
        return importlib.import_module(module)
    except ImportError as error:
        raise GridlabError(
            f"{what} needs {module.partition('.')[0]}, which is not installed here: pip install 'gridlab[{extra}]'"
        ) from error


def public(module: Any) -> list[str]:
    """The names a module offers."""
    return [name for name in vars(module) if not name.startswith("_")]


def _load_module(name: str, base: Path | None) -> Any:
    if base is not None:
        _find_beside(base)
    return importlib.import_module(name)


def _load_file(path: Path) -> Any:
    """The file as a module of its own, once per process and state of the file.

    Two files of one name in two folders do not collide, and a file that was edited since (in a notebook's session, say)
    is read again: its fits are recorded under the new code's keys.
    """
    resolved = path.resolve()
    name = f"{resolved.stem}_{digest([str(resolved), resolved.read_text(encoding='utf-8')])}"
    if name not in sys.modules:
        spec = importlib.util.spec_from_file_location(name, resolved)
        if spec is None or spec.loader is None:
            raise ImportError(f"{resolved} is not a Python file")
        module = importlib.util.module_from_spec(spec)
        _find_beside(resolved.parent)
        sys.modules[name] = module
        try:
            spec.loader.exec_module(module)
        except BaseException:
            del sys.modules[name]
            raise
        cloudpickle.register_pickle_by_value(module)  # nobody else can import a module of that name
    return sys.modules[name]


def _find_beside(folder: Path) -> None:
    """Let modules of a folder be imported, after all others; for good, since a builder may import in its body."""
    if (place := str(folder.resolve())) not in sys.path:
        sys.path.append(place)
