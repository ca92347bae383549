"""Signature: what a builder or an estimator takes, read from its source without importing it, or from itself."""

from __future__ import annotations

import ast
import inspect
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Literal

from gridlab.errors import GridlabError, did_you_mean
from gridlab.sweep.grid import digest
from gridlab.training.models.modules import Definition, Module, find_definition, open_module
from gridlab.training.models.source import is_plain, source_of_class, source_of_file, source_of_function

Kind = Literal["builder", "estimator"]

ASKS = ("meta", "compile_kwargs", "params")
"""What scikeras hands to a builder that asks for it; no hyperparameters."""


@dataclass(frozen=True)
class Signature:
    """What a builder (a function that returns a Keras model) or an estimator (a scikit-learn class) takes."""

    name: str
    """The function's or class's own name."""
    kind: Kind
    parameters: tuple[str, ...]
    """The names that it takes as keywords, without those of `ASKS`."""
    required: tuple[str, ...] = ()
    """Those of them that have no default."""
    defaults: Mapping[str, Any] = field(default_factory=dict)
    """Defaults that are plain values."""
    open: bool = False
    """Whether it takes any other name too (**kwargs), or might: where its source does not tell."""
    asks: tuple[str, ...] = ()
    """Which of `ASKS` a builder asks for."""
    compiles: bool = False
    """Whether a builder compiles its model itself."""
    file: Path | None = None
    source: str = ""
    """All that its numbers depend on, as text: part of every key."""
    steps: Mapping[str, Signature] = field(default_factory=dict)
    """Pipeline steps before (and, if it is an estimator, including) this one, by the name make_pipeline gives them."""

    @property
    def takes_compile(self) -> bool:
        """Whether scikeras' `optimizer`, `loss`, `metrics`, … reach the model."""
        return "compile_kwargs" in self.asks or self.open or not self.compiles


def read_signature(name: str, base: Path | None = None) -> Signature:
    """The signature of "package.module:attribute" or "./file.py:attribute"; nothing is imported.

    Args:
        name: what a sweep file says, or a table.
        base: the sweep file's folder; modules beside it can be named, and files are named from it.

    Raises:
        GridlabError: there is no such module, file or attribute, or it is nothing that can be trained.
    """
    place, colon, attribute = name.partition(":")
    if not colon or not place or not attribute.isidentifier():
        raise GridlabError(f'{name!r} names no function; "package.module:function" or "./file.py:function" does')
    module = open_module(place, base)
    found = find_definition(module, attribute)
    if found is None:
        if "__getattr__" in module.names():
            return Signature(attribute, "estimator" if attribute[0].isupper() else "builder", (), open=True)
        raise GridlabError(f"{place} has no {attribute}; {did_you_mean(attribute, _public(module), f'{place} has')}")
    signature = _read(found)
    source = source_of_file(found.module.file)
    compiles = signature.kind == "builder" and _compiles(source)
    return replace(signature, file=found.module.file, source=source, compiles=compiles)


def signature_of(target: Any) -> Signature:
    """The signature of a function, an estimator's class, or an estimator.

    Raises:
        GridlabError: it is none of them.
    """
    if isinstance(target, type):
        return replace(_live(target, "estimator"), source=source_of_class(target))
    if hasattr(target, "get_params"):
        kind = type(target)
        scikeras = hasattr(kind, "_fit_kwargs")  # takes its builder's parameters too
        names = tuple(target.get_params(deep=True))
        return Signature(kind.__name__, "estimator", names, open=scikeras, source=_source_of_estimator(target))
    if inspect.iscoroutinefunction(target):
        raise GridlabError(f"{target.__qualname__} is async; a builder is a plain function")
    if not inspect.isfunction(target):
        raise GridlabError(f"a model is a function, an estimator or an estimator's class, not {target!r:.80}")
    source = source_of_function(target)
    return replace(_live(target, "builder"), source=source, compiles=_compiles(source))


def _source_of_estimator(target: Any) -> str:
    """Its parameters, the code of its class, and of the functions and classes that it, or one within it, was given."""
    parts = [value for value in target.get_params(deep=True).values() if inspect.isfunction(value)]
    kinds = {type(value) for value in target.get_params(deep=True).values() if hasattr(value, "get_params")}
    sources = [source_of_class(kind) for kind in sorted({type(target), *kinds}, key=lambda kind: kind.__qualname__)]
    return "\n".join([digest(target), *sources, *map(source_of_function, parts)])


def joined(steps: Sequence[Signature]) -> Signature:
    """The signature of a pipeline: its last step's, which knows the others by make_pipeline's names for them."""
    *before, last = steps
    if not before:
        return last
    named = list(zip(_step_names(steps), steps, strict=True))
    return replace(last, steps=dict(named if last.kind == "estimator" else named[:-1]))


