"""Where and with what a run was made: versions, machine, code revision, command. Imports none of what it reports on."""

from __future__ import annotations

import os
import platform
import shutil
import subprocess
import sys
import time
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import psutil

PACKAGES = (
    "hiplot",
    "jax",
    "jaxlib",
    "joblib",
    "keras",
    "numpy",
    "pandas",
    "scikeras",
    "scikit-learn",
    "scipy",
    "tensorflow",
    "tensorflow-cpu",
)
"""Packages whose versions may change a number."""
PATIENCE = 5.0
"""Seconds that another program (git, nvidia-smi) is given to answer."""


def provenance(began: float, finished: float | None = None) -> dict[str, Any]:
    """The part of `run.json` that tells where its numbers come from.

    Args:
        began: when the run began, in seconds since the epoch.
        finished: when it ended; None while it runs.
    """
    return {
        "gridlab": _version("gridlab"),
        "python": platform.python_version(),
        "platform": platform.platform(),
        "versions": {name: found for name in PACKAGES if (found := _version(name))},
        "cpu": cpu_name(),
        "cores": _cores(),
        "memory_gb": round(psutil.virtual_memory().total / 1e9, 1),
        "gpu": gpus(),
        "git": git_state(Path.cwd()),
        "command": list(sys.argv),
        "started": _utc(began),
        "finished": None if finished is None else _utc(finished),
        "seconds": round((time.time() if finished is None else finished) - began, 3),
    }


def cpu_name() -> str:
    """The processor as its maker calls it."""
    try:
        for line in Path("/proc/cpuinfo").read_text(encoding="utf-8", errors="replace").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    except OSError:  # not Linux
        pass
    return _answer("sysctl", "-n", "machdep.cpu.brand_string") or platform.processor() or platform.machine()


def gpus() -> list[str]:
    """NVIDIA cards as "name, memory, driver"; empty where there are none."""
    told = _answer("nvidia-smi", "--query-gpu=name,memory.total,driver_version", "--format=csv,noheader")
    return [line.strip() for line in (told or "").splitlines() if line.strip()]


def git_state(folder: Path) -> dict[str, Any] | None:
    """Revision of the code in a folder, and whether tracked files differ from it; None outside of git."""
    revision = _answer("git", "-C", str(folder), "rev-parse", "HEAD")
    if not revision:
        return None
    changed = _answer("git", "-C", str(folder), "status", "--porcelain", "--untracked-files=no")
    return {"revision": revision, "dirty": changed != ""}


def _cores() -> int:
    """Cores that this process may use, which in a container are fewer than the machine has."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _utc(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="seconds")


def _answer(*command: str) -> str | None:
    """What a program prints; None if it is not there, fails, or takes too long."""
    program = shutil.which(command[0])
    if program is None:
        return None
    quiet = os.environ | {"GIT_OPTIONAL_LOCKS": "0"}  # asking for the state must not write into the repository
    try:
        told = subprocess.run([program, *command[1:]], capture_output=True, timeout=PATIENCE, env=quiet, check=True)
    except (OSError, subprocess.SubprocessError):
        return None
    return told.stdout.decode(errors="replace").strip()


def _version(package: str) -> str | None:
    try:
        return version(package)
    except PackageNotFoundError:
        return None
