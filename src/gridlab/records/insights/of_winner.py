"""How good the winner is, in words: its apparent score, the selection-corrected one, and the held-out test score."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from scipy import stats

from gridlab.records.best import read_account
from gridlab.records.insights.insight import Omitted, Winner
from gridlab.records.insights.selection import Corrected, bias_corrected
from gridlab.records.insights.words import counted, percent

if TYPE_CHECKING:
    from gridlab.records.insights.telling import Context
    from gridlab.records.results import Results


class Tested(NamedTuple):
    """The refitted winner on the held-out test part."""

    score: float
    low: float | None
    """Wilson's 95 % interval of a share of right answers; None for other scorers."""
    high: float | None
    samples: int


def of_winner(results: Results, context: Context) -> tuple[Winner, list[Omitted]]:
    """How good the best candidate is."""
    trials = context.trials
    apparent, candidate = float(trials.mean[trials.best]), int(trials.candidates[trials.best])
    corrected, tested = bias_corrected(results, trials), _tested(results, candidate)
    omitted = [Omitted("winner", corrected)] if isinstance(corrected, str) else []
    omitted += [Omitted("test_score", tested)] if isinstance(tested, str) else []
    score = None if isinstance(corrected, str) else corrected
    held_out = None if isinstance(tested, str) else tested
    numbers: dict[str, Any] = {
        "apparent": apparent,
        "corrected": None if score is None else score._asdict(),
        "test": None if held_out is None else held_out._asdict(),
    }
    winner = Winner(
        candidate=candidate,
        params=dict(results.params(candidate)),
        apparent=apparent,
        corrected=score and score.score,
        low=score and score.low,
        high=score and score.high,
        test=held_out and held_out.score,
        sentences=tuple(_sentences(context, apparent, score, held_out)),
        numbers=numbers,
    )
    return winner, omitted


def _sentences(context: Context, apparent: float, score: Corrected | None, tested: Tested | None) -> list[str]:
    metric, margin, n = context.metric, context.margin, len(context.trials)
    who = f"The best of {n:,} candidates" if n > 1 else "The only candidate"
    told = [f"{who} has {metric.said} {context.score(apparent)}, mean of its splits."]
    if score is not None:
        told.append(_corrected(context, apparent, score))
    elif n > 1:
        told.append("Chosen by that very score it is flattered, by how much is not known.")
    if tested is not None:
        interval = ""
        if tested.low is not None and tested.high is not None:
            interval = f" (95 % interval {metric.interval(tested.low, tested.high, margin)})"
        told.append(
            f"On {counted(tested.samples, 'held-out sample')}, which no candidate has seen, it scores "
            f"{context.score(tested.score)}{interval}."
        )
    return told


def _corrected(context: Context, apparent: float, score: Corrected) -> str:
    n, flattered, again = len(context.trials), "", ""
    if n > 1:
        flattered = "Chosen by that very score it is flattered; corrected for the choice, "
        again = f"; redrawing the samples chooses it again {percent(score.stable)} of the times"
    if n > 1 and score.score >= apparent:
        flattered = "Corrected for having been chosen by that very score, "
    among = f" among the best {score.candidates:,}" if score.candidates < n else ""
    return (
        f"{flattered}{context.score(score.score)} is to be expected on new data like these (95 % interval "
        f"{context.metric.interval(score.low, score.high, context.margin)}, BBC-CV{among}{again})."
    )


def _tested(results: Results, candidate: int) -> Tested | str:
    """The test score that was recorded with the saved model, or why there is none."""
    samples = int((results.info.get("data") or {}).get("n_test") or 0)
    account = read_account(results.folder) if results.folder else None
    if not samples:
        return "no part of the data was held out for a test (data.test_size)"
    if account is None:
        return "the best candidate has not been refitted"
    if account.get("params") != results.params(candidate):
        return "the saved model is that of another candidate"
    score = (account.get("test_scores") or {}).get(results.refit_metric)
    if score is None:
        return f"the saved model has no {results.refit_metric} on the test part"
    if results.refit_metric != "accuracy":
        return Tested(float(score), None, None, samples)
    found = stats.binomtest(round(score * samples), samples).proportion_ci(method="wilson")
    return Tested(float(score), float(found.low), float(found.high), samples)
