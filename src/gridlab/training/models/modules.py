"""Python modules found and read without importing them: "package.module:name" → the statement that defines it."""

from __future__ import annotations

import ast
import importlib.util
import os
import pkgutil
import sys
import tokenize
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from importlib.machinery import PathFinder
from pathlib import Path

from gridlab.errors import GridlabError, did_you_mean, nearest


@dataclass(frozen=True)
class Module:
    """A file of Python, parsed."""

    file: Path
    tree: ast.Module
    """Without documentation strings."""
    base: Path | None
    """Where modules are looked for beside `sys.path`."""

    def names(self) -> set[str]:
        """What the file defines or imports, but for stars."""
        return {name for statement in _statements(self.tree.body) for name in _bound(statement)}

    def defining(self, name: str) -> ast.stmt | None:
        """The last statement that gives the name its value."""
        found = [statement for statement in _statements(self.tree.body) if name in _bound(statement)]
        return found[-1] if found else None

    def stars(self) -> Iterator[ast.ImportFrom]:
        """`from … import *`."""
        for statement in _statements(self.tree.body):
            if isinstance(statement, ast.ImportFrom) and statement.names[0].name == "*":
                yield statement


@dataclass(frozen=True)
class Definition:
    """Where a name is defined, and how."""

    module: Module
    name: str
    statement: ast.stmt


def open_module(place: str, base: Path | None) -> Module:
    """The module called "package.module", or the file "./file.py" (from `base`).

    Raises:
        GridlabError: there is none; says which near it are called nearly so.
    """
    if place.endswith(".py"):
        file = Path(place) if base is None else base / place
        if not os.path.isfile(file):  # noqa: PTH113  (a Path raises for names that no file can have)
            near = nearest(file.name, [other.name for other in file.parent.glob("*.py")])
            raise GridlabError(f"there is no file {file}{f'; did you mean {near}?' if near else ''}")
        base = file.parent
    else:
        file = _module_file(place, base)
    return Module(file, parse_file(file), base)


def parse_file(file: Path) -> ast.Module:
    """The file's syntax tree, without documentation strings.

    Raises:
        GridlabError: it cannot be read, or is not Python.
    """
    try:
        return _parsed(file, file.stat().st_mtime_ns, file.stat().st_size)
    except SyntaxError as error:
        raise GridlabError(f"{file}:{error.lineno or 1}: is not Python: {error.msg}") from None
    except (OSError, ValueError, RecursionError) as error:
        raise GridlabError(f"{file}: cannot be read: {error}") from None


def find_definition(module: Module, name: str, seen: frozenset[tuple[Path, str]] = frozenset()) -> Definition | None:
    """The statement that defines `name`, in this module or in one that it is imported from; None if there is none.

    A name that comes from a place that cannot be read (a compiled module, a module's `__getattr__`) ends at its import.
    """
    if (module.file, name) in seen:
        return None
    seen |= {(module.file, name)}
    statement = module.defining(name)
    if statement is None:
        for star in module.stars():
            if (source := imported(module, star)) and (found := find_definition(source, name, seen)):
                return found
        return None
    if isinstance(statement, ast.Assign) and isinstance(statement.value, ast.Name):
        return find_definition(module, statement.value.id, seen) or Definition(module, name, statement)
    if isinstance(statement, ast.ImportFrom) and (source := imported(module, statement)):
        there = next(alias.name for alias in statement.names if (alias.asname or alias.name) == name)
        at_import = Definition(module, name, statement) if "__getattr__" in source.names() else None
        return find_definition(source, there, seen) or at_import
    return Definition(module, name, statement)


def imported(module: Module, statement: ast.ImportFrom) -> Module | None:
    """The module that a `from … import` takes names from; None if it cannot be read."""
    try:
        if not statement.level:
            return open_module(statement.module or "", module.base)
        folder = module.file.parents[statement.level - 1]
        file = _submodule(folder, (statement.module or "").split(".") if statement.module else [])
        return None if file is None else Module(file, parse_file(file), module.base)
    except (GridlabError, IndexError):
        return None


