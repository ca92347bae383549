"""What an AutoKeras search is asked to do: plain values, which travel to the process that has AutoKeras."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

SPLIT = 0
"""The split that trials are trained and scored on: the first, so that a sweep of the same data and folds has it too."""


class Asked(NamedTuple):
    """One search."""

    task: str
    """AutoKeras' class: `ImageClassifier`, `StructuredDataRegressor`, …"""
    folder: Path
    """Where AutoKeras keeps its own account of the search, from which it goes on."""
    epochs: int | None
    """The most epochs of a trial; None leaves it to AutoKeras: as long as the validation loss falls."""
    batch_size: int
    seed: int


def task_for(kind: str, shape: tuple[int, ...]) -> str:
    """AutoKeras' class for such data.

    >>> task_for("classification", (28, 28, 1)), task_for("regression", (10,))
    ('ImageClassifier', 'StructuredDataRegressor')
    """
    of = "Image" if len(shape) > 1 else "StructuredData"
    return of + ("Classifier" if kind == "classification" else "Regressor")
