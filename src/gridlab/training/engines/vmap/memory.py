"""How many lanes at a time: bytes per lane, read from the model first and from the compiled program then."""

from __future__ import annotations

import itertools
import math
from typing import Any

import jax
import joblib
import numpy as np
import psutil

from gridlab.training import machine
from gridlab.training.engines.vmap.compiled import Compiled
from gridlab.training.engines.vmap.lanes import Group

SHARE = 0.5
"""Of the memory that is free: what a worker takes where the sweep file does not say."""
SMALLEST = 64_000_000
"""Bytes: with less no program is worth its compilation, whatever the budget says."""
CACHED = 24_000_000
"""Bytes of activations that a processor is given at a time. More lie neither in its caches nor, from 32 MiB on, in the
heap of glibc, which then gets fresh pages from the system in every epoch: 24 lanes of FC3 at a time took 1.4 times as
long as 24 by fours on images of 784 pixels, and twice as long on 64."""


def budget(asked: int | None, workers: int) -> int:
    """Bytes that the programs of one worker may take.

    Args:
        asked: what the sweep may take altogether; None for a safe share of what is free.
        workers: how many processes train.
    """
    if asked is not None:
        resident = psutil.Process().memory_info().rss
        return max(SMALLEST, asked // workers - resident)
    device = jax.local_devices()[0].memory_stats() or {}
    if "bytes_limit" in device:
        return int(0.9 * (device["bytes_limit"] - device.get("bytes_in_use", 0)))
    return max(SMALLEST, int(SHARE * machine.memory()[1] / workers))


def cores() -> int:
    """Cores that this process may use."""
    return int(joblib.cpu_count())


def lanes_at_a_time(group: Group, budget: int) -> int:
    """How many lanes fit into memory by what the model tells; on a processor, into its caches."""
    fitting = budget // guess(group)
    if jax.default_backend() == "cpu":
        layers = group.blueprint.model._flatten_layers(include_self=False)
        own = itertools.dropwhile(lambda layer: not layer.weights, layers)  # before them, all lanes see the same
        fitting = min(fitting, CACHED // max(1, 4 * sum(map(_outputs, own)) * _batch(group)))
    return max(1, fitting)


def guess(group: Group) -> int:
    """Bytes per lane as the model tells: weights with gradients and the optimizer's state, activations of a batch."""
    model, sizes = group.blueprint.model, group.sizes
    weights = sum(_size(v.shape) for v in model.variables)
    state = sum(_size(v.shape) for v in model.optimizer.variables)
    seen = max(_batch(group), sizes.most_test)
    activations = sum(_outputs(layer) for layer in model._flatten_layers(include_self=False)) * seen
    return 4 * (4 * weights + 2 * state + 2 * activations)


def _batch(group: Group) -> int:
    return min(group.blueprint.batch_size, group.sizes.n)


def measured(compiled: Compiled) -> int:
    """Bytes per lane of a compiled program."""
    shape = compiled.program.shape
    return math.ceil(compiled.memory / (shape.rows * shape.lanes))


def _outputs(layer: Any) -> int:
    """Numbers that a layer gives for one data row; 0 where it does not tell."""
    try:
        return sum(_size(tensor.shape[1:]) for tensor in jax.tree.leaves(layer.output))
    except (AttributeError, ValueError, TypeError):
        return 0


def _size(shape: Any) -> int:
    return int(np.prod([n or 1 for n in shape], dtype=np.int64))
