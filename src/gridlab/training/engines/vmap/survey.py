"""What of a sweep this engine can train, and why it cannot train the rest; told from the built models, before training.

Runs where Keras runs on JAX: through a pool.
"""

from __future__ import annotations

from collections.abc import Sequence

import jax
import keras
from keras import layers

from gridlab.sweep.grid import Fit
from gridlab.training.choosing import Survey
from gridlab.training.engines.vmap.lanes import group
from gridlab.training.task import Task

CONVOLUTIONS = (
    *(layers.Conv1D, layers.Conv2D, layers.Conv3D),
    *(layers.Conv1DTranspose, layers.Conv2DTranspose, layers.Conv3DTranspose),
    *(layers.DepthwiseConv1D, layers.DepthwiseConv2D, layers.SeparableConv1D, layers.SeparableConv2D),
)
SLOW = "on a processor convolutions are faster one network at a time; engine: vmap compiles it all the same"


def survey(task: Task, candidates: Sequence[Sequence[Fit]]) -> Survey:
    """Build every candidate's model once, and compare."""
    groups, refused = group(task, [fit for fits in candidates for fit in fits])
    fits = {each.name: [fit for lane in each.lanes for fit in lane.fits] for each in groups}
    programs = {fit.key: name for name, some in fits.items() for fit in some}
    slow = {fit.key: SLOW for each in groups if _slow(each.blueprint.model) for fit in fits[each.name]}
    return Survey(programs, {fit.key: reason for fit, reason in refused}, slow)


def _slow(model: keras.Model) -> bool:
    """Whether the lanes' networks train faster one after the other, by TensorFlow.

    Convolutions with a kernel for each lane are one grouped convolution, for which XLA has no fast code on a processor:
    a small network took more than ten times as long.
    """
    return jax.default_backend() == "cpu" and any(isinstance(layer, CONVOLUTIONS) for layer in _inner(model))


def _inner(model: keras.Model) -> list[keras.layers.Layer]:
    return list(model._flatten_layers(include_self=False))
