"""Seconds and memory of a command and all its processes, for benchmarks that compare side by side."""

from __future__ import annotations

import os
import subprocess
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import psutil


@dataclass
class Measured:
    """What one command took."""

    seconds: float = 0.0
    samples: list[int] = field(default_factory=list)
    """Bytes that the command and its processes held, twice a second (unique memory, shared pages counted once)."""
    output: str = ""

    @property
    def peak(self) -> int:
        """The most bytes held at one time."""
        return max(self.samples, default=0)

    @property
    def growth(self) -> int:
        """Bytes by which the end of the run exceeds its middle: what every further fit adds shows here."""
        half = self.samples[len(self.samples) // 2 :]
        third = max(len(half) // 3, 1)
        return max(half[-third:], default=0) - max(half[:third], default=0)


def measure(command: Sequence[str | Path], env: Mapping[str, str] | None = None) -> Measured:
    """Run a command to its end.

    Raises:
        SystemExit: it failed; its output is printed.
    """
    began = time.perf_counter()
    process = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env={**os.environ, **(env or {})}
    )
    found = Measured()
    sampler = threading.Thread(target=_sample, args=(process.pid, found.samples), daemon=True)
    sampler.start()
    found.output = process.communicate()[0]
    found.seconds = time.perf_counter() - began
    sampler.join()
    if process.returncode:
        raise SystemExit(f"{' '.join(map(str, command))} failed:\n{found.output[-3000:]}")
    return found


def _sample(pid: int, samples: list[int]) -> None:
    while psutil.pid_exists(pid):
        try:
            root = psutil.Process(pid)
            tree = [root, *root.children(recursive=True)]
            if root.status() == psutil.STATUS_ZOMBIE:
                return
            samples.append(sum(_unique(process) for process in tree))
        except psutil.NoSuchProcess:
            pass
        time.sleep(0.5)


def _unique(process: psutil.Process) -> int:
    try:
        return int(process.memory_full_info().uss)
    except (psutil.NoSuchProcess, psutil.AccessDenied):
        return 0
