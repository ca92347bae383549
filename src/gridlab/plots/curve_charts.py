"""Learning curves as charts: a line for each candidate, or for each split of one; held-out and training rows apart."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING

from gridlab.plots.details import rounded
from gridlab.records.insights.insight import Chart

if TYPE_CHECKING:
    import pandas as pd

MOST = 12
"""Lines that can be told apart."""
ROWS = {"test": "held out", "val": "validation", "": "training"}
"""What a series is called before its measure → the rows on which it was measured."""


def curve_charts(curves: pd.DataFrame, names: Mapping[int, str]) -> list[Chart]:
    """One chart for each measure and kind of rows.

    Args:
        curves: what `Results.curves` gives: columns candidate, split, epoch, and one for each series.
        names: candidate → what to say of it when it is pointed at, in the order to be shown; of several candidates the
            mean over the splits is drawn, of a single one each split.
    """
    series = [str(name) for name in curves.columns if name not in ("candidate", "split", "epoch")]
    order = sorted(series, key=lambda name: (_measure(name), [*ROWS].index(_prefix(name))))
    return [_chart(curves, name, dict([*names.items()][:MOST])) for name in order]


def _chart(curves: pd.DataFrame, series: str, names: Mapping[int, str]) -> Chart:
    known = curves.dropna(subset=[series])
    if len(names) == 1:
        lines = [(f"split {split}", f"split {split}", part) for split, part in known.groupby("split")]
    else:
        means = known.groupby(["candidate", "epoch"], as_index=False)[series].mean()
        lines = [(f"candidate {i}", name, means[means["candidate"] == i]) for i, name in names.items()]
    marks = [
        (int(epoch), rounded(float(value)), short, f"{name}; epoch {epoch}: {value:.4g}")
        for short, name, part in lines
        for epoch, value in zip(part["epoch"], part[series], strict=True)
    ]
    x, y, which, labels = zip(*marks, strict=True) if marks else ((), (), (), ())
    title = f"{_measure(series)}, {ROWS[_prefix(series)]}"
    return Chart("lines", title, "epoch", _measure(series), x, y, series=which, labels=labels, x_scale="linear")


def _prefix(series: str) -> str:
    found = re.match(r"(test|val)_", series)
    return found[1] if found else ""


def _measure(series: str) -> str:
    return re.sub(r"^(test|val)_", "", series)
