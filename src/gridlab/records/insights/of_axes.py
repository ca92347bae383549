"""Findings along the axis of one parameter: the means of its values, the trend over its numbers, its edges."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from gridlab.records.insights.corrected import holm
from gridlab.records.insights.edges import edge
from gridlab.records.insights.insight import Chart, Insight, Omitted
from gridlab.records.insights.margins import Trend, margins, trend
from gridlab.records.insights.telling import ALPHA, Context, bracketed, finite
from gridlab.records.insights.words import MOST_VALUES, counted, listed, number, p_value, value

if TYPE_CHECKING:
    from gridlab.records.insights.edges import Edge
    from gridlab.records.insights.trials import Factor

MOST_NAMES = 100
"""Values of a parameter beyond which it is a label rather than a choice."""


def of_margins(context: Context) -> list[Insight]:
    """The marginal means of every parameter: many numbers in groups; many words, which say little, not at all."""
    coarse = [factor.coarse for factor in context.trials.factors]
    return [_margin(context, factor) for factor in coarse if len(factor.values) <= MOST_NAMES]


def of_trends(context: Context) -> tuple[list[Insight], list[Omitted]]:
    """How the score goes with the numbers of each ordered parameter, adjusted for the number of trends."""
    trials = context.trials
    trends = [(factor, trend(trials, factor)) for factor in trials.factors]
    found = [(factor, line) for factor, line in trends if line is not None]
    p = holm([line.p for _, line in found]).tolist()
    told = [_trend(context, factor, line, p[i], len(found)) for i, (factor, line) in enumerate(found)]
    if found:
        return told, []
    ordered = any(factor.ordered and len(factor.values) > 2 for factor in trials.factors)
    why = "no candidates differ in one of them alone" if ordered else "no parameter has three numbers or more"
    return [], [Omitted("trend", why)]


def of_edges(context: Context) -> tuple[list[Insight], list[Omitted]]:
    """Parameters whose best value is the last one tried, unless their values make no difference."""
    same = {name for name, compared in context.contrasts.items() if compared and all(c.equivalent for c in compared)}
    edges = [(factor, edge(context.trials, factor)) for factor in context.trials.factors if factor.name not in same]
    told = [_edge(context, factor, at) for factor, at in edges if at is not None]
    if told:
        return told, []
    numbers = any(factor.ordered for factor in context.trials.factors)
    inside = "no parameter has its best value, both on average and for the best candidate, at the edge of the grid"
    return [], [Omitted("edge", inside if numbers else "no parameter that varies is a number")]


def _margin(context: Context, factor: Factor) -> Insight:
    found = margins(context.trials, factor)
    values = [value(v) for v in factor.values]
    shown = range(len(values)) if len(values) <= MOST_VALUES else [int(found.mean.argmax()), int(found.mean.argmin())]
    means = listed([f"{context.score(float(found.mean[i]))} with {values[i]}" for i in shown])
    which = "" if len(values) <= MOST_VALUES else " at best and at worst"
    chart = Chart(
        "intervals",
        f"Mean score by {factor.name}",
        factor.name,
        context.metric.name,
        tuple(factor.values) if factor.ordered else tuple(values),
        tuple(found.mean.tolist()),
        tuple(map(finite, found.low)),
        tuple(map(finite, found.high)),
        labels=tuple(counted(int(count), "candidate") for count in found.sizes),
        x_scale=factor.scale,  # type: ignore[arg-type]
    )
    return Insight(
        "margin",
        (factor.name,),
        f"{factor.name}: mean {context.metric.said} {means}{which}.",
        {
            "values": list(factor.values),
            "candidates": found.sizes.tolist(),
            "means": found.mean.tolist(),
            "low": list(map(finite, found.low)),
            "high": list(map(finite, found.high)),
        },
        (chart,),
    )


def _trend(context: Context, factor: Factor, line: Trend, p: float, family: int) -> Insight:
    up = line.change > 0
    ends = f"from {value(factor.values[0])} to {value(factor.values[-1])}"
    by = number(abs(line.change), context.margin)
    word = ("rises" if up else "falls") if not context.metric.negated else ("falls" if up else "rises")
    best = value(factor.values[int(line.means.argmax())])
    uneven = "" if line.steady else f"; not steadily, it is best at {best}"
    tested = "" if math.isnan(p) else p_value(p) + (f" adjusted for {family} trends" if family > 1 else "")
    ends_of = (line.low, line.high) if up else (-line.high, -line.low)
    evidence = bracketed(context.spread(*ends_of), tested)
    said = context.metric.said
    if p < ALPHA:
        sentence = f"{said} {word} with {factor.name}: by {by} {ends}{evidence}{uneven}."
    else:
        doubt = "" if math.isnan(line.low) else f"; with {context.splits} that may still be chance"
        sentence = f"{said} {word} by {by} with {factor.name} {ends}{doubt}{evidence}{uneven}."
    return Insight(
        "trend",
        (factor.name,),
        sentence[0].upper() + sentence[1:],
        {
            "change": line.change,
            "low": finite(line.low),
            "high": finite(line.high),
            "p": finite(line.p),
            "p_adjusted": finite(p),
            "steady": line.steady,
            "scale": factor.scale,
            "values": list(factor.values),
            "means": line.means.tolist(),
            "blocks": line.blocks,
        },
        (
            Chart(
                "lines",
                f"Score over {factor.name}",
                factor.name,
                context.metric.name,
                tuple(factor.values),
                tuple(line.means.tolist()),
                x_scale=factor.scale,  # type: ignore[arg-type]
            ),
        ),
    )


def _edge(context: Context, factor: Factor, at: Edge) -> Insight:
    best = float(context.trials.mean[context.trials.best])
    inside = ""
    if at.best_inside is not None:
        scores = f"{context.score(at.best_inside)} against {context.score(best)}"
        inside = f" (between the edges the best {context.metric.said} is {scores})"
    return Insight(
        "edge",
        (factor.name,),
        f"The best {factor.name}, {value(at.value)}, is the {at.side} that was tried{inside}: {value(at.next)} may be "
        "better still.",
        {"value": at.value, "side": at.side, "next": at.next, "best_inside": at.best_inside},
    )
