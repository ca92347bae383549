"""EXPORTS: the forms in which other tools take a run, and what writes them.

To add one: a function (results, where, overwrite) in a file of its own here that writes and returns what it wrote in a
sentence; a line in the table; its test. The libraries are asked for only when the form is.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, NamedTuple

from gridlab.errors import GridlabError, did_you_mean

if TYPE_CHECKING:
    from pathlib import Path

    from gridlab.records.results import Results


class Export(NamedTuple):
    """A line of the table."""

    writer: str
    """"module:function" that writes it."""
    where: str
    """What it is written to, in words."""
    extra: str = ""
    """The extra of gridlab that brings its library, where gridlab does not always bring it."""


EXPORTS: dict[str, Export] = {
    "csv": Export("gridlab.plots.export.csv:write_csv", "a file"),
    "optuna": Export("gridlab.plots.export.study:write_study", "a storage URL, as sqlite:///fc3.db"),
    "parquet": Export("gridlab.plots.export.parquet:write_parquet", "a file", "parquet"),
    "tensorboard": Export("gridlab.plots.export.events:write_events", "a folder", "tensorboard"),
}


def export(results: Results, kind: str, where: str | Path, *, overwrite: bool = False) -> str:
    """Write a run for another tool.

    Args:
        results: the run, finished or not, or a list of flat records.
        kind: "csv", "parquet" (both: one row a candidate), "tensorboard" or "optuna".
        where: a file, a folder for TensorBoard, a storage URL for Optuna.
        overwrite: replace what gridlab wrote there before.

    Returns:
        What was written, in a sentence.

    Raises:
        GridlabError: there is no such kind, its library is not installed, something is there already, or it cannot be
            written.
    """
    if kind not in EXPORTS:
        raise GridlabError(f"--to {kind}: {did_you_mean(kind, EXPORTS)}")
    form = EXPORTS[kind]
    module, _, function = form.writer.partition(":")
    try:
        writer = getattr(importlib.import_module(module), function)
    except ModuleNotFoundError as error:
        raise GridlabError(f"--to {kind} needs {error.name}: pip install 'gridlab[{form.extra}]'") from error
    return str(writer(results, str(where), overwrite))
