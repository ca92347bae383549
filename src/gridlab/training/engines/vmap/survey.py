"""What of a sweep this engine can train, and why it cannot train the rest; told from the built models, before training.

Runs where Keras runs on JAX: through a pool's `call`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from gridlab.sweep.grid import Fit
from gridlab.training.engines.vmap.lanes import group
from gridlab.training.task import Task


class Survey(NamedTuple):
    """Which fits are one program, and which are none."""

    programs: list[list[str]]
    """Keys of the fits of each program."""
    refused: dict[str, str]
    """Key of a fit → a sentence that tells what about it cannot be compiled."""


def survey(task: Task, fits: Sequence[Fit]) -> Survey:
    """Build every candidate's model once, and compare."""
    groups, refused = group(task, fits)
    programs = [[fit.key for lane in each.lanes for fit in lane.fits] for each in groups]
    return Survey(programs, {fit.key: reason for fit, reason in refused})
