"""Findings on the values of a parameter against each other: which is better, or that they make no difference."""

from __future__ import annotations

import math
from collections import Counter
from typing import TYPE_CHECKING

from gridlab.records.insights.insight import Chart, Insight, Omitted
from gridlab.records.insights.telling import Compared, Context, adjusted, bracketed, finite
from gridlab.records.insights.trials import ABSENT
from gridlab.records.insights.trials import MOST_VALUES as MOST_COMPARED
from gridlab.records.insights.words import MOST_VALUES, counted, listed, number, p_value, value

if TYPE_CHECKING:
    from collections.abc import Sequence


def of_contrasts(context: Context) -> tuple[list[Insight], list[Omitted]]:
    """For each parameter which value is better, or that they are equivalent, or that it cannot be told."""
    found, omitted = [], []
    for factor in context.trials.factors:
        compared = context.contrasts[factor.name]
        if not compared:
            alone = f"no two candidates differ in {factor.name} alone, so its values cannot be compared fairly"
            many = f"{factor.name} has {len(factor.values):,} values, too many to compare them two by two"
            omitted.append(Omitted("contrast", many if len(factor.values) > MOST_COMPARED else alone))
        elif all(c.equivalent for c in compared):
            found.append(_equivalence(context, compared))
        else:
            found.append(_contrast(context, compared))
    if found and context.trials.n_splits < 2:
        omitted.append(Omitted("contrast", f"{_few(context)}: differences have no intervals and no tests"))
    return found, omitted


def strength(context: Context, insight: Insight) -> float:
    """How sure a contrast is: 0 where values are told apart, 1 where most pairs agree, else 2."""
    compared = context.contrasts[insight.about[0]]
    return 0 if any(c.told_apart for c in compared) else 1 if any(c.consistent for c in compared) else 2


def _contrast(context: Context, compared: Sequence[Compared]) -> Insight:
    ranked = sorted(compared, key=lambda c: (not c.told_apart, not c.consistent, -c.contrast.difference))
    head, rest = ranked[0], ranked[1:]
    if len(rest) > 2:  # how the best value does against those that come nearest
        best = Counter(c.contrast.a for c in compared).most_common(1)[0][0]
        rest = sorted((c for c in rest if c.contrast.a == best), key=lambda c: c.contrast.difference)[:2]
    sentence = _verdict(context, head)
    winner = int(head.factor.codes[context.trials.best])
    if (head.told_apart or head.consistent) and winner != head.contrast.a and winner != ABSENT:
        sentence += f" The best candidate of all has {value(head.factor.values[winner])} nevertheless."
    if rest:
        sentence += f" Other differences: {'; '.join(_briefly(context, c) for c in rest)}."
    return Insight("contrast", (head.factor.name,), sentence, _numbers(context, ranked), (_chart(context, ranked),))


def _briefly(context: Context, c: Compared) -> str:
    a, b = (value(c.factor.values[at]) for at in (c.contrast.a, c.contrast.b))
    p = "" if math.isnan(c.p) else p_value(c.p)
    evidence = bracketed(context.spread(c.contrast.low, c.contrast.high), p)
    return f"{a} over {b} {number(c.contrast.difference, context.margin)}{evidence}"


def _verdict(context: Context, c: Compared) -> str:
    """One contrast in words that promise no more than it holds."""
    contrast, (a, b) = c.contrast, (value(c.factor.values[at]) for at in (c.contrast.a, c.contrast.b))
    by = context.metric.better(contrast.difference, context.margin)
    interval, p = context.spread(contrast.low, contrast.high), adjusted(c.p, c.family)
    won = f"better in {contrast.won:,} of {counted(contrast.pairs, 'paired comparison')}"
    name = c.factor.name
    if c.told_apart:
        return f"{name} {a} is better than {b}: {by}{bracketed(interval, won, p)}."
    if math.isnan(contrast.low):
        return f"{name} {a} did better than {b}: {by} on average, {won}."
    if c.consistent:
        return (
            f"{name} {a} did better than {b} in {contrast.won:,} of {counted(contrast.pairs, 'paired comparison')}, "
            f"{by} on average; with {context.splits} that may still be chance{bracketed(interval, p)}."
        )
    margin = number(context.margin, context.margin)
    return (
        f"{name}: {a} and {b} are neither told apart nor shown to be within {margin} of one another; "
        f"{by} with {a} on average{bracketed(interval, won, p)}."
    )


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


def _few(context: Context) -> str:
    return "only means are known" if context.trials.n_splits == 0 else "there is one split"
