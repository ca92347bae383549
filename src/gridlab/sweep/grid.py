"""Candidates, fits and their keys: everything there is to train, in order.

A key is a promise: equal keys, equal numbers. It is a hash of the candidate, the split, the seed and of an *identity*:
whatever else affects the numbers (data, builder and its source, folds, scorers, engine), gathered by `training`.
"""

from __future__ import annotations

import hashlib
import itertools
import json
import math
import pickle
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import Enum
from types import BuiltinMethodType, CellType, CodeType, FunctionType, MethodType, ModuleType
from typing import Any

from gridlab.errors import GridlabError

Params = Mapping[str, Any]


@dataclass(frozen=True)
class Candidate:
    """One point of the search space."""

    index: int
    """Its place in the grid's order."""
    params: Params
    """Parameter name → value, as the sweep file names them."""
    key: str
    """Hash of `params`."""


@dataclass(frozen=True)
class Fit:
    """One candidate on one split."""

    candidate: Candidate
    split: int
    key: str
    """Short hash of everything that affects the numbers."""
    trajectory: str
    """Hash shared by the fits that are one training, scored at different epochs."""
    seed: int
    """From (sweep seed, trajectory, split): no number depends on the order, on workers or on the rest of the grid."""


class Beside(Fit):
    """A fit that is recorded, and keeps its place beside others that are not: it is trained again, and not recorded.

    Where many fits are one program, the last digits of each depend on how many there are. So a sweep that was
    interrupted lays its fits out as before, and ends with the same numbers, to the bit, as one that was not.
    """

    @classmethod
    def of(cls, fit: Fit) -> Beside:
        """The same fit, recorded."""
        return cls(fit.candidate, fit.split, fit.key, fit.trajectory, fit.seed)


def candidates(grids: Iterable[Mapping[str, Iterable[Any]]]) -> list[Candidate]:
    """Every combination of each grid's values, first axis slowest; what stands there twice is kept once.

    >>> [c.params for c in candidates([{"dropout": [0.2, 0.4], "epochs": [5]}])]
    [{'dropout': 0.2, 'epochs': 5}, {'dropout': 0.4, 'epochs': 5}]
    """
    return list(numbered(params for grid in grids for params in _product(grid)))


def numbered(points: Iterable[Params]) -> Iterator[Candidate]:
    """Points of the search space as candidates, duplicates dropped."""
    seen: set[str] = set()
    for params in points:
        key = digest(params)
        if key not in seen:
            yield Candidate(len(seen), dict(params), key)
            seen.add(key)


def fits(
    found: Iterable[Candidate],
    n_splits: int,
    *,
    seed: int,
    identity: Callable[[Candidate], Any],
    shared: Callable[[Params], frozenset[str]] = lambda params: frozenset(),
) -> list[Fit]:
    """Every candidate on every split, candidate by candidate.

    Args:
        found: the candidates.
        n_splits: how many splits each is trained on.
        seed: the sweep's seed.
        identity: what else affects a candidate's numbers (a value `digest` takes).
        shared: names of parameters of a candidate that do not change its training, only where it is scored (`epochs`).
    """
    planned = []
    for candidate in found:
        apart = shared(candidate.params)
        trajectory = digest({k: v for k, v in candidate.params.items() if k not in apart})
        whole = digest([identity(candidate), seed])
        for split in range(n_splits):
            planned.append(
                Fit(
                    candidate,
                    split,
                    key=_hash(whole, candidate.key, split),
                    trajectory=_hash(whole, trajectory, split),
                    seed=int(_hash("seed", seed, trajectory, split), 16) % 2**31,
                )
            )
    return planned


def digest(value: Any) -> str:
    """A hash of 20 hexadecimal digits, the same in every process and on every machine.

    Raises:
        GridlabError: the value holds something that cannot be told from another of its kind.

    >>> digest({"a": 1, "b": 2.0}) == digest({"b": 2.0, "a": 1})
    True
    """
    try:
        text = json.dumps(canonical(value), sort_keys=True, separators=(",", ":"), allow_nan=False)
    except RecursionError:
        raise GridlabError(f"a {type(value).__qualname__} that refers to itself cannot be a hyperparameter") from None
    return _hash(text)


