"""What the parallel-coordinates page shows, before it is painted: columns, rows best first, what to say of them."""

from __future__ import annotations

import re
import statistics
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from gridlab.plots.columns import ABSENT, Column, labelled, measured, parameter, safe_keys
from gridlab.plots.sampling import Sample, sample
from gridlab.sweep.plain import plain

if TYPE_CHECKING:
    from gridlab.records.results import Results

LIMIT = 20_000
"""Lines that a browser still draws in a few seconds."""
MOST_CATEGORIES = 200
"""Labels of an axis that can still be told apart."""

SCORE, SPREAD, RANK, TIME = "mean_test_score", "std_test_score", "rank_test_score", "mean_fit_time"
STATUS, ERROR = "status", "error"
STATUSES = ("pending", "failed", "partial", "ok")


class ParallelData(NamedTuple):
    """The picture before it is painted."""

    columns: tuple[Column, ...]
    """In the table's order."""
    axes: tuple[str, ...]
    """Keys of the columns that are drawn, from left to right."""
    candidates: tuple[int, ...]
    """The place in the grid of each row; best candidate first, those without a score last."""
    total: int
    """Candidates there are: more than rows where they were sampled."""
    color: tuple[str, float, float] | None
    """Key of the column that colours the lines, and the scores at the two ends of the colours; None without scores."""
    notes: tuple[str, ...]
    """What a reader has to know, in sentences."""

    @property
    def drawn(self) -> bool:
        """Whether there is a picture: two candidates at least, that differ in something."""
        return len(self.candidates) > 1 and bool(self.axes)


def parallel_data(results: Results, *, limit: int = LIMIT) -> ParallelData:
    """Gather the columns and rows of the page.

    Args:
        results: a sweep, finished or not.
        limit: candidates to keep; of more, the best, the worst and a sample of the others.
    """
    whole = table_columns(results)
    scores = _scores(whole)
    kept = sample(sorted(scores, key=lambda i: -scores[i]), [i for i in range(len(results)) if i not in scores], limit)
    crowded = [c for c in whole if len(c.order) > MOST_CATEGORIES]
    columns = [c._replace(values=tuple(c.values[i] for i in kept.indices)) for c in whole]
    axes = [c for c in _left_to_right(whole) if not c.constant and c not in crowded]
    return ParallelData(
        columns=tuple(columns),
        axes=tuple(c.key for c in axes),
        candidates=tuple(kept.indices),
        total=len(results),
        color=_color(columns, list(scores.values())),
        notes=tuple(_notes(len(results), scores, kept, whole, crowded)),
    )


def table_columns(results: Results) -> list[Column]:
    """Every column of the table: rank and score first, then the parameters, then what else was measured."""
    rows = results.rows()
    params = {column: name for name, column in results.columns.items()}
    found = dict.fromkeys((*params, *(name for row in rows for name in row)))
    names = [n for n in _reading_order(found, params) if n in found and not _silent(n, rows)]
    axes = {axis["name"]: axis for axis in results.axes}
    tried = [results.params(i) for i in range(len(results))]
    columns = []
    for key, name in zip(safe_keys(names), names, strict=True):
        if name in params:
            axis = axes.get(params[name], {})
            values = [plain(p[params[name]]) if params[name] in p else ABSENT for p in tried]
            columns.append(parameter(key, name, values, axis.get("scale", "linear"), axis.get("values", ())))
        else:
            columns.append(_outcome(key, name, [row.get(name) for row in rows]))
    return _alike(columns)


def varied(results: Results) -> list[str]:
    """The parameters in which the candidates differ."""
    return [name for name in results.columns if _differ(repr(p.get(name, ABSENT)) for p in results.summary.params)]


def _differ(values: Iterator[str]) -> bool:
    first = next(values, None)
    return any(value != first for value in values)


