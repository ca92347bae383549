from __future__ import annotations

import pytest

from tests.training.engines.catalogue import Catalogue

pytestmark = pytest.mark.slow


class TestVmap(Catalogue):
    engine = "vmap"
