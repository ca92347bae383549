"""Importing a library as if another were not installed.

scikeras imports TensorFlow if it finds it, only to seed it. In a process whose Keras runs on JAX that costs six seconds
and 400 MB for nothing.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def without(name: str) -> Iterator[None]:
    """Inside, `import name` fails as if it were not installed, unless it has been imported already."""
    if name in sys.modules:
        yield
        return
    sys.modules[name] = None  # type: ignore[assignment]
    try:
        yield
    finally:
        del sys.modules[name]
