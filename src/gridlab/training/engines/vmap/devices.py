"""Several devices: lanes are divided among them, data and noise lie on all. With one there is nothing to say."""

from __future__ import annotations

from typing import Any

import jax
import numpy as np
from jax.sharding import Mesh, NamedSharding, PartitionSpec

from gridlab.training.engines.vmap.program import State


def count() -> int:
    """Devices of this process."""
    return len(jax.local_devices())


def by_lane() -> NamedSharding | None:
    """Where arrays (rows, lanes, …) go; None leaves it to JAX."""
    return _sharding(PartitionSpec(None, "lanes"))


def everywhere() -> NamedSharding | None:
    """Where arrays go that all lanes share."""
    return _sharding(PartitionSpec())


def of_state() -> Any:
    """Where a state goes."""
    lanes: Any = by_lane()
    return State(lanes, lanes, lanes, everywhere())  # type: ignore[arg-type]


def place(values: Any, sharding: Any) -> Any:
    """Arrays on their devices."""
    return values if sharding is None or count() == 1 else jax.device_put(values, sharding)


def _sharding(spec: PartitionSpec) -> NamedSharding | None:
    return NamedSharding(Mesh(np.array(jax.local_devices()), ("lanes",)), spec) if count() > 1 else None
