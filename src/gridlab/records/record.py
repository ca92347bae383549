"""FitRecord: all that one fit leaves behind; one line of `fits.jsonl`."""

from __future__ import annotations

import json
import math
import operator
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import MISSING, dataclass, field, fields, replace
from functools import cached_property
from typing import Any, Literal

from gridlab.sweep.plain import plain

FORMAT = 1
"""Version of the record format; it is part of every key, so records of another format are never reused."""

Status = Literal["ok", "failed"]


@dataclass(frozen=True)
class FitRecord:
    """One candidate trained on one split. Numbers are finite or None, never NaN."""

    key: str
    """Hash of everything that affects the numbers (`sweep.grid.Fit.key`)."""
    params: Mapping[str, Any]
    """The candidate, as plain JSON values."""
    split: int
    status: Status
    scores: Mapping[str, float | None] = field(default_factory=dict)
    """Scorer name → score on the held-out split."""
    train_scores: Mapping[str, float | None] = field(default_factory=dict)
    """Scorer name → score on the training rows; empty unless asked for."""
    curves: Mapping[str, Sequence[float | None]] = field(default_factory=dict)
    """Per epoch: `loss`, `accuracy`, … on the training rows, `val_loss`, … on the held-out split."""
    fit_time: float = 0.0
    """Seconds to train."""
    score_time: float = 0.0
    """Seconds to predict and score the held-out split."""
    seed: int | None = None
    engine: str = ""
    n_train: int = 0
    n_test: int = 0
    error: str | None = None
    """Why the fit failed, in one line."""
    finished: float = 0.0
    """When it was done, in seconds since the epoch (UTC)."""
    predictions: Mapping[str, Any] | None = None
    """Where the out-of-fold predictions lie in `predictions.bin`; filled in by the store."""

    def __post_init__(self) -> None:
        for name in ("scores", "train_scores"):
            object.__setattr__(self, name, {k: finite(v) for k, v in getattr(self, name).items()})
        for name in ("fit_time", "score_time", "finished"):
            object.__setattr__(self, name, finite(getattr(self, name)) or 0.0)
        for name in ("split", "n_train", "n_test"):
            object.__setattr__(self, name, operator.index(getattr(self, name)))
        if not isinstance(self.curves, StoredCurves):
            object.__setattr__(self, "curves", {k: [finite(v) for v in values] for k, values in self.curves.items()})

    @property
    def ok(self) -> bool:
        """Whether the fit finished; its scores may still be None where a scorer could not tell."""
        return self.status == "ok"

    def to_json(self) -> dict[str, Any]:
        """The record as plain JSON values; optional fields that are empty are left out."""
        values = {f.name: plain(getattr(self, f.name)) for f in fields(self)}
        return {name: value for name, value in values.items() if name in REQUIRED or value not in (None, {}, "")}

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> FitRecord:
        """The record of a journal line; fields that a newer gridlab added are ignored."""
        return cls(**{k: v for k, v in values.items() if k in FIELDS})

    def located(self, predictions: Mapping[str, Any] | None) -> FitRecord:
        """The same record, knowing where its predictions lie."""
        return replace(self, predictions=predictions)


FIELDS = frozenset(f.name for f in fields(FitRecord))
REQUIRED = frozenset(f.name for f in fields(FitRecord) if f.default is MISSING and f.default_factory is MISSING)
"""The fields that every record has; a grid without axes has one candidate, whose params are {}."""


class StoredCurves(Mapping[str, Sequence[float | None]]):
    """Learning curves of a journal line, left unread until somebody looks; curves that cannot be read are no curves.

    They are nine tenths of a journal. Resuming, ranking and drawing candidates never look at them, and parsing them
    would take most of the time of opening a run.
    """

    def __init__(self, text: str) -> None:
        self._text = text

    @cached_property
    def _series(self) -> dict[str, list[float | None]]:
        try:
            return {name: [finite(v) for v in values] for name, values in json.loads(self._text).items()}
        except (ValueError, TypeError, AttributeError, OverflowError):
            return {}

    def __getitem__(self, name: str) -> Sequence[float | None]:
        return self._series[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._series)

    def __len__(self) -> int:
        return len(self._series)

    def __repr__(self) -> str:
        return repr(self._series)


def finite(value: Any) -> float | None:
    """A JSON number: floats that are NaN or infinite become None."""
    if value is None:
        return None
    number = float(value)
    return number if math.isfinite(number) else None
