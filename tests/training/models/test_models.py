"""The table of models: every name can be followed, and its parameters read without Keras."""

from __future__ import annotations

import subprocess
import sys

import pytest

from gridlab.training.models import MODELS
from gridlab.training.models.signature import read_signature


@pytest.mark.parametrize("name", MODELS)
def test_every_builder_takes_meta_and_hyperparameters_by_keyword(name):
    signature = read_signature(MODELS[name], None)
    assert signature.kind == "builder"
    assert {"learning_rate", "optimizer", "dropout", "batch_norm"} <= set(signature.parameters)
    assert "meta" not in signature.parameters
    assert signature.required == ()


def test_builders_are_imported_without_keras():
    modules = "; ".join(f"import {target.partition(':')[0]}" for target in MODELS.values())
    code = f"import sys; {modules}; sys.exit('keras' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
