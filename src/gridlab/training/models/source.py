"""What a builder's numbers depend on, as text: its code and the code near it, free of comments, layout, documentation.

Two builders of equal text build the same model. Libraries are left out; their versions stand in `run.json`.
"""

from __future__ import annotations

import ast
import dis
import inspect
import json
import os
import sysconfig
import textwrap
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import CodeType, FunctionType, ModuleType
from typing import Any

from gridlab.sweep.grid import canonical, canonical_code
from gridlab.training.models.modules import parse_file, without_documentation

_GRIDLAB = Path(__file__).resolve().parents[2]
_STDLIB = Path(sysconfig.get_paths()["stdlib"])


def source_of_file(file: Path) -> str:
    """A file's code, and that of the modules of its folder or package that it imports, they import, and so on."""
    texts: dict[Path, str] = {}
    waiting = [file.resolve()]
    while waiting:
        path = waiting.pop()
        if path not in texts:
            tree = parse_file(path)
            texts[path] = ast.unparse(tree)
            waiting += _near_imports(tree, path) if is_ours(file) else []
    home = file.resolve().parent
    named = {Path(os.path.relpath(path, home)).as_posix(): text for path, text in texts.items()}
    return "\n".join(f"# {name}\n{named[name]}" for name in sorted(named))


def is_ours(file: Path) -> bool:
    """Whether the file is the user's own or gridlab's, not a library's."""
    path = file.resolve()
    if path.is_relative_to(_GRIDLAB):
        return True
    return not ({"site-packages", "dist-packages"} & set(path.parts) or path.is_relative_to(_STDLIB))


def _near_imports(tree: ast.Module, file: Path) -> list[Path]:
    found: set[Path] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                found |= _files(_inside(alias.name, file))
        elif isinstance(node, ast.ImportFrom):
            folder = file.parents[node.level - 1] if 0 < node.level <= len(file.parents) else None
            start = _inside(node.module or "", file) if folder is None else folder.joinpath(*_parts(node.module))
            if start is not None:
                found |= _files(start).union(*(_files(start / alias.name) for alias in node.names))
    return sorted(found)


def _inside(name: str, file: Path) -> Path | None:
    """The path of a module named in full, if it lies in the folder of `file` or below."""
    home = file.parent
    while (home / "__init__.py").is_file():
        home = home.parent
    path = home.joinpath(*_parts(name))
    return path if name and path.is_relative_to(file.parent) else None


def _parts(name: str | None) -> list[str]:
    return name.split(".") if name else []


def _files(path: Path | None) -> set[Path]:
    if path is None or not path.name:
        return set()
    return {file for file in (path.with_name(f"{path.name}.py"), path / "__init__.py") if file.is_file()}


def source_of_function(function: Any) -> str:
    """A live function's code, the plain values it finds outside itself, and the functions near it that it calls."""
    texts: dict[int, str] = {}
    _gather(inspect.unwrap(function), texts, getattr(function, "__module__", ""))
    return "\n".join(texts.values())


def source_of_class(kind: type) -> str:
    """A class's name, and its code unless it is a library's."""
    called = f"{kind.__module__}:{kind.__qualname__}"
    try:
        file = Path(inspect.getfile(kind))
        return f"{called}\n{_tidy(inspect.getsource(kind))}" if is_ours(file) else called
    except (OSError, TypeError, SyntaxError):
        methods = [canonical_code(m.__code__) for m in vars(kind).values() if isinstance(m, FunctionType)]
        return f"{called}\n{json.dumps(methods)}" if kind.__module__ == "__main__" else called


def _gather(found: Any, texts: dict[int, str], home: str) -> None:
    if id(found) in texts:
        return
    if isinstance(found, type):
        texts[id(found)] = source_of_class(found)
        return
    texts[id(found)] = ""  # it is being described: a function may call itself
    outside = dict(_outside(found))
    plain = {name: canonical(value) for name, value in outside.items() if is_plain(value)}
    defaults = [value for value in (found.__defaults__, found.__kwdefaults__) if is_plain(value)]
    texts[id(found)] = f"{_text(found)}\n{json.dumps([plain, canonical(defaults)], sort_keys=True)}"
    for value in outside.values():
        if isinstance(value, FunctionType | type) and _is_near(value, home):
            _gather(inspect.unwrap(value) if isinstance(value, FunctionType) else value, texts, home)


def _outside(function: FunctionType) -> Iterator[tuple[str, Any]]:
    """Name → value, of all that a function finds in its closure and its module."""
    cells = zip(function.__code__.co_freevars, function.__closure__ or (), strict=True)
    for name, cell in cells:
        try:
            yield name, cell.cell_contents
        except ValueError:  # not assigned yet
            continue
    for name in sorted(set(_globals(function.__code__))):
        if name in function.__globals__:
            value = function.__globals__[name]
            yield name, value
            if isinstance(value, ModuleType):
                found = {inner: getattr(value, inner, None) for inner in sorted(set(function.__code__.co_names))}
                yield from (
                    (f"{name}.{inner}", part) for inner, part in found.items() if isinstance(part, FunctionType)
                )


def _globals(code: CodeType) -> Iterator[str]:
    yield from (step.argval for step in dis.get_instructions(code) if step.opname in {"LOAD_GLOBAL", "LOAD_NAME"})
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from _globals(constant)


def _is_near(value: Any, home: str) -> bool:
    """Whether it is defined in the builder's own module, or in one beside it that is no library's."""
    module = getattr(value, "__module__", "") or ""
    if module == home:
        return True
    if module.rpartition(".")[0] != home.rpartition(".")[0]:
        return False
    try:
        return is_ours(Path(inspect.getfile(value)))
    except (OSError, TypeError):
        return False


def is_plain(value: Any) -> bool:
    """Whether a value is numbers, text, and lists and mappings of such."""
    if isinstance(value, Mapping):
        return all(is_plain(part) for pair in value.items() for part in pair)
    if isinstance(value, list | tuple | set | frozenset):
        return all(map(is_plain, value))
    return value is None or isinstance(value, bool | int | float | str | bytes)


def _text(function: FunctionType) -> str:
    """Its source, in one layout; its compiled code where there is no source (`exec`) or none of its own (lambdas)."""
    try:
        if function.__name__ != "<lambda>":
            return _tidy(inspect.getsource(function))
    except (OSError, TypeError, SyntaxError):
        pass
    return json.dumps([function.__qualname__, canonical_code(function.__code__, function.__doc__)])


def _tidy(source: str) -> str:
    return ast.unparse(without_documentation(ast.parse(textwrap.dedent(source))))
