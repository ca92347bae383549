"""One call in a process of its own: what it loads stays out of this process, and its chatter goes into a log."""

from __future__ import annotations

import os
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path
from typing import Any

from joblib.externals.loky import process_executor

from gridlab.errors import GridlabError
from gridlab.training import worker
from gridlab.training.loading import load_object


def in_child(function: str, *args: Any, engine: str, threads: int, log: Path) -> Any:
    """What `function(*args)` returns, or raises.

    Args:
        function: "module:function".
        args: its arguments, which travel by pickle.
        engine: the engine whose surroundings it needs: Keras' backend.
        threads: how many it may have.
        log: where its chatter goes.

    Raises:
        GridlabError: the process died.
    """
    executor = process_executor.ProcessPoolExecutor(
        max_workers=1,
        initializer=worker.enter,
        initargs=(os.getpid(), log),
        env=worker.environment(engine, threads, quiet=True),
    )
    try:
        return executor.submit(_call, function, *args).result()
    except BrokenProcessPool as error:
        raise GridlabError(f"the process that was asked died (out of memory?); {log} may tell more") from error
    finally:
        executor.shutdown(kill_workers=True)


def _call(function: str, *args: Any) -> Any:
    return load_object(function)(*args)