def _reading_order(found: Mapping[str, Any], params: Mapping[str, Any]) -> list[str]:
    first = [RANK, SCORE, SPREAD, STATUS, *params, TIME]
    rest = [n for n in found if n not in first and n != ERROR]
    return [*first, *sorted(rest, key=lambda n: n.startswith("split")), ERROR]


def _silent(name: str, rows: Sequence[Mapping[str, Any]]) -> bool:
    """Whether a column says nothing: every candidate is ok, no error."""
    if name == STATUS:
        return all(row.get(STATUS, "ok") == "ok" for row in rows)
    return name == ERROR and not any(row.get(ERROR) for row in rows)


def _outcome(key: str, name: str, values: Sequence[Any]) -> Column:
    if name == STATUS:
        return labelled(key, name, values, STATUSES)
    if name == ERROR:
        return labelled(key, name, [v or "" for v in values])
    return measured(key, name, values, figures=3 if name.endswith("_time") else 5)


def _alike(columns: list[Column]) -> list[Column]:
    """Spread and splits with as many decimals as the score."""
    digits = next((c.digits for c in columns if c.name == SCORE), None)
    same = re.compile(rf"{SPREAD}|split\d+_test_score")
    return [c._replace(digits=digits) if same.fullmatch(c.name) else c for c in columns]


def _scores(columns: Sequence[Column]) -> dict[int, float]:
    """Row → score, for the rows that have one."""
    column = next((c for c in columns if c.name == SCORE), None)
    return {} if column is None else {i: float(v) for i, v in enumerate(column.values) if v is not None}


def _left_to_right(columns: Sequence[Column]) -> list[Column]:
    """The axes: parameters in the grid's order, then time, further metrics, spread, status; the score stands last."""
    metrics = [c.name for c in columns if c.name.startswith("mean_test_") and c.name != SCORE]
    tail = [TIME, *metrics, SPREAD, STATUS, SCORE]
    by_name = {c.name: c for c in columns}
    return [c for c in columns if c.parameter] + [by_name[n] for n in tail if n in by_name]


def _color(columns: Sequence[Column], scores: Sequence[float]) -> tuple[str, float, float] | None:
    """The score colours the lines; one that is far below all others must not take the whole range for itself."""
    if not scores:
        return None
    key = next(c.key for c in columns if c.name == SCORE)
    low, high = min(scores), max(scores)
    if len(scores) >= 8:
        first, _, third = statistics.quantiles(scores, n=4)
        low = max(low, first - 3 * (third - first)) if third > first else low
    return key, low, high


def _notes(
    total: int,
    scores: Mapping[int, float],
    kept: Sample,
    columns: Sequence[Column],
    crowded: Sequence[Column],
) -> list[str]:
    notes = [_count_note(total, len(scores), len(set(scores.values()))) if scores or total < 2 else _scoreless(columns)]
    if len(kept.indices) < total:
        notes.append(
            f"Of {total:,} candidates {len(kept.indices):,} are shown: the {kept.best:,} best, the {kept.worst:,} "
            "worst, and a sample from every rank between; more would be one block of ink. The records hold all."
        )
    same = [f"{c.name} {c.values[0]}" for c in columns if c.constant and c.parameter] if total > 1 else []
    if same:
        notes.append(f"The same for every candidate, so in the table only: {', '.join(same)}.")
    notes += [f"{c.name} has {len(c.order):,} values: in the table only." for c in crowded]
    return [note for note in notes if note]


def _scoreless(columns: Sequence[Column]) -> str:
    by_name = {c.name: c for c in columns}
    if ERROR in by_name and set(by_name[STATUS].values) == {"failed"}:
        return f"Every candidate failed. The first one says: {by_name[ERROR].values[0]}"
    return "No candidate has a score yet."


def _count_note(n_rows: int, n_scores: int, n_distinct: int) -> str:
    if n_rows == 0:
        return "There are no candidates yet."
    if n_rows == 1:
        return "There is one candidate: nothing to compare it with yet."
    if n_distinct == 1 and n_scores > 1:
        return f"All {n_scores:,} candidates that have a score have the same one."
    return ""
