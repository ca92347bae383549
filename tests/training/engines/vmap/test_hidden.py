from __future__ import annotations

import subprocess
import sys

import pytest

from gridlab.training.engines.vmap.hidden import without


def test_a_hidden_module_cannot_be_imported_until_afterwards():
    with without("this_module_is_nowhere"), pytest.raises(ImportError):
        import this_module_is_nowhere  # noqa: F401
    assert "this_module_is_nowhere" not in sys.modules


def test_what_is_loaded_stays():
    with without("subprocess"):
        import subprocess as again
    assert again is subprocess


def test_the_engine_loads_no_tensorflow():
    code = "import sys, gridlab.training.engines.vmap.engine; assert 'tensorflow' not in sys.modules"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
