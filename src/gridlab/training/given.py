"""Given: data as it was handed to `fit`: arrays, sparse matrices, tables, lists; whatever scikit-learn takes."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import cloudpickle
import joblib
import numpy as np

from gridlab.sweep.plain import plain

MAPPED = 1_000_000
"""Bytes from which on workers map a file instead of each reading a copy; joblib's own bound."""

KNOWN = {"builtins", "numpy", "pandas", "scipy"}
"""Packages whose objects every process can read; what comes from a notebook's cell travels by value."""


@dataclass(frozen=True, eq=False)
class Given:
    """Rows to be split, trained on and scored."""

    X: Any
    """n rows, as they were given."""
    y: Any
    """Their labels or targets, or None."""
    kind: str
    """"classification" or "regression" (which also stands for anything without classes)."""
    hashed: bool = True
    """Whether the rows have a fingerprint, which takes a look at each of them."""

    @cached_property
    def fingerprint(self) -> str:
        """Hash of the rows and of their types; empty where nobody asks for it."""
        return "" if not self.hashed else str(joblib.hash((self.kind, self.X, self.y)))[:20]

    @cached_property
    def classes(self) -> tuple[Any, ...]:
        """The labels in sorted order; empty where there are none to be sorted."""
        if self.kind != "classification" or np.ndim(self.y) != 1:
            return ()
        try:
            return tuple(np.unique(np.asarray(self.y)).tolist())
        except TypeError:  # labels of several types
            return ()

    def __len__(self) -> int:
        return self.X.shape[0] if hasattr(self.X, "shape") else len(self.X)

    @property
    def nbytes(self) -> int:
        """About how much memory the rows take."""
        held = getattr(self.X, "data", self.X) if hasattr(self.X, "tocsr") else self.X
        return int(getattr(held, "nbytes", 0) or 100 * len(self))

    def describe(self) -> dict[str, Any]:
        """What a run's record says of its data: plain JSON."""
        return {
            "name": type(self.X).__name__,
            "fingerprint": self.fingerprint,
            "kind": self.kind,
            "n": len(self),
            "n_test": 0,
            "shape": [int(size) for size in getattr(self.X, "shape", (len(self),))[1:]],
            "classes": plain(self.classes),
        }

    def save(self, folder: Path) -> Path:
        """Write the rows into a file under `folder`, which `open` takes."""
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / f"given-{uuid.uuid4().hex}.pkl"
        if {type(part).__module__.partition(".")[0] for part in (self.X, self.y)} <= KNOWN:
            joblib.dump(self, path)
        else:
            path.write_bytes(cloudpickle.dumps(self))
        return path

    @classmethod
    def open(cls, path: Path) -> Given:
        """The rows that `save` wrote; large ones are mapped, read-only, so that processes share them."""
        found: Given = joblib.load(path, mmap_mode="r" if path.stat().st_size > MAPPED else None)
        return found
