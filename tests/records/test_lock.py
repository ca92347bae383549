from __future__ import annotations

import json
import os
import platform
import re
import subprocess
import sys
import threading
from datetime import UTC, datetime

import pytest

from gridlab.errors import RunLockedError
from gridlab.records.lock import HOLDER, WriterLock

HOLD = """
import sys
from pathlib import Path
from gridlab.records.lock import WriterLock
lock = WriterLock(Path(sys.argv[1]))
print("held", flush=True)
sys.stdin.read()
"""
UNTOLD = [None, b"", b"{", b"[]", b'{"pid":1}', b'{"pid":1,"host":"h","since":"x","command":""}']


def test_the_second_writer_is_told_who_holds_the_run_until_the_first_dies(tmp_path):
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, str(tmp_path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as holder:
        assert holder.stdout.readline() == "held\n"
        with pytest.raises(RunLockedError) as caught:
            WriterLock(tmp_path)
        told = str(caught.value)
        holder.kill()
    found = re.fullmatch(r"(.*): process (\d+) on (.*) has been writing this run since (.*) UTC \((.*)\); (.*)", told)
    assert found
    folder, pid, host, since, _, advice = found.groups()
    assert (folder, int(pid), host) == (str(tmp_path), holder.pid, platform.node())
    assert abs(datetime.now(UTC) - datetime.fromisoformat(since).replace(tzinfo=UTC)).total_seconds() < 60
    assert advice == "wait for it or end it, then run the same command again"
    assert (tmp_path / HOLDER).exists()
    WriterLock(tmp_path).release()  # the file outlived the dead process and means nothing


def test_one_process_cannot_hold_a_run_twice(tmp_path):
    lock = WriterLock(tmp_path)
    with pytest.raises(RunLockedError, match=f"process {os.getpid()} on"):
        WriterLock(tmp_path)
    lock.release()
    WriterLock(tmp_path).release()


@pytest.mark.parametrize("content", UNTOLD)
def test_a_holder_that_has_not_said_who_it_is(tmp_path, content):
    lock = WriterLock(tmp_path)
    if content is None:
        (tmp_path / HOLDER).unlink()
    else:
        (tmp_path / HOLDER).write_bytes(content)
    with pytest.raises(RunLockedError, match="another process is writing this run; wait"):
        WriterLock(tmp_path)
    lock.release()


def test_who_holds_it_is_said_in_a_file_only_while_it_is_held(tmp_path):
    lock = WriterLock(tmp_path)
    assert json.loads((tmp_path / HOLDER).read_bytes())["pid"] == os.getpid()
    lock.release()
    assert not (tmp_path / HOLDER).exists()


def test_the_lock_is_let_go_if_the_holder_cannot_be_written(tmp_path):
    (tmp_path / HOLDER).mkdir()
    with pytest.raises(OSError):
        WriterLock(tmp_path)
    (tmp_path / HOLDER).rmdir()
    WriterLock(tmp_path).release()


def test_another_thread_may_let_go(tmp_path):
    lock = WriterLock(tmp_path)
    thread = threading.Thread(target=lock.release)
    thread.start()
    thread.join()
    WriterLock(tmp_path).release()
