from __future__ import annotations

from typing import Any

import jax
import jax.numpy as jnp
import pytest

from gridlab.training.engines.vmap import compiled

ROWS = jnp.ones((6, 1024, 256))


def product_sum() -> Any:
    """What the gradient of batch normalization asks for."""
    return jax.jit(lambda x, y: (x * y).sum(1)).lower(ROWS, ROWS)


def test_training_has_no_kernels_of_the_library_that_sums_slowly() -> None:
    assert "ynn_fusion" not in compiled._for_training(product_sum()).as_text()


def test_a_jaxlib_without_the_option_compiles_all_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(compiled, "_TRAINING_ON_CPU", {"xla_cpu_an_option_of_another_version": ""})
    assert (compiled._for_training(product_sum())(ROWS, ROWS) == 1024).all()


def test_what_cannot_be_compiled_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(compiled, "_TRAINING_ON_CPU", {"xla_cpu_prefer_vector_width": "wide"})
    with pytest.raises(jax.errors.JaxRuntimeError, match="xla_cpu_prefer_vector_width"):
        compiled._for_training(product_sum())
