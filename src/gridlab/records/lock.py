"""One writer to a run: a lock of the operating system decides, a file beside it says who holds it.

The system drops the lock when its holder dies, however it dies; the file may then outlive it, and means nothing.
"""

from __future__ import annotations

import json
import os
import platform
import shlex
import sys
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from filelock import FileLock, Timeout

from gridlab.errors import RunLockedError
from gridlab.records.files import json_object, replace_file

if TYPE_CHECKING:
    from pathlib import Path

HOLDER = "holder.json"


class WriterLock:
    """Held from construction to `release`; the second one in any process raises RunLockedError."""

    def __init__(self, folder: Path) -> None:
        self._holder = folder / HOLDER
        self._lock = FileLock(folder / ".lock", thread_local=False)  # a run may be closed by another thread
        try:
            self._lock.acquire(timeout=0)
        except Timeout:
            raise RunLockedError(_who(folder)) from None
        try:
            # A file of its own, because filelock may empty the lock file.
            replace_file(self._holder, json_object(_ourselves()))
        except BaseException:
            self._lock.release()
            raise

    def release(self) -> None:
        """Let the next writer in."""
        try:
            self._holder.unlink(missing_ok=True)
        finally:
            self._lock.release()


def _ourselves() -> dict[str, object]:
    return {
        "pid": os.getpid(),
        "host": platform.node(),
        "since": datetime.now(UTC).isoformat(timespec="seconds"),
        "command": shlex.join(sys.argv),
    }


def _who(folder: Path) -> str:
    advice = "wait for it or end it, then run the same command again"
    try:
        told = json.loads((folder / HOLDER).read_bytes())
        since = datetime.fromisoformat(told["since"]).strftime("%Y-%m-%d %H:%M:%S UTC")
        holder = f"process {told['pid']} on {told['host']} has been writing this run since {since} ({told['command']})"
    except (OSError, ValueError, TypeError, KeyError):  # it got the lock a moment ago and has not said so yet
        holder = "another process is writing this run"
    return f"{folder}: {holder}; {advice}"
