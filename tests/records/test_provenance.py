from __future__ import annotations

import json
import os
import subprocess
import sys
import time

import pytest

from gridlab.records.provenance import cpu_name, git_state, gpus, provenance


def program(folder, name, text):
    path = folder / name
    path.write_text(f"#!{sys.executable}\n{text}")
    path.chmod(0o755)


def test_what_a_run_tells_of_itself():
    told = provenance(0.0)
    assert list(told) == [
        *("gridlab", "python", "platform", "versions", "cpu", "cores", "memory_gb", "gpu", "git", "command"),
        *("started", "finished", "seconds"),
    ]
    assert {"keras", "numpy", "scikit-learn"} <= told["versions"].keys()
    assert told["python"] == ".".join(map(str, sys.version_info[:3]))
    assert 1 <= told["cores"] <= os.cpu_count()
    assert 0 < told["memory_gb"] < 10_000
    assert (told["started"], told["finished"]) == ("1970-01-01T00:00:00+00:00", None)
    json.dumps(told, allow_nan=False)


def test_a_finished_run_tells_how_long_it_took():
    told = provenance(10.0, 72.5)
    assert (told["finished"], told["seconds"]) == ("1970-01-01T00:01:12+00:00", 62.5)


def test_it_imports_none_of_what_it_reports_on():
    heavy = "{'numpy', 'pandas', 'sklearn', 'keras', 'tensorflow', 'jax', 'hiplot', 'scipy'}"
    code = "import sys; from gridlab.records.provenance import provenance; provenance(0.0)"
    subprocess.run([sys.executable, "-c", f"{code}; assert not {heavy} & set(sys.modules)"], check=True)


def test_the_processor_has_a_name():
    assert cpu_name()


def test_gpus_as_nvidia_smi_lists_them(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    assert gpus() == []
    program(tmp_path, "nvidia-smi", "print('NVIDIA A, 40 GiB, 1.0')\nprint('NVIDIA B, 80 GiB, 1.0')\n")
    assert gpus() == ["NVIDIA A, 40 GiB, 1.0", "NVIDIA B, 80 GiB, 1.0"]


def test_an_nvidia_smi_that_fails_or_hangs_is_no_gpu(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr("gridlab.records.provenance.PATIENCE", 0.2)
    program(tmp_path, "nvidia-smi", "print('no driver'); raise SystemExit(9)")
    assert gpus() == []
    program(tmp_path, "nvidia-smi", "import time; time.sleep(60)")
    began = time.monotonic()
    assert gpus() == []
    assert time.monotonic() - began < 10


def test_the_revision_of_the_code(tmp_path, monkeypatch):
    if git_state(tmp_path) is not None:
        pytest.skip("the temporary folder lies inside a git repository")
    for name in ("GIT_AUTHOR_NAME", "GIT_AUTHOR_EMAIL", "GIT_COMMITTER_NAME", "GIT_COMMITTER_EMAIL"):
        monkeypatch.setenv(name, "a@b.c")

    def git(*words):
        return subprocess.run(
            ["git", "-C", tmp_path, *words], check=True, capture_output=True, text=True
        ).stdout.strip()

    git("init", "-q")
    assert git_state(tmp_path) is None  # no commit yet
    (tmp_path / "code.py").write_text("1")
    git("add", ".")
    git("commit", "-qm", "one")
    (tmp_path / "results.txt").touch()  # untracked files change no number
    assert git_state(tmp_path) == {"revision": git("rev-parse", "HEAD"), "dirty": False}
    (tmp_path / "code.py").write_text("2")
    assert git_state(tmp_path)["dirty"] is True


def test_without_git_there_is_no_revision(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    assert git_state(tmp_path) is None
