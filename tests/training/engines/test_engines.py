"""The table of engines: every line can be followed without loading what trains."""

from __future__ import annotations

import importlib.util

import pytest

from gridlab.training.engines import ENGINES
from gridlab.training.loading import load_object


@pytest.mark.parametrize("name", ENGINES)
def test_every_line_names_things_that_exist(name):
    entry = ENGINES[name]
    assert entry.backend in ("tensorflow", "jax", ""), "the last: whatever is loaded already"
    assert callable(load_object(entry.units))
    assert importlib.util.find_spec(entry.factory.partition(":")[0]) is not None
