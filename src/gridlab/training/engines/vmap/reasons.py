"""Unsupported: why a fit is not trained here but by `single`."""

from __future__ import annotations


class Unsupported(Exception):
    """A sentence that tells what about a model or its fit settings cannot be compiled for many fits at once."""