def canonical(value: Any) -> Any:
    """A value as JSON that tells it from every other: 1, 1.0 and True differ, so do "1" and 1, and (1,) equals [1]."""
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, Enum):
        return {"name": f"{type(value).__module__}:{type(value).__qualname__}.{value.name}"}
    if isinstance(value, str | int):
        return value
    if isinstance(value, float):
        return float(value) if math.isfinite(value) else {"float": str(float(value))}
    if isinstance(value, Mapping):
        if all(isinstance(k, str) for k in value):
            return {"map": {k: canonical(v) for k, v in value.items()}}
        return {"items": sorted([digest(k), canonical(k), canonical(v)] for k, v in value.items())}
    if isinstance(value, list | tuple):
        return [canonical(v) for v in value]
    if isinstance(value, set | frozenset):
        return {"set": sorted(digest(v) for v in value)}
    return _canonical_object(value)


def _canonical_object(value: Any) -> Any:
    if isinstance(value, FunctionType):
        return {"function": _canonical_function(value)}
    if isinstance(value, MethodType):
        return {"method": canonical([value.__func__, value.__self__])}
    if isinstance(value, BuiltinMethodType) and not isinstance(value.__self__, ModuleType | type | None):
        return {"method": [value.__name__, canonical(value.__self__)]}
    if isinstance(value, type) or hasattr(value, "__qualname__"):
        return {"name": _called(value)}
    if isinstance(value, bytes):
        return {"bytes": value.hex()}
    kind = _called(type(value))
    if hasattr(value, "item") and hasattr(value, "dtype") and getattr(value, "ndim", None) == 0:
        return canonical(value.item())  # numpy scalars are the numbers they hold
    if hasattr(value, "tolist") and hasattr(value, "dtype"):
        return {kind: [str(value.dtype), canonical(value.tolist())]}
    for describe in ("get_config", "get_params"):  # Keras objects and scikit-learn estimators
        if hasattr(value, describe):
            return {kind: canonical(getattr(value, describe)())}
    return {kind: _canonical_state(value)}


def _canonical_function(function: FunctionType) -> Any:
    """A function is its code: two lambdas share their name, and a function keeps its name when it is edited."""
    cells = [c.cell_contents for c in function.__closure__ or () if c != CellType() and c.cell_contents is not function]
    held = [function.__defaults__, function.__kwdefaults__, cells]
    return [_called(function), canonical_code(function.__code__, function.__doc__), canonical(held)]


def canonical_code(code: CodeType, doc: str | None = None) -> Any:
    """Compiled code as JSON: instructions, names, constants; without line numbers and documentation (`doc`)."""
    constants = [c for c in code.co_consts if doc is None or c != doc]
    inner = [canonical_code(c) if isinstance(c, CodeType) else canonical(c) for c in constants]
    return [code.co_code.hex(), list(code.co_names), list(code.co_varnames), inner]


def _canonical_state(value: Any) -> Any:
    """What pickle would keep, without pickle's bytes: those differ between equal values."""
    try:
        kept = value.__reduce_ex__(4)
    except (TypeError, pickle.PicklingError) as error:
        kind = _called(type(value))
        raise GridlabError(f"a {kind} cannot be a hyperparameter: nothing tells it from another ({error})") from error
    if isinstance(kept, str):
        return kept
    make, *parts = kept
    return [_called(make), *(canonical(list(part) if isinstance(part, Iterator) else part) for part in parts)]


def _hash(*parts: str | int) -> str:
    return hashlib.sha256("\n".join(map(str, parts)).encode()).hexdigest()[:20]


def _called(value: Any) -> str:
    return f"{getattr(value, '__module__', '')}:{value.__qualname__}"


def _product(grid: Mapping[str, Iterable[Any]]) -> Iterator[dict[str, Any]]:
    for values in itertools.product(*grid.values()):
        yield dict(zip(grid, values, strict=True))
