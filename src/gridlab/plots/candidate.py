"""The panel of one candidate, which `assets/candidate.js` fills: its place in the page, and what the script reads."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from gridlab.plots.parallel_data import ERROR, RANK, SCORE, SPREAD, STATUS, TIME

if TYPE_CHECKING:
    from gridlab.plots.details import Details
    from gridlab.plots.parallel_data import ParallelData

LISTED = 50
"""Candidates that can be chosen by name where neither curves nor predictions are recorded."""

PANEL = (
    '<div class="scripted"><div class="controls"><label>Candidate <select data-part="chooser"></select></label>'
    '<label data-part="split-label">Curves of <select data-part="split"><option value="">all splits</option>'
    '</select></label></div><ul class="params" data-part="facts"></ul><ul class="params" data-part="params"></ul>'
    '<p class="bad" data-part="error"></p>'
    '<p class="soft key" data-part="key"><span class="solid"></span>held out <span class="dashed"></span>training</p>'
    '<div class="curves" data-part="curves"></div><p class="soft" data-part="no-curves" hidden></p>'
    '<div class="curves"><figure data-part="splits-figure"><figcaption>Score on each split</figcaption>'
    '<div class="chart" data-part="splits"></div></figure>'
    '<figure data-part="confusion-figure"><figcaption>Confusion matrix, all splits</figcaption>'
    '<div class="chart" data-part="confusion"></div></figure></div></div>'
    '<p class="soft unscripted">Single candidates are drawn by a script, which is not running here.</p>'
)


def values(data: ParallelData, kept: Details, metric: str, classes: Sequence[str]) -> dict[str, Any] | None:
    """What `assets/candidate.js` reads beside the table's rows; None when there is no candidate.

    Args:
        data: the picture, whose columns and rows the panel writes out.
        kept: curves and confusion matrices.
        metric: what the candidates are ranked by.
        classes: labels of the confusion matrices.
    """
    if not data.candidates:
        return None
    by_name = {c.name: c for c in data.columns}
    splits = [c.key for c in data.columns if c.name.startswith("split")]
    tried = [c for c in data.columns if c.parameter]
    facts = [by_name[name].key for name in (RANK, SCORE, SPREAD, TIME, STATUS) if name in by_name]
    return {
        "metric": metric,
        "columns": [{"key": c.key, "digits": c.digits} for c in data.columns],
        "params": [c.key for c in tried],
        "facts": facts,
        "splits": splits,
        "error": by_name[ERROR].key if ERROR in by_name else None,
        "heads": [by_name[name].key for name in (RANK, SCORE) if name in by_name],
        "varied": [c.key for c in tried if not c.constant],
        "order": [i for i in data.candidates if i in kept.curves or i in kept.confusion] or [*data.candidates[:LISTED]],
        "curves": {i: curves._asdict() for i, curves in kept.curves.items()},
        "confusion": kept.confusion,
        "classes": classes,
    }
