from __future__ import annotations

import json
import os
import resource
import signal
import subprocess
import sys
import tempfile
from contextlib import contextmanager
from pathlib import Path

import pytest

from gridlab.errors import StoreError
from gridlab.records.files import AppendFile, in_one_sentence, json_line, json_list, json_object, replace_file


@contextmanager
def room_for(n_bytes: int):
    """No file may grow beyond n_bytes: the system refuses with a real OSError (EFBIG)."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    assert signal.getsignal(signal.SIGXFSZ) == signal.SIG_IGN
    resource.setrlimit(resource.RLIMIT_FSIZE, (n_bytes, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_pieces_lie_one_after_the_other(tmp_path):
    file = AppendFile(tmp_path / "f")
    assert [file.append(b"abc"), file.append(b"de")] == [0, 3]
    file.close()
    file = AppendFile(tmp_path / "f")
    assert file.append(b"f") == 5
    assert (tmp_path / "f").read_bytes() == b"abcdef"
    file.close()


def test_a_piece_that_does_not_fit_leaves_nothing_behind(tmp_path):
    file = AppendFile(tmp_path / "f")
    file.append(b"x" * 90)
    with room_for(100), pytest.raises(OSError):
        file.append(b"y" * 50)  # ten bytes of it fit
    assert (tmp_path / "f").read_bytes() == b"x" * 90
    file.append(b"z")
    assert (tmp_path / "f").read_bytes() == b"x" * 90 + b"z"
    file.close()


def test_an_interrupted_piece_leaves_nothing_behind(tmp_path, monkeypatch):
    file = AppendFile(tmp_path / "f")
    file.append(b"x")

    def interrupted(_):
        raise KeyboardInterrupt

    monkeypatch.setattr("os.fsync", interrupted)
    with pytest.raises(KeyboardInterrupt):
        file.append(b"y")
    assert (tmp_path / "f").read_bytes() == b"x"
    file.close()


def test_appending_waits_for_the_disk(tmp_path, monkeypatch):
    file = AppendFile(tmp_path / "f")
    synced = []
    monkeypatch.setattr("os.fsync", lambda handle: synced.append(os.fstat(handle).st_size))
    file.append(b"abc")
    assert synced == [3]
    file.close()


def test_replacing_is_all_or_nothing(tmp_path):
    path = replace_file(tmp_path / "run.json", b"old")
    with room_for(2), pytest.raises(OSError):
        replace_file(path, b"newer")
    assert [p.name for p in tmp_path.iterdir()] == ["run.json"]
    assert path.read_bytes() == b"old"
    replace_file(path, b"new")
    assert path.read_bytes() == b"new"


def test_json_is_strict_readable_and_takes_any_text():
    line = json_line({"한글": float("nan"), "bad": "\udcff", 3: {"x"}})
    assert line == '{"한글":"nan","bad":"\\udcff","3":["x"]}'.encode()
    assert json.loads(line)["bad"] == "\udcff"
    assert json_list([{"a": 1}, {"a": 2}]) == b'[\n{"a":1},\n{"a":2}\n]\n'
    assert json.loads(json_object({"a": [1], "b": None})) == {"a": [1], "b": None}
    assert json.loads(json_list([])) == []
    assert json.loads(json_object({})) == {}


def test_disk_full_is_said_with_what_is_safe_and_how_to_go_on(tmp_path):
    with room_for(0), pytest.raises(StoreError) as caught, in_one_sentence(tmp_path, "record a fit"):
        (tmp_path / "f").write_bytes(b"x")
    text = str(caught.value)
    assert text.startswith(f"{tmp_path}: the disk is full (")
    assert "bytes free), cannot record a fit; what was recorded before is safe" in text
    assert "run the same command again" in text


def test_free_bytes_are_told_even_if_the_folder_is_not_there_yet(tmp_path):
    with pytest.raises(StoreError, match="disk is full"), in_one_sentence(tmp_path / "no" / "where", "begin"):
        raise OSError(28, "No space left on device")


def test_a_file_in_the_place_of_a_folder(tmp_path):
    (tmp_path / "f").touch()
    with pytest.raises(StoreError, match="a file stands where a folder should be"), in_one_sentence(tmp_path, "begin"):
        (tmp_path / "f" / "g").mkdir()


def test_other_refusals_keep_the_system_s_words(tmp_path):
    with pytest.raises(StoreError, match=r"cannot begin: Is a directory \(.*\)"), in_one_sentence(tmp_path, "begin"):
        tmp_path.read_bytes()


def test_a_folder_that_may_not_be_written():
    code = """
import os, sys
from pathlib import Path
from gridlab.errors import StoreError
from gridlab.records.store import RunStore
if os.geteuid() == 0:
    os.seteuid(65534)
try:
    RunStore(Path(sys.argv[1]) / "fc3", write=True)
except StoreError as error:
    print(error)
"""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o555)
        told = subprocess.run([sys.executable, "-c", code, folder], capture_output=True, text=True, check=True).stdout
    assert told.startswith(f"{folder}/fc3: cannot open this run: this user may not do that here (Permission denied")
    assert told.count("\n") == 1
