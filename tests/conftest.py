"""What several tests need."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

# How long an example takes says more about the machine's other work than about the code.
settings.register_profile("ci", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("desk", settings.get_profile("ci"), max_examples=20)  # CI looks five times as hard
settings.load_profile("ci" if os.environ.get("CI") else "desk")


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of real data sets: GRIDLAB_DATA, or `shared/data` beside the repository; else the test is skipped."""
    folder = Path(os.environ.get("GRIDLAB_DATA") or Path(__file__).parents[2] / "shared" / "data")
    if not folder.is_dir():
        pytest.skip(f"no real data in {folder} (GRIDLAB_DATA names another folder)")
    return folder
