"""What of a sweep this engine can train, and why it cannot train the rest; told from the built models, before training.

Runs where Keras runs on JAX: through a pool.
"""

from __future__ import annotations

from collections.abc import Sequence

from gridlab.sweep.grid import Fit
from gridlab.training.choosing import Survey
from gridlab.training.engines.vmap.lanes import group
from gridlab.training.task import Task


def survey(task: Task, candidates: Sequence[Sequence[Fit]]) -> Survey:
    """Build every candidate's model once, and compare."""
    groups, refused = group(task, [fit for fits in candidates for fit in fits])
    programs = {fit.key: each.name for each in groups for lane in each.lanes for fit in lane.fits}
    return Survey(programs, {fit.key: reason for fit, reason in refused})
