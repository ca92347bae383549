"""A submission: a CSV of ids and predictions as a competition wants it, checked against its sample."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from gridlab.errors import DataError, did_you_mean
from gridlab.records.files import in_one_sentence, replace_file
from gridlab.training.datasets.csv import read_csv, read_header
from gridlab.training.datasets.files import find_file
from gridlab.training.predict import Predictions, Source, predict_rows

SHOWN = 3
"""Ids that a complaint names."""


def write_submission(
    run: Path,
    data: Path,
    out: Path,
    *,
    source: Source = "best",
    id_column: str | None = None,
    label: str | None = None,
    like: Path | None = None,
) -> str:
    """Predict new rows and write them as a submission.

    Args:
        run: the run's folder.
        data: the rows; see `predict.predict_rows`.
        out: the file to write; whole or not at all.
        source: which model, or models; see `predict.predict_rows`.
        id_column: what the column of ids is called; the rows' own where `data` has such a column, else the sample's,
            else counted from 1. By default the sample's first column, or `id`.
        label: what the column of predictions is called; by default the sample's second, or as in the training data.
        like: a sample submission, which gives the columns' names and order, the ids and the number of rows. A sample
            with a column for each class gets the probabilities.

    Returns:
        What was written, in a line.

    Raises:
        GridlabError: the sample and the rows do not fit together, or anything that `predict_rows` raises.
    """
    sample = None if like is None else _sample(find_file(like, Path()))
    names = _names(sample, like, id_column, label)
    predictions = predict_rows(run, data, source, names[0], label or (names[1] if sample is not None else None))
    if sample is None and label is None:
        names = [names[0], predictions.label]
    table = _table(predictions, names, sample, like)
    with in_one_sentence(out.parent, f"write {out.name}"):
        replace_file(out, table.to_csv(index=False, lineterminator="\n").encode())
    return f"{out}: {len(table):,} rows of {', '.join(table.columns)}, by {predictions.told}"


def _sample(file: Path) -> pd.DataFrame:
    return read_csv(file, set(read_header(file)))


def _names(sample: pd.DataFrame | None, like: Path | None, id_column: str | None, label: str | None) -> list[str]:
    """The columns of the submission, the ids' first as far as is known."""
    if sample is None:
        return [id_column or "id", label or "label"]
    there = list(sample.columns)
    for name in (id_column, label):
        if name is not None and name not in there:
            raise DataError(f"{like}: has no column {name}; {did_you_mean(name, there, 'it has')}")
    if len(there) < 2:
        raise DataError(f"{like}: has one column, {there[0]}; an id and a label go into a submission")
    first = id_column or next(name for name in there if name != label)
    return [first, *(name for name in there if name != first)]


def _table(
    predictions: Predictions, names: Sequence[str], sample: pd.DataFrame | None, like: Path | None
) -> pd.DataFrame:
    id_column, *columns = names
    ids, n = predictions.ids, len(predictions.values)
    if sample is not None and len(sample) != n:
        raise DataError(f"{like}: has {len(sample):,} rows, and {predictions.source} {n:,}")
    if ids is None:
        ids = [str(i) for i in range(1, n + 1)] if sample is None else list(sample[id_column])
    table = pd.DataFrame({id_column: ids, **_columns(predictions, columns, like)})
    if sample is None:
        return table
    _check_ids(predictions, list(ids), list(sample[id_column]), like)
    in_its_order = table.set_index(id_column).loc[list(sample[id_column])].reset_index()
    return in_its_order[list(sample.columns)]


def _columns(predictions: Predictions, columns: Sequence[str], like: Path | None) -> dict[str, object]:
    """The predictions: one column of labels or numbers, or one of probabilities for each class."""
    if len(columns) == 1:
        return {columns[0]: predictions.values}
    classes = [str(name) for name in predictions.classes]
    if sorted(classes) != sorted(columns):
        wanted = f", or one for each class ({', '.join(classes)})" if classes else ""
        raise DataError(f"{like}: has the columns {', '.join(columns)} beside the ids; one goes there{wanted}")
    if predictions.proba is None:
        raise DataError(f"{like}: wants a probability for each class, and this model gives none")
    return {name: predictions.proba[:, classes.index(name)] for name in columns}


def _check_ids(predictions: Predictions, ids: list[str], wanted: list[str], like: Path | None) -> None:
    for file, found in ((predictions.source, ids), (like, wanted)):
        if len(set(found)) < len(found):
            twice = next(name for i, name in enumerate(found) if name in set(found[:i]))
            raise DataError(f"{file}: the id {twice} stands there twice")
    if missing := [name for name in wanted if name not in set(ids)]:
        more = f" and {len(missing) - SHOWN:,} more" if len(missing) > SHOWN else ""
        raise DataError(f"{predictions.source}: lacks the ids {', '.join(missing[:SHOWN])}{more} of {like}")