def _module_file(name: str, base: Path | None) -> Path:
    top, *rest = name.split(".")
    spec = _top_spec(top, base) if all((top, *rest)) else None
    if spec is None:
        near = nearest(top, _importable(base))
        raise GridlabError(f"there is no module {(top or name)!r}{f'; did you mean {near}?' if near else ''}")
    folders = [Path(folder) for folder in spec.submodule_search_locations or ()]
    if not rest:
        if not spec.origin or not spec.origin.endswith(".py"):
            raise GridlabError(f"{top} is not a file of Python, so what it takes cannot be read")
        return Path(spec.origin)
    if not folders:
        raise GridlabError(f"{top} has no modules in it")
    for folder in folders:
        if file := _submodule(folder, rest):
            return file
    raise GridlabError(_no_submodule(name, folders))


def _importable(base: Path | None) -> list[str]:
    here = [] if base is None else [str(base)]
    return [found.name for found in pkgutil.iter_modules([*sys.path, *here])]


def _top_spec(top: str, base: Path | None) -> importlib.machinery.ModuleSpec | None:
    """Where a module without dots would be imported from; finding one of those runs nothing."""
    try:
        spec = importlib.util.find_spec(top)
    except (ImportError, ValueError):
        spec = None
    if spec is None and base is not None:
        spec = PathFinder.find_spec(top, [str(base.resolve())])
    return spec


def _submodule(folder: Path, parts: list[str]) -> Path | None:
    inner = folder.joinpath(*parts)
    candidates = [inner / "__init__.py", *([inner.with_name(f"{inner.name}.py")] if parts else [])]
    return next((file for file in candidates if file.is_file()), None)


def _no_submodule(name: str, folders: list[Path]) -> str:
    package, _, last = name.rpartition(".")
    inner = [folder.joinpath(*package.split(".")[1:]) for folder in folders]
    if any((folder / last).is_dir() or list(folder.glob(f"{last}.*.so")) for folder in inner):
        return f"{name} is not a file of Python, so what it takes cannot be read"
    known = {path.stem for folder in inner for path in folder.glob("[!_]*") if _is_module(path)}
    return f"there is no module {name!r}; {did_you_mean(last, known, f'{package} has')}"


def _is_module(path: Path) -> bool:
    return path.suffix == ".py" or (path / "__init__.py").is_file()


@lru_cache(maxsize=128)
def _parsed(file: Path, modified: int, size: int) -> ast.Module:
    with tokenize.open(file) as text:
        return without_documentation(ast.parse(text.read()))


def without_documentation(tree: ast.Module) -> ast.Module:
    """The same tree, changed in place: no strings that only document."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            node.body = [s for s in node.body if not _is_string(s)] or [ast.Pass()]
    return tree


def _is_string(statement: ast.stmt) -> bool:
    return (
        isinstance(statement, ast.Expr)
        and isinstance(statement.value, ast.Constant)
        and isinstance(statement.value.value, str)
    )


def _statements(body: list[ast.stmt]) -> Iterator[ast.stmt]:
    """The statements that run when the module is imported, those within `if`, `try` and `with` too."""
    for statement in body:
        yield statement
        if isinstance(statement, ast.If | ast.Try | ast.With | ast.For | ast.While):
            for field in ("body", "handlers", "orelse", "finalbody"):
                for inner in getattr(statement, field, []):
                    yield from _statements(inner.body if isinstance(inner, ast.ExceptHandler) else [inner])


def _bound(statement: ast.stmt) -> set[str]:
    """Names that a statement gives a value to."""
    if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        return {statement.name}
    if isinstance(statement, ast.Import | ast.ImportFrom):
        return {alias.asname or alias.name.partition(".")[0] for alias in statement.names} - {"*"}
    targets = statement.targets if isinstance(statement, ast.Assign) else [getattr(statement, "target", None)]
    return {target.id for target in targets if isinstance(target, ast.Name)}
