"""What a terminal shows of results: the best candidates, a list of runs, the closing words of a run."""

from __future__ import annotations

import io
import json
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pandas as pd
from rich.console import Console
from rich.table import Table

from gridlab.errors import GridlabError, did_you_mean
from gridlab.records.best import read_account
from gridlab.records.results import Results, find_runs, load_results
from gridlab.sweep.plain import brief

CLOSING_TOP = 10
"""Candidates shown at the end of a run."""


def leaderboard(results: Results, top: int = 0, sort: str | None = None) -> str:
    """The candidates as a table for reading, best first unless sorted otherwise; 0 shows all."""
    table = _sorted(results, sort)
    shown = table.head(top) if top else table
    names = list(results.columns.values())
    varied = [name for name in names if len(results) == 1 or table[name].astype(str).nunique() > 1]
    fixed = [f"{name}={table[name].iloc[0]}" for name in names if name not in varied and len(table)]
    extra = [c for c in table if str(c).startswith("mean_test_") and c != "mean_test_score"]
    lines = [table_text(_rich(shown, varied, extra))]
    if len(shown) < len(table):
        lines.append(f"{len(table) - len(shown)} more candidates: --top 0 shows all")
    if fixed:
        lines.append(f"the same for all: {', '.join(fixed)}")
    lines += [f"{candidate} {error}" for candidate, error in _errors(shown)]
    return "\n".join(lines)


def as_csv(results: Results, top: int = 0, sort: str | None = None) -> str:
    """The candidates as CSV, every column."""
    table = _sorted(results, sort)
    return str((table.head(top) if top else table).to_csv(index=False)).rstrip("\n")


def as_json(results: Results, top: int = 0, sort: str | None = None) -> str:
    """The candidates as JSON, every column: the rows of `results.json`."""
    order = _sorted(results, sort).index[: top or None]
    rows = results.rows()
    return json.dumps([rows[i] for i in order], indent=1, ensure_ascii=False, allow_nan=False)


def closing(results: Results) -> str:
    """What is said when a run is done: its best candidates, and where things are."""
    assert results.folder is not None
    lines = [leaderboard(results, CLOSING_TOP)]
    if results.n_failed:
        lines.append(
            f"{results.n_failed} of {results.n_fits} fits failed (gridlab run --retry-failed tries them again)"
        )
    account = read_account(results.folder)
    if account:
        tested = ", ".join(f"{name} {score:.4f}" for name, score in account["test_scores"].items() if score is not None)
        held_out = f", held-out test: {tested}" if tested else ""
        lines.append(f"best model: {results.folder / account['file']}{held_out}")
    lines.append(f"see it: gridlab plot {results.folder}")
    return "\n".join(lines)


def listing(folder: Path) -> str:
    """The runs of a folder: how far each is, and its best score."""
    table = Table(box=None, pad_edge=False)
    for heading in ("run", "data", "candidates", "fits", "failed", "best", "started"):
        table.add_column(heading, justify="right" if heading in ("candidates", "fits", "failed") else "left")
    notes = []
    for path in find_runs(folder):
        try:
            table.add_row(*_listed(load_results(path)))
        except GridlabError as error:
            notes.append(str(error))
    if not table.row_count and not notes:
        return f"{folder}: no runs yet; gridlab run sweeps/fc3.yaml makes one"
    return "\n".join([*([table_text(table)] if table.row_count else []), *notes])


def _listed(results: Results) -> Sequence[str]:
    best = results.best
    return (
        results.name,
        str(results.info.get("data", {}).get("name", "")),
        str(len(results)),
        f"{results.n_done}/{results.n_fits}",
        str(results.n_failed or ""),
        f"{best['mean_test_score']:.4f} ± {best['std_test_score']:.4f}" if best else "",
        str(results.info.get("provenance", {}).get("started", ""))[:16].replace("T", " "),
    )


def _sorted(results: Results, sort: str | None) -> pd.DataFrame:
    table = results.table
    if sort is None:
        return table.sort_values(["rank_test_score", "status"], kind="stable")
    column, largest_first = (sort[1:], True) if sort.startswith("-") and sort not in table else (sort, False)
    if column not in table:
        raise GridlabError(f"--sort {sort}: {results.name} has no such column; {did_you_mean(column, map(str, table))}")
    return table.sort_values(column, ascending=not largest_first, kind="stable", key=_comparable)


def _comparable(column: pd.Series[Any]) -> pd.Series[Any]:
    """A column that can be sorted: where numbers and words are mixed, numbers go before words."""
    if column.dtype != object:
        return column
    return column.map(
        lambda v: (0, float(v), "") if isinstance(v, int | float) else (1, 0.0, str(v)), na_action="ignore"
    )


def _rich(shown: pd.DataFrame, varied: Sequence[str], extra: Sequence[str]) -> Table:
    table = Table(box=None, pad_edge=False)
    numbers = ["rank", "mean ± std", *(str(name).removeprefix("mean_test_") for name in extra), "fit s"]
    for name in (*numbers[:2], *varied, *numbers[2:], "status"):
        table.add_column(name, justify="right" if name in numbers else "left", no_wrap=True)
    for row in shown.to_dict("records"):
        table.add_row(
            str(row["rank_test_score"]),
            f"{_number(row['mean_test_score'])} ± {_number(row['std_test_score'])}",
            *(_value(row[name]) for name in varied),
            *(_number(row[name]) for name in extra),
            _number(row["mean_fit_time"], 2),
            "" if row["status"] == "ok" else row["status"],
        )
    if "".join(map(str, shown["status"])).replace("ok", "") == "":
        table.columns.pop()
    return table


def _errors(shown: pd.DataFrame) -> list[tuple[str, str]]:
    """Each reason for which candidates failed, once."""
    failed = shown[shown["error"].notna()]
    return [(f"{len(group)} failed:", str(error)) for error, group in failed.groupby("error", sort=False)]


def _number(value: Any, digits: int = 4) -> str:
    return "–" if value is None or pd.isna(value) else f"{value:.{digits}f}"


def _value(value: Any) -> str:
    return "–" if value is None or value is pd.NA else brief(value)


def table_text(table: Table) -> str:
    """A table as text, as wide as it needs to be: a terminal wraps, a file and `less -S` do not."""
    stream = io.StringIO()
    Console(file=stream, width=1000, color_system=None, emoji=False, legacy_windows=False).print(table, markup=False)
    return "\n".join(line.rstrip() for line in stream.getvalue().rstrip("\n").split(os.linesep))
