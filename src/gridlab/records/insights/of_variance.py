"""Findings on what explains the variance between candidates: the parameters' importance, and pairs that go together."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

import numpy as np

from gridlab.records.insights.anova import Shares, exact_shares, is_full_grid
from gridlab.records.insights.insight import Chart, Insight, Omitted
from gridlab.records.insights.words import listed, number, percent, value

if TYPE_CHECKING:
    from collections.abc import Mapping

    from gridlab.records.insights.surrogate import Surrogate
    from gridlab.records.insights.telling import Context
    from gridlab.records.insights.trials import Factor

Key = TypeVar("Key")

SMALL = 0.01
"""Shares below it are told together."""
INTERACTIONS, LEAST = 3, 0.04
"""At most so many pairs are told of, and none that explains less."""


def of_variance(context: Context) -> tuple[list[Insight], list[Omitted]]:
    """The importance of parameters and of pairs, exact on a full grid."""
    trials = context.trials
    if not is_full_grid(trials):
        return _by_surrogate(context)
    shares = exact_shares(trials)
    if shares is None:
        same = "all candidates have the same score"
        return [], [Omitted("importance", same), Omitted("interaction", same)]
    told = _interactions(context, shares)
    left_out = [] if told or len(trials.factors) < 2 else [Omitted("interaction", "no pair of parameters stands out")]
    return [_importance(context, shares), *told], left_out


def _importance(context: Context, shares: Shares) -> Insight:
    n, more = len(context.trials), ""
    if len(shares.main) > 1:
        together = percent(sum(shares.pairs.values()) + shares.higher)
        more = f" {together[0].upper()}{together[1:]} belongs to combinations of parameters"
        if shares.noise is not None:
            alone = shares.noise - sum(share for names, share in shares.by_noise.items() if len(names) == 1)
            more += f"; noise over splits and seeds alone would put {percent(min(alone, 1.0))} there"
        more += "."
    return Insight(
        "importance",
        tuple(_by_share(shares.main)),
        f"{_ranked(shares.main, f'of the variance between the {n:,} candidates')}.{more}",
        {
            "method": "functional ANOVA, exact on the full grid",
            "variance": shares.variance,
            "shares": dict(shares.main),
            "pairs": [{"parameters": list(pair), "share": share} for pair, share in _by_share(shares.pairs).items()],
            "higher": shares.higher,
            "noise": shares.noise,
            "by_noise": {names[0]: share for names, share in shares.by_noise.items() if len(names) == 1},
        },
        (_bars(shares.main),),
    )


def _by_surrogate(context: Context) -> tuple[list[Insight], list[Omitted]]:
    # Deferred: Optuna takes a second to import, and a full grid has no need of it.
    from gridlab.records.insights.surrogate import surrogate_shares

    found = surrogate_shares(context.trials)
    if isinstance(found, str):
        return [], [Omitted("importance", found), Omitted("interaction", found)]
    pairs = "pairs are told apart on a full grid only; here they are part of what no single parameter explains"
    return [_estimated(found, len(context.trials))], [Omitted("interaction", pairs)]


def _estimated(found: Surrogate, n: int) -> Insight:
    rest = max(1 - sum(found.main.values()), 0.0)
    sample = f", fitted to {found.candidates} of them," if found.candidates < n else ""
    ranked = _ranked(found.main, f"of the variance between the {n:,} candidates")
    sentence = (
        f"{ranked}, as far as a random forest{sample} can tell"
        f" (its R² on candidates not seen is {found.explained:.2f}); {percent(rest)} is left to combinations."
    )
    numbers = {
        "method": "functional ANOVA on a random forest (Optuna)",
        "shares": dict(found.main),
        "r2": found.explained,
        "candidates": found.candidates,
    }
    return Insight("importance", tuple(_by_share(found.main)), sentence, numbers, (_bars(found.main),))


def _interactions(context: Context, shares: Shares) -> list[Insight]:
    """The pairs that explain more than a little, and more than twice what noise would give them."""
    factors = {factor.name: factor for factor in context.trials.factors}
    found = [
        (pair, share)
        for pair, share in _by_share(shares.pairs).items()
        if share > max(LEAST, 2 * shares.by_noise.get(pair, 0.0))
    ]
    return [_interaction(context, factors[a], factors[b], share, shares) for (a, b), share in found[:INTERACTIONS]]


def _interaction(context: Context, a: Factor, b: Factor, share: float, shares: Shares) -> Insight:
    if len(a.values) < len(b.values):
        a, b = b, a
    sizes = (len(b.values), len(a.values))
    cells = np.ravel_multi_index((b.codes, a.codes), sizes)
    means = (np.bincount(cells, context.trials.mean) / np.bincount(cells)).reshape(sizes)
    best = [(value(of), value(a.values[int(row.argmax())])) for of, row in zip(b.values, means, strict=True)]
    different = len({at for _, at in best}) > 1
    which = listed([f"{at} with {b.name} {of}" for of, at in best[:4]])
    where = f"{a.name} does best at {which}" if different else f"{a.name} {best[0][1]} is best with each"
    gains = [context.metric.better(float(row.max() - row.min()), context.margin) for row in means]
    spans = ", ".join(gains[:1] + [number(float(row.max() - row.min()), context.margin) for row in means[1:4]])
    return Insight(
        "interaction",
        (a.name, b.name),
        f"What {a.name} does depends on {b.name}: together they explain a further {percent(share)} of the variance; "
        f"{where} (best against worst {a.name}: {spans}).",
        {
            "share": share,
            "by_noise": shares.by_noise.get((a.name, b.name), shares.by_noise.get((b.name, a.name))),
            "rows": {b.name: list(b.values)},
            "columns": {a.name: list(a.values)},
            "means": means.tolist(),
        },
        (
            Chart(
                "heatmap",
                f"Mean score by {a.name} and {b.name}",
                a.name,
                b.name,
                tuple(map(value, a.values)),
                tuple(map(value, b.values)),
                z=tuple(tuple(row) for row in means.tolist()),
            ),
        ),
    )


def _ranked(shares: Mapping[str, float], of: str) -> str:
    """batch_norm explains 61 % of it, dropout 20 % and units 5 %; the other 2 parameters together under 1 %."""
    names = list(shares := _by_share(shares))
    large = [name for name in names if shares[name] >= SMALL][:5] or names[:1]
    others = [f"{name} {percent(shares[name])}" for name in large[1:]]
    told = ", ".join(filter(None, [f"{large[0]} explains {percent(shares[large[0]])} {of}", listed(others)]))
    rest = names[len(large) :]
    if not rest:
        return told
    together = sum(shares[name] for name in rest)
    which = rest[0] if len(rest) == 1 else f"the other {len(rest)} parameters together"
    return f"{told}; {which} {percent(together)}"


def _by_share(shares: Mapping[Key, float]) -> dict[Key, float]:
    return dict(sorted(shares.items(), key=lambda item: -item[1]))


def _bars(shares: Mapping[str, float]) -> Chart:
    ranked = _by_share(shares)
    return Chart("bars", "Importance", "parameter", "share of the variance", tuple(ranked), tuple(ranked.values()))
