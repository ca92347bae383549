"""Trials: the candidates of a sweep as arrays, as statistics take them; only those with a score on every split."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from gridlab.records.insights.words import Metric
from gridlab.sweep.axes import scale_of
from gridlab.sweep.grid import digest

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from gridlab.records.results import Results

    Ints = NDArray[np.int64]
    Floats = NDArray[np.float64]

ABSENT = -1
"""Code of a parameter that a candidate does not have."""
MOST_VALUES, BINS = 30, 10
"""Values that are looked at one by one; of more numbers, so many groups."""


@dataclass(frozen=True)
class Factor:
    """One parameter in which candidates differ."""

    name: str
    values: tuple[Any, ...]
    """Those that were tried, in the sweep's order; numbers in their own."""
    scale: str
    """"linear", "log" or "categorical"."""
    codes: Ints
    """(n,): each candidate's place in `values`; ABSENT where it has no such parameter."""

    @property
    def ordered(self) -> bool:
        """Whether its values are numbers."""
        return self.scale != "categorical"

    @property
    def complete(self) -> bool:
        """Whether every candidate has it."""
        return bool((self.codes != ABSENT).all())

    @cached_property
    def coarse(self) -> Factor:
        """The same, its many numbers in at most `BINS` groups of neighbours, each with about as many candidates."""
        if not self.ordered or len(self.values) <= MOST_VALUES:
            return self
        count = np.cumsum(np.bincount(self.codes[self.codes != ABSENT], minlength=len(self.values)))
        group = np.unique((count - 1) * BINS // count[-1], return_inverse=True)[1].reshape(-1)
        ends = [np.flatnonzero(group == i)[[0, -1]] for i in range(group[-1] + 1)]
        names = tuple(" to ".join(_rounded(self.values[end]) for end in pair) for pair in ends)
        return Factor(self.name, names, "categorical", np.where(self.codes == ABSENT, ABSENT, group[self.codes]))

    @cached_property
    def places(self) -> Floats:
        """Where its values stand on the axis, (len(values),): their logarithms to base 10 on a logarithmic one."""
        if not self.ordered:
            return np.arange(len(self.values), dtype=np.float64)
        values = np.array(self.values, dtype=np.float64)
        return np.log10(values) if self.scale == "log" else values


@dataclass(frozen=True)
class Trials:
    """The n candidates that have a score on every split, in plan order."""

    metric: str
    """The scorer; greater is better."""
    factors: tuple[Factor, ...]
    """The parameters in which they differ."""
    candidates: Ints
    """(n,): their numbers in the plan."""
    mean: Floats
    """(n,): mean score over the splits."""
    splits: Floats
    """(n, J): score on each split; (n, 0) where only means are known."""
    time: Floats
    """(n,): mean seconds of a fit; NaN where unknown."""
    ratio: float
    """Rows scored on divided by rows trained on."""
    total: int
    """Candidates of the sweep, those without a score included."""

    def __len__(self) -> int:
        return len(self.mean)

    @property
    def n_splits(self) -> int:
        """How many splits each candidate has a score on."""
        return int(self.splits.shape[1])

    @cached_property
    def best(self) -> int:
        """The row of the best candidate, the first of equals."""
        return int(self.mean.argmax())

    @property
    def bounds(self) -> tuple[float, float]:
        """Between which the scorer's scores lie."""
        metric = Metric(self.metric)
        return (0.0, 1.0) if metric.bounded else (-np.inf, 0.0) if metric.negated else (-np.inf, np.inf)

    @cached_property
    def order(self) -> Ints:
        """The rows, best first; equals in plan order."""
        return np.argsort(-self.mean, kind="stable")

    def blocks(self, factor: Factor) -> Ints:
        """(blocks, len(factor.values)): rows that differ in this factor alone, side by side; ABSENT where none is.

        A row that has no other to be compared with is in no block.
        """
        block = np.zeros(len(self), dtype=np.int64)
        for other in self.factors:
            if other is not factor:  # counted anew each time, so that the numbers stay small
                joined = block * (len(other.values) + 1) + other.codes
                block = np.unique(joined, return_inverse=True)[1].reshape(-1)
        has = (factor.codes != ABSENT) & (np.bincount(block)[block] > 1)  # nothing is to be compared with one alone
        kept, block = np.unique(block[has], return_inverse=True)
        rows = np.full((len(kept), len(factor.values)), ABSENT, dtype=np.int64)
        rows[block.reshape(-1), factor.codes[has]] = np.flatnonzero(has)
        return rows


def make_trials(results: Results) -> Trials:
    """The candidates of these results that have a score on every split."""
    summary, metric = results.summary, results.refit_metric
    mean = summary.mean[metric]
    has = np.flatnonzero(~np.isnan(mean))
    splits = summary.splits.get(metric, np.empty((len(mean), 0)))[has]
    if np.isnan(splits).any():  # a list of records whose means are known and whose splits are not, or not all
        splits = splits[:, :0]
    params = [summary.params[i] for i in has.tolist()]
    found = (_factor(axis, params) for axis in _axes(results))
    return Trials(
        metric=metric,
        factors=tuple(f for f in found if len(f.values) + (not f.complete) > 1),
        candidates=has,
        mean=mean[has],
        splits=splits,
        time=summary.mean_fit_time[has],
        ratio=_ratio(results, has, splits.shape[1]),
        total=len(mean),
    )


def _axes(results: Results) -> list[Mapping[str, Any]]:
    """The axes of the sweep, and, behind them, parameters that candidates have beside them."""
    known = {axis["name"]: axis for axis in results.axes}
    return [known.get(name, {"name": name, "values": [], "scale": None}) for name in results.columns]


def _factor(axis: Mapping[str, Any], params: Sequence[Mapping[str, Any]]) -> Factor:
    name = axis["name"]
    keys = [_key(candidate[name]) if name in candidate else None for candidate in params]
    tried = {key: candidate[name] for key, candidate in zip(keys, params, strict=True) if key is not None}
    listed = [key for key in map(_key, axis["values"]) if key in tried]
    order = list(dict.fromkeys([*listed, *tried]))
    scale = scale_of([tried[key] for key in order]) if order else "categorical"
    if scale != "categorical":  # numbers, all of them
        scale = axis["scale"] or scale
    if scale == "log" and min(tried.values()) <= 0:
        scale = "linear"
    if scale != "categorical":
        order.sort(key=lambda key: tried[key])
    place: dict[Any, int] = {key: i for i, key in enumerate(order)} | {None: ABSENT}
    codes = np.array([place[key] for key in keys], dtype=np.int64)
    return Factor(name, tuple(tried[key] for key in order), scale, codes)


def _key(given: Any) -> Any:
    """What tells a value from others: 1, 1.0 and True differ."""
    simple = given is None or isinstance(given, str | int | float)
    return (type(given), given) if simple else digest(given)


def _rounded(number: float) -> str:
    return str(number) if isinstance(number, int) else f"{number:.3g}"


def _ratio(results: Results, candidates: Ints, splits: int) -> float:
    """From the first candidate's own counts; where it has none, that of plain cross-validation with so many folds."""
    fits = [fit for i in candidates[:1].tolist() for _, fit in results.fits_of(i)]
    counts = [(fit.n_test, fit.n_train) for fit in fits if fit.n_train and fit.n_test]
    if counts:
        tested, trained = np.array(counts, dtype=np.float64).T
        return float((tested / trained).mean())
    return 1 / (splits - 1) if splits > 1 else 0.0
