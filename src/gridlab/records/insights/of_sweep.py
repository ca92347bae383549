"""Findings on the sweep as a whole: what the best have in common, whether they were done, score against time."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from gridlab.records.insights.corrected import holm
from gridlab.records.insights.insight import Chart, Insight, Omitted
from gridlab.records.insights.leaders import cheapest
from gridlab.records.insights.pareto import pareto_front
from gridlab.records.insights.telling import ALPHA, Context, bracketed, finite
from gridlab.records.insights.top import FEWEST, Common, common, top_tenth
from gridlab.records.insights.unfinished import Ending, ending
from gridlab.records.insights.words import Metric, counted, listed, number, p_value, percent, value

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any

    from gridlab.records.results import Results

SHOWN = 4
"""Values told of the top tenth."""
DRAWN = 2_000
"""Candidates in a scatter chart: beyond it those that come best, and the front."""


def of_top(context: Context) -> tuple[list[Insight], list[Omitted]]:
    """What the top tenth has in common, beyond what chance would give it."""
    trials = context.trials
    top = top_tenth(trials)
    if top is None:
        few = len(trials) < FEWEST
        why = (
            f"{len(trials)} candidates are too few for a top tenth"
            if few
            else "too many candidates share the best score"
        )
        return [], [Omitted("top", why)]
    found = common(trials, top)
    p = holm([c.p for c in found]).tolist()
    lifted = [(c, at) for c, at in zip(found, p, strict=True) if at < ALPHA]
    if not lifted:
        return [], [Omitted("top", f"the best {len(top)} share no value more often than chance may give it")]
    return [_top(lifted, found, p)], []


def of_ending(results: Results, context: Context) -> tuple[list[Insight], list[Omitted]]:
    """Whether the best candidates were still improving when they stopped."""
    found = ending(results, context.trials)
    if isinstance(found, str):
        return [], [Omitted("still_improving", found)]
    unsure = not found.low > 0 and not math.isnan(found.low)
    if found.gain <= 0 or (unsure and found.improving < 0.8 * found.fits):
        flat = f"the best candidates' {found.series} no longer improves from epoch {found.first} to {found.last}"
        return [], [Omitted("still_improving", flat)]
    return [_ending(found)], []


def of_time(context: Context, params: Sequence[Mapping[str, Any]]) -> tuple[list[Insight], list[Omitted]]:
    """The Pareto front in score and time, and the fastest candidate that is as good as the best."""
    trials = context.trials
    if np.isnan(trials.time).all():
        return [], [Omitted("pareto", "how long fits took is not known")]
    if len(trials) < 2:
        return [], [Omitted("pareto", "there is one candidate")]
    front = pareto_front(trials.mean, trials.time)
    return [_pareto(context, front, params)], []


def _top(lifted: Sequence[tuple[Common, float]], found: Sequence[Common], p: Sequence[float]) -> Insight:
    told = [
        f"{c.in_top:,} have {c.factor.name} {value(c.factor.values[c.value])} "
        f"({percent(c.in_rest)} of the rest do, {p_value(at)})"
        for c, at in lifted[:SHOWN]
    ]
    best = lifted[0][0]
    names = tuple(dict.fromkeys(c.factor.name for c, _ in lifted))
    texts = [f"{c.factor.name} {value(c.factor.values[c.value])}" for c in found]
    shown = range(len(found))[:12]
    numbers = [
        {
            "parameter": c.factor.name,
            "value": c.factor.values[c.value],
            "in_top": c.in_top,
            "in_all": c.in_all,
            "share_of_top": c.in_top / c.top,
            "share_of_rest": c.in_rest,
            "lift": c.lift,
            "p": c.p,
            "p_adjusted": at,
        }
        for c, at in list(zip(found, p, strict=True))[:50]
    ]
    chart = Chart(
        "bars",
        "Values of the top tenth against the rest",
        "value",
        "share of candidates",
        tuple(texts[i] for i in shown for _ in range(2)),
        tuple(share for i in shown for share in (found[i].in_top / found[i].top, found[i].in_rest)),
        series=("top tenth", "the rest") * len(shown),
    )
    return Insight(
        "top",
        names,
        f"Of the best {best.top:,} of {best.all:,} candidates {listed(told)}.",
        {"top": best.top, "candidates": best.all, "values": numbers},
        (chart,),
    )


def _ending(found: Ending) -> Insight:
    metric = Metric(found.series.removeprefix("test_").removeprefix("val_"))
    unit = max(found.gain, 1e-12)
    verb = "fell" if found.falls else "rose"
    interval = "" if math.isnan(found.low) else f"95 % interval {number(found.low, unit)} to {number(found.high, unit)}"
    return Insight(
        "still_improving",
        (),
        f"Training may not be over: from epoch {found.first} to {found.last} of {found.epochs} the held-out "
        f"{metric.said} of the best {len(found.candidates)} candidates {verb} by {number(found.gain, unit)} on average"
        f"{bracketed(interval, f'in {found.improving} of {found.fits} fits')}; more epochs may change the order.",
        {
            "series": found.series,
            "first_epoch": found.first,
            "last_epoch": found.last,
            "epochs": found.epochs,
            "gain": found.gain,
            "low": finite(found.low),
            "high": finite(found.high),
            "improving": found.improving,
            "fits": found.fits,
            "candidates": list(found.candidates),
        },
        (
            Chart(
                "lines",
                f"Mean curve of the best {len(found.candidates)} candidates",
                "epoch",
                found.series,
                tuple(range(1, found.epochs + 1)),
                found.curve,
                x_scale="linear",
            ),
        ),
    )


def _pareto(context: Context, front: Any, params: Sequence[Mapping[str, Any]]) -> Insight:
    trials = context.trials
    best, cheap = trials.best, cheapest(trials)
    sentence = (
        f"Of {counted(len(trials), 'candidate')} {len(front)} are not beaten in both score and time by another; "
        f"the best takes {number(float(trials.time[best]), float(trials.time[best]) / 10)} s a fit."
    )
    if cheap is not None and cheap != best:
        given = params[trials.candidates[cheap]]
        which = ", ".join(f"{f.name} {value(given[f.name])}" for f in trials.factors if f.name in given)
        share = percent(float(trials.time[cheap] / trials.time[best]))
        sentence += (
            f" Within one standard error of it the fastest takes {share} of that, with"
            f" {context.metric.said} {context.score(float(trials.mean[cheap]))}: {which}."
        )
    shown = list(dict.fromkeys([*front.tolist(), *trials.order[:DRAWN].tolist()]))
    on_front = set(front.tolist())
    chart = Chart(
        "scatter",
        "Score against time",
        "seconds a fit",
        context.metric.name,
        tuple(map(finite, trials.time[shown])),
        tuple(trials.mean[shown].tolist()),
        series=tuple("not dominated" if row in on_front else "dominated" for row in shown),
        labels=tuple(f"candidate {trials.candidates[row]}" for row in shown),
        x_scale="linear",
    )
    numbers = {
        "front": [
            {"candidate": int(trials.candidates[row]), "mean": float(trials.mean[row]), "time": float(trials.time[row])}
            for row in front
        ],
        "dominated": len(trials) - len(front),
        "best": int(trials.candidates[best]),
        "cheapest": None if cheap is None else int(trials.candidates[cheap]),
    }
    return Insight("pareto", (), sentence, numbers, (chart,))
