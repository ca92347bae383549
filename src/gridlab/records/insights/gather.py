"""insights(): everything that a sweep tells, the most important first, and what does not apply, with the reason."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gridlab.records.insights.insight import Insight, Insights, Omitted
from gridlab.records.insights.leaders import leaders
from gridlab.records.insights.of_axes import of_edges, of_margins, of_trends
from gridlab.records.insights.of_contrasts import of_contrasts, strength
from gridlab.records.insights.of_sweep import of_ending, of_time, of_top
from gridlab.records.insights.of_variance import of_variance
from gridlab.records.insights.of_winner import of_winner
from gridlab.records.insights.telling import Context
from gridlab.records.insights.trials import make_trials

if TYPE_CHECKING:
    from gridlab.records.insights.insight import InsightKind
    from gridlab.records.results import Results

ORDER: tuple[InsightKind, ...] = (
    "importance",
    "contrast",
    "top",
    "interaction",
    "trend",
    "still_improving",
    "edge",
    "equivalence",
    "pareto",
    "margin",
)
"""What a reader wants first."""


def insights(results: Results) -> Insights:
    """What these results tell; a sweep that is not finished tells what it can."""
    trials = make_trials(results)
    params = results.summary.params
    if not len(trials):
        reason = "no candidate has a score on every split"
        return Insights(results.name, trials.metric, (), (Omitted("winner", reason),), (), None)
    context = Context(trials)
    winner, omitted = of_winner(results, context)
    found: list[Insight] = []
    told = [of_time(context, params), of_ending(results, context)]
    if trials.factors:
        told += [f(context) for f in (of_variance, of_contrasts, of_top, of_trends, of_edges)]
        found += of_margins(context)
    else:
        omitted.append(Omitted("importance", "the candidates that have a score differ in no parameter"))
    for some, left_out in told:
        found += some
        omitted += left_out
    omitted += _about(context)
    return Insights(
        results.name,
        trials.metric,
        tuple(sorted(found, key=lambda insight: _place(context, found, insight))),
        tuple(omitted),
        leaders(trials, params),
        winner,
    )


def _about(context: Context) -> list[Omitted]:
    """What is missing from the whole."""
    trials, missing = context.trials, context.trials.total - len(context.trials)
    left_out = []
    if missing:
        left_out.append(
            Omitted("candidates", f"{missing} of {trials.total} have no score on every split and are left out")
        )
    if trials.n_splits < 2:
        few = "one split" if trials.n_splits else "means alone"
        left_out.append(Omitted("leaderboard", f"{few}: no intervals, and nothing says which candidates are as good"))
    return left_out


def _place(context: Context, found: list[Insight], insight: Insight) -> tuple[float, ...]:
    """Kinds in their order; of a kind what is surest first, then the more important parameter."""
    shares = next((dict(i.numbers["shares"]) for i in found if i.kind == "importance"), {})
    sure = strength(context, insight) if insight.kind == "contrast" else 0
    share = float(insight.numbers["share"]) if insight.kind == "interaction" else 0.0
    share = share or max((shares.get(name, 0.0) for name in insight.about), default=0.0)
    return ORDER.index(insight.kind), sure, -share
