from __future__ import annotations

import sys
from types import SimpleNamespace

import pytest

from gridlab.errors import GridlabError
from gridlab.training import worker
from gridlab.training.engines import ENGINES


@pytest.mark.parametrize("engine", ENGINES)
def test_what_stands_before_anything_heavy_is_imported(engine):
    found = worker.environment(engine, 3, quiet=True)
    assert found.get("KERAS_BACKEND", "") == ENGINES[engine].backend
    assert {found[name] for name in ("OMP_NUM_THREADS", "TF_NUM_INTRAOP_THREADS")} == {"3"}
    assert found["TF_CPP_MIN_LOG_LEVEL"] == "3"
    assert "TF_CPP_MIN_LOG_LEVEL" not in worker.environment(engine, 3, quiet=False)
    assert all(isinstance(value, str) for value in found.values())


def test_workers_share_a_card(monkeypatch):
    monkeypatch.delenv("XLA_PYTHON_CLIENT_MEM_FRACTION", raising=False)
    assert worker.environment("vmap", 1, True, workers=3)["XLA_PYTHON_CLIENT_MEM_FRACTION"] == "0.30"
    assert "XLA_PYTHON_CLIENT_MEM_FRACTION" not in worker.environment("vmap", 1, True)
    monkeypatch.setenv("XLA_PYTHON_CLIENT_MEM_FRACTION", "0.1")
    assert "XLA_PYTHON_CLIENT_MEM_FRACTION" not in worker.environment("vmap", 1, True, workers=3)


def test_keras_on_another_backend_is_refused(monkeypatch):
    loaded = SimpleNamespace(config=SimpleNamespace(backend=lambda: "torch"))
    monkeypatch.setitem(sys.modules, "keras", loaded)
    with pytest.raises(GridlabError, match="trains on Keras' tensorflow backend, and this process has loaded Keras on"):
        worker.load_engine("single", None)
