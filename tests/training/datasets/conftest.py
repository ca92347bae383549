"""The contract's failures are shown in full, as those of a test file are."""

import pytest

pytest.register_assert_rewrite("tests.training.datasets.contract")
