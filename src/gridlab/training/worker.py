"""What runs inside a worker process: one engine, set up once, asked unit after unit."""

from __future__ import annotations

import io
import os
import signal
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import psutil

from gridlab.errors import GridlabError
from gridlab.training.engines import ENGINES, Engine, Progress, Trained, Unit
from gridlab.training.loading import load_object
from gridlab.training.task import StoredTask, Task

MOMENT = 0.5
"""Seconds for which a worker trains before it hands over what is done."""


class Report(NamedTuple):
    """A worker's answer."""

    value: Any
    memory: int
    """Bytes that the worker holds now."""
    over: bool = True
    """Whether there is no more to come of what was asked; else `go_on` asks for it."""


@dataclass(frozen=True)
class Setup:
    """What a worker is started with."""

    task: StoredTask
    engine: str
    threads: int
    log: Path | None
    """Where its chatter goes; None leaves it on the terminal."""


def environment(engine: str, threads: int, quiet: bool, workers: int = 1) -> dict[str, str]:
    """Variables that must stand before anything heavy is imported."""
    shared = ENGINES[engine].backend == "jax" and workers > 1 and "XLA_PYTHON_CLIENT_MEM_FRACTION" not in os.environ
    return {
        **({"KERAS_BACKEND": backend} if (backend := ENGINES[engine].backend) else {}),
        "OMP_NUM_THREADS": str(threads),
        "TF_NUM_INTRAOP_THREADS": str(threads),
        "TF_NUM_INTEROP_THREADS": str(threads),
        "NPROC": str(threads),  # the size of XLA's thread pool under JAX
        **({"XLA_PYTHON_CLIENT_MEM_FRACTION": f"{0.9 / workers:.2f}"} if shared else {}),  # of a card, from the start
        **({"TF_CPP_MIN_LOG_LEVEL": "3"} if quiet else {}),
    }


class Desk(NamedTuple):
    """What this process works with."""

    task: Task
    engine: Engine


_setup: Setup | None = None


def start(setup: Setup, parent: int) -> None:
    """Set this process up: quiet, deaf to Ctrl-C (the parent decides), gone when the parent is."""
    global _setup
    enter(parent, setup.log)
    _setup = setup


def enter(parent: int, log: Path | None) -> None:
    """Make this process quiet, deaf to Ctrl-C, and gone when its parent is."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_leave_with, args=(parent,), daemon=True).start()
    if log:
        _redirect(log)


@cache
def desk() -> Desk:
    """Data and engine, loaded with the first unit: what goes wrong here is answered, not a worker that cannot start."""
    assert _setup is not None, "start() runs first in every worker"
    task = _setup.task.open()
    return Desk(task, load_engine(_setup.engine, task))


_going: Iterator[Trained | Progress] = iter(())
"""The unit that is being trained."""


def train(unit: Unit) -> Report:
    """Begin to train a unit with this process' engine; the answer is what `go_on` answers.

    What is done is asked for bit by bit: so it is safe when this process dies of the rest, and needs no way back but
    that of an answer, whatever runs the process.
    """
    global _going
    _going = desk().engine.train(unit)
    return go_on()


def go_on() -> Report:
    """Train for a moment: what is done since, and how far the rest is."""
    done: list[Trained] = []
    progress: list[Progress] = []
    until = time.monotonic() + MOMENT
    for one in _going:
        if isinstance(one, Progress):
            progress = [one]
        else:
            done.append(one)
        if time.monotonic() > until:
            return _report([*done, *progress], over=False)
    return _report(done)


def call(function: str, *args: Any) -> Report:
    """Call `function(task, *args)` of a "module:function" here, where the engine's libraries are loaded."""
    here = desk()
    return _report(load_object(function)(here.task, *args))


def load_engine(name: str, task: Task) -> Engine:
    """The engine of that name, ready to train in this process.

    Raises:
        GridlabError: Keras has been loaded here on another backend, which counts once in a process.
    """
    entry = ENGINES[name]
    loaded = sys.modules["keras"].config.backend() if "keras" in sys.modules else entry.backend
    if entry.backend and loaded != entry.backend:
        raise GridlabError(
            f"engine {name} trains on Keras' {entry.backend} backend, and this process has loaded Keras on {loaded}: "
            "let worker processes train (workers: auto)"
        )
    engine: Engine = load_object(entry.factory)(task)
    return engine


def _report(value: Any, over: bool = True) -> Report:
    return Report(value, psutil.Process().memory_info().rss, over)


def _redirect(log: Path) -> None:
    """Point the standard streams at a file, below Python too: TensorFlow writes from C++."""
    with log.open("ab", buffering=0) as stream:
        for descriptor in (1, 2):
            os.dup2(stream.fileno(), descriptor)
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(line_buffering=True)  # else a worker that is killed takes along what it has said


def _leave_with(parent: int) -> None:
    """End this process when its parent is gone: a killed sweep must not leave workers training for nobody."""
    while psutil.pid_exists(parent) and os.getppid() == parent:
        time.sleep(1)
    os._exit(1)
