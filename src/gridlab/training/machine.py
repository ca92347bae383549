"""What this machine carries: workers, threads and memory for each."""

from __future__ import annotations

from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

import joblib
import psutil

WORKER_BYTES = 1_300_000_000
"""What a worker takes once TensorFlow is in and a small network has been trained (780 to 1,100 MB measured)."""

USABLE = 0.8
"""Share of the memory that workers may take in all."""


@dataclass(frozen=True)
class Share:
    """How the work is laid out."""

    workers: int
    """Worker processes; 0 trains in this process."""
    threads: int
    """Threads of each."""
    memory: int
    """Bytes that a worker may have grown to before it is replaced."""


def share(workers: int | str, threads: int | str, n_units: int, data_bytes: int, units_per_worker: int = 1) -> Share:
    """As many workers and threads as asked for, or ("auto") as cores, memory and the number of units carry.

    Threads do not follow from the number of workers: how many threads share a sum decides in which order it is rounded,
    and a number must not depend on how many workers there were.

    Args:
        workers: a number, or "auto".
        threads: a number, or "auto": cores divided by the workers that fit on this machine when it is idle.
        n_units: units of work there are.
        data_bytes: size of the data; a fit copies its rows twice, into numpy's memory and into the network's.
        units_per_worker: how many units make a further worker worth its start.
    """
    cores, need = joblib.cpu_count(), WORKER_BYTES + 3 * data_bytes
    whole, free = memory()
    fitting = max(1, min(cores, int(USABLE * whole) // need))
    count = max(1, min(fitting, int(USABLE * free) // need, n_units // units_per_worker))
    count = count if workers == "auto" else int(workers)
    each = max(2 * need, int(USABLE * free) // max(count, 1))
    return Share(count, cores // fitting if threads == "auto" else int(threads), each)


def memory() -> tuple[int, int]:
    """Bytes in all, and bytes that are free: the machine's, or what the container around us allows."""
    machine = psutil.virtual_memory()
    limit, used = _container() or (machine.total, 0)
    return min(machine.total, limit), min(machine.available, limit - used)


def _container() -> tuple[int, int] | None:
    """A cgroup's limit and use, in bytes; free cloud notebooks have far less than the machine under them."""
    root = Path("/sys/fs/cgroup")
    for limit, used in (
        ("memory.max", "memory.current"),
        ("memory/memory.limit_in_bytes", "memory/memory.usage_in_bytes"),
    ):
        try:
            return int((root / limit).read_text()), int((root / used).read_text())
        except (OSError, ValueError):  # no such file, or the word "max": no limit
            continue
    return None


def accelerated() -> bool:
    """Whether JAX has a plugin for a card, told without loading JAX."""
    return any(find_spec(name) is not None for name in ("jax_plugins", "libtpu"))
