"""Findings on the values of one parameter: which is better, whether they differ at all, their means and their trend."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from gridlab.records.insights.corrected import holm
from gridlab.records.insights.edges import edge
from gridlab.records.insights.insight import Chart, Insight, Omitted
from gridlab.records.insights.margins import Trend, margins, trend
from gridlab.records.insights.telling import ALPHA, Compared, Context, adjusted, bracketed, finite
from gridlab.records.insights.words import counted, listed, number, p_value, value

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gridlab.records.insights.edges import Edge
    from gridlab.records.insights.trials import Factor

MOST_VALUES = 8
"""Values that a sentence names one by one."""


def of_contrasts(context: Context) -> tuple[list[Insight], list[Omitted]]:
    """For each parameter which value is better, or that they are equivalent, or that it cannot be told."""
    found, omitted = [], []
    for factor in context.trials.factors:
        compared = context.contrasts[factor.name]
        if not compared:
            reason = f"no two candidates differ in {factor.name} alone, so its values cannot be compared fairly"
            omitted.append(Omitted("contrast", reason))
        elif all(c.equivalent for c in compared):
            found.append(_equivalence(context, compared))
        else:
            found.append(_contrast(context, compared))
    if found and context.trials.n_splits < 2:
        omitted.append(Omitted("contrast", f"{_few(context)}: differences have no intervals and no tests"))
    return found, omitted


def strength(context: Context, insight: Insight) -> float:
    """How much a reader should care for a contrast: 0 for one beyond doubt, then 1, 2 and 3."""
    compared = context.contrasts[insight.about[0]]
    return 0 if any(c.told_apart for c in compared) else 1 if any(c.consistent for c in compared) else 2


def of_margins(context: Context) -> list[Insight]:
    """The marginal means of every parameter."""
    return [_margin(context, factor) for factor in context.trials.factors]


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
    """Parameters whose best value is the last one tried."""
    edges = [(factor, edge(context.trials, factor)) for factor in context.trials.factors]
    told = [_edge(context, factor, at) for factor, at in edges if at is not None]
    if told:
        return told, []
    numbers = any(factor.ordered for factor in context.trials.factors)
    why = "the best candidate is at no edge of the grid" if numbers else "no parameter that varies is a number"
    return [], [Omitted("edge", why)]


def _contrast(context: Context, compared: Sequence[Compared]) -> Insight:
    ranked = sorted(compared, key=lambda c: (not c.told_apart, not c.consistent, -c.contrast.difference))
    head, rest = ranked[0], ranked[1:4]
    sentence = _verdict(context, head)
    if rest:
        others = [
            f"{value(c.factor.values[c.contrast.a])} over {value(c.factor.values[c.contrast.b])} "
            f"{number(c.contrast.difference, context.margin)}"
            + bracketed(context.spread(c.contrast.low, c.contrast.high), "beyond doubt" if c.told_apart else "")
            for c in rest
        ]
        sentence += f" Other differences: {'; '.join(others)}."
    return Insight("contrast", (head.factor.name,), sentence, _numbers(context, ranked), (_chart(context, ranked),))


def _verdict(context: Context, c: Compared) -> str:
    """One contrast in words that promise no more than it holds."""
    contrast, (a, b) = c.contrast, (value(c.factor.values[at]) for at in (c.contrast.a, c.contrast.b))
    by = context.metric.better(contrast.difference, context.margin)
    interval, p = context.spread(contrast.low, contrast.high), adjusted(c.p, c.family)
    won = f"better in {contrast.won} of {counted(contrast.pairs, 'paired comparison')}"
    name = c.factor.name
    if c.told_apart:
        return f"{name} {a} is better than {b}: {by}{bracketed(interval, won, p)}."
    if math.isnan(contrast.low):
        return f"{name} {a} did better than {b}: {by} on average, {won}."
    if c.consistent:
        return (
            f"{name} {a} did better than {b} in {contrast.won} of {counted(contrast.pairs, 'paired comparison')}, "
            f"{by} on average; but {context.splits} do not put it beyond doubt{bracketed(interval, p)}."
        )
    return f"{name}: {a} and {b} cannot be told apart; {a} is ahead, {by} on average{bracketed(interval, won, p)}."


def _equivalence(context: Context, compared: Sequence[Compared]) -> Insight:
    name, values = compared[0].factor.name, compared[0].factor.values
    widest = max(compared, key=lambda c: max(abs(c.contrast.low90), abs(c.contrast.high90)))
    which = listed([value(v) for v in values]) if len(values) <= MOST_VALUES else f"its {len(values)} values"
    margin = number(context.margin, context.margin)
    largest = context.spread(widest.contrast.low90, widest.contrast.high90, 90)
    sentence = (
        f"{name} makes no difference: {which} are within {margin} {context.metric.said} of one another "
        f"({'largest ' if len(compared) > 1 else ''}difference "
        f"{number(widest.contrast.difference, context.margin)}, {largest})."
    )
    return Insight("equivalence", (name,), sentence, _numbers(context, compared), (_chart(context, compared),))


def _numbers(context: Context, compared: Sequence[Compared]) -> dict[str, object]:
    return {
        "contrasts": [c.to_json() for c in compared],
        "adjusted_for": compared[0].family,
        "margin": context.margin,
        "splits": context.trials.n_splits,
        "test_to_train": context.trials.ratio,
    }


def _chart(context: Context, compared: Sequence[Compared]) -> Chart:
    name = compared[0].factor.name
    pairs = [[value(c.factor.values[at]) for at in (c.contrast.a, c.contrast.b)] for c in compared]
    return Chart(
        "intervals",
        f"Differences between values of {name}",
        name,
        f"difference of {context.metric.name}",
        tuple(f"{a} − {b}" for a, b in pairs),
        tuple(c.contrast.difference for c in compared),
        tuple(finite(c.contrast.low) for c in compared),
        tuple(finite(c.contrast.high) for c in compared),
        labels=tuple(f"better in {c.contrast.won} of {counted(c.contrast.pairs, 'pair')}" for c in compared),
        lines_at=(-context.margin, 0.0, context.margin),
    )


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
        labels=tuple(counted(int(count), "candidate") for count in found.count),
        x_scale=factor.scale,  # type: ignore[arg-type]
    )
    return Insight(
        "margin",
        (factor.name,),
        f"{factor.name}: mean {context.metric.said} {means}{which}.",
        {
            "values": list(factor.values),
            "candidates": found.count.tolist(),
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
    evidence = bracketed(context.spread(line.low, line.high), tested)
    said = context.metric.said
    if p < ALPHA:
        sentence = f"{said} {word} with {factor.name}: by {by} {ends}{evidence}{uneven}."
    else:
        doubt = "" if math.isnan(line.low) else f", but {context.splits} do not put it beyond doubt"
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
    average = " and candidates with it also did best on average" if at.average_too else ""
    against = ""
    if not at.average_too:
        found = margins(context.trials, factor)
        against = f" (on average {value(factor.values[int(np.argmax(found.mean))])} did best)"
    inside = ""
    if at.best_inside is not None:
        inside = f"; the best between the edges has {context.score(at.best_inside)} against {context.score(best)}"
    return Insight(
        "edge",
        (factor.name,),
        f"The best candidate has the {at.side} {factor.name} tried, {value(at.value)}{average}{against}{inside}: "
        f"try {value(at.next)}.",
        {
            "value": at.value,
            "side": at.side,
            "next": at.next,
            "best_on_average_too": at.average_too,
            "best_inside": at.best_inside,
        },
    )


def _few(context: Context) -> str:
    return "only means are known" if context.trials.n_splits == 0 else "there is one split"