def _step_names(steps: Sequence[Signature]) -> list[str]:
    names = [step.name.lower() for step in steps]
    return [name if names.count(name) == 1 else f"{name}-{names[: i + 1].count(name)}" for i, name in enumerate(names)]


def _compiles(source: str) -> bool:
    """Whether `.compile(` stands in the code (in compiled code, its name), regular expressions apart."""
    return re.search(r"(?<!\bre)\.compile\(|\"compile\"", source) is not None


def _public(module: Module) -> set[str]:
    return {name for name in module.names() if not name.startswith("_")}


def _read(found: Definition) -> Signature:
    statement, name = found.statement, found.name
    if isinstance(statement, ast.AsyncFunctionDef):
        raise GridlabError(f"{name} is async; a builder is a plain function")
    if isinstance(statement, ast.FunctionDef):
        return _taking(name, "builder", statement.args)
    if isinstance(statement, ast.ClassDef):
        return _class(found)
    if isinstance(statement, ast.Import):
        raise GridlabError(f"{name} is a module; name a function in it")
    value = getattr(statement, "value", None)
    if isinstance(value, ast.Lambda):
        return _taking(name, "builder", value.args)
    if isinstance(value, ast.Constant | ast.List | ast.Dict | ast.Tuple):
        raise GridlabError(f"{name} is {ast.unparse(value):.60}, neither a function nor a class")
    made_by = ast.unparse(value.func).rpartition(".")[2] if isinstance(value, ast.Call) else name
    estimator = made_by[0].isupper() or made_by == "make_pipeline"
    return Signature(name, "estimator" if estimator else "builder", (), open=True)


class _Unknown(Exception):
    """Reading does not tell what a class takes."""


def _class(found: Definition) -> Signature:
    try:
        arguments = _init(found, frozenset())
    except _Unknown:
        return Signature(found.name, "estimator", (), open=True)
    return Signature(found.name, "estimator", ()) if arguments is None else _taking(found.name, "estimator", arguments)


def _init(found: Definition, seen: frozenset[ast.stmt]) -> ast.arguments | None:
    """What `__init__` takes, the class's own or that of the first base that has one; None if none has."""
    statement = found.statement
    if not isinstance(statement, ast.ClassDef) or statement in seen:
        raise _Unknown
    if any("dataclass" in ast.unparse(decorator) for decorator in statement.decorator_list):
        raise _Unknown
    for inner in statement.body:
        if isinstance(inner, ast.FunctionDef) and inner.name == "__init__":
            return inner.args
    for base in statement.bases:
        named = base.value if isinstance(base, ast.Subscript) else base
        if isinstance(named, ast.Name) and named.id == "object":
            continue
        above = find_definition(found.module, named.id) if isinstance(named, ast.Name) else None
        if above is None:
            raise _Unknown
        if arguments := _init(above, seen | {statement}):
            return arguments
    return None


_Taken = tuple[str, bool, tuple[Any, ...]]
"""A parameter: its name, whether it has a default, and the default, if that is a plain value."""


def _taking(name: str, kind: Kind, taken: ast.arguments) -> Signature:
    positional = [*taken.posonlyargs, *taken.args]
    without = len(positional) - len(taken.defaults)
    pairs: list[tuple[ast.arg, ast.expr | None]] = [
        *zip(positional, [*[None] * without, *taken.defaults], strict=True),
        *zip(taken.kwonlyargs, taken.kw_defaults, strict=True),
    ]
    if kind == "estimator":
        del pairs[0]  # self
    named = [(a.arg, default is not None, _literal(default)) for a, default in pairs if a not in taken.posonlyargs]
    return _signature(name, kind, named, taken.kwarg is not None)


def _literal(node: ast.expr | None) -> tuple[Any, ...]:
    try:
        return () if node is None else (ast.literal_eval(node),)
    except ValueError:
        return ()


def _live(target: Any, kind: Kind) -> Signature:
    name = getattr(target, "__name__", "")
    try:
        parameters = list(inspect.signature(target).parameters.values())
    except (ValueError, TypeError):
        return Signature(name, kind, (), open=True)
    named = [p for p in parameters if p.kind in (p.POSITIONAL_OR_KEYWORD, p.KEYWORD_ONLY)]
    taken = [(p.name, p.default is not p.empty, (p.default,) if is_plain(p.default) else ()) for p in named]
    return _signature(name, kind, taken, any(p.kind is p.VAR_KEYWORD for p in parameters))


def _signature(name: str, kind: Kind, taken: Sequence[_Taken], open_ended: bool) -> Signature:
    asks = tuple(p for p, *_ in taken if p in ASKS) if kind == "builder" else ()
    own = [(p, has_default, default) for p, has_default, default in taken if p not in asks]
    return Signature(
        name,
        kind,
        parameters=tuple(p for p, *_ in own),
        required=tuple(p for p, has_default, _ in own if not has_default),
        defaults={p: default[0] for p, _, default in own if default},
        open=open_ended,
        asks=asks,
    )
