"""JAX's persistent compilation cache: the second run of a sweep compiles nothing."""

from __future__ import annotations

import os
from pathlib import Path

import jax

MOST_BYTES = 2_000_000_000
"""What the cache may take on the disk; what was used longest ago goes first."""


def keep_compiled() -> Path:
    """Have every compiled program kept in the user's cache folder, unless JAX was told another place; returns it."""
    if not jax.config.jax_compilation_cache_dir:
        jax.config.update("jax_compilation_cache_dir", str(cache_folder()))
        jax.config.update("jax_compilation_cache_max_size", MOST_BYTES)
    jax.config.update("jax_persistent_cache_min_compile_time_secs", 0.0)
    jax.config.update("jax_persistent_cache_min_entry_size_bytes", -1)
    return Path(jax.config.jax_compilation_cache_dir)


def cache_folder() -> Path:
    """Where gridlab keeps compiled programs: under XDG_CACHE_HOME, or ~/.cache."""
    home = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(home) / "gridlab" / "jax"
