"""Importance where the candidates are no full grid: Optuna's fANOVA on a forest fitted to them.

Hutter, Hoos and Leyton-Brown (2014). The forest stands in for the scores that were not tried, so its shares are worth
what its predictions are: how well it predicts candidates that a tree has not seen is said beside them.
"""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import optuna
from optuna.distributions import CategoricalDistribution, FloatDistribution
from optuna.importance import FanovaImportanceEvaluator
from sklearn.ensemble import RandomForestRegressor

if TYPE_CHECKING:
    from collections.abc import Mapping

    from gridlab.records.insights.trials import Factor, Trials

MOST = 300
"""Candidates that the forest is fitted to: beyond it a sample, drawn evenly over the ranks. Optuna's time grows with
the square of the values, to minutes for thousands."""
TREES, DEPTH = 16, 10
"""Of the forest, for the same reason."""
FEWEST = 20
"""Candidates below which a forest has nothing to learn from."""
MOST_VALUES = 100
"""Values of a categorical parameter beyond which no forest tells them apart."""


class Surrogate(NamedTuple):
    """Importances by a surrogate."""

    main: Mapping[str, float]
    """Parameter → its main effect's share of the forest's variance; what is left to one is due to several together."""
    explained: float
    """R² of a forest's predictions for candidates that its trees have not seen (out of bag)."""
    candidates: int
    """How many it was fitted to."""


def surrogate_shares(trials: Trials, seed: int = 0) -> Surrogate | str:
    """Importances of the factors, or why there are none."""
    if len(trials) < FEWEST:
        return f"{len(trials)} candidates that are no full grid are too few for a surrogate (it takes {FEWEST})"
    many = [f.name for f in trials.factors if not f.ordered and len(f.values) > MOST_VALUES]
    if many:
        return f"{many[0]} has more than {MOST_VALUES} values that are no numbers"
    rows = trials.order[np.unique(np.linspace(0, len(trials) - 1, min(len(trials), MOST)).round().astype(int))]
    if float(trials.mean[rows].std()) <= 1e-12 * max(1.0, float(np.abs(trials.mean).max())):
        return "all candidates have the same score"
    explained = _explained(trials, rows, seed)
    if explained < 0.1:
        return f"a random forest does not predict the scores (out-of-bag R² {explained:.2f}), so it cannot say why"
    shares = FanovaImportanceEvaluator(n_trees=TREES, max_depth=DEPTH, seed=seed).evaluate(_study(trials, rows))
    return Surrogate({name: float(share) for name, share in shares.items()}, explained, len(rows))


def _study(trials: Trials, rows: Any) -> optuna.Study:
    """The candidates as trials of an Optuna study in memory."""
    optuna.logging.set_verbosity(optuna.logging.WARNING)
    study = optuna.create_study(direction="maximize")
    spaces: dict[str, Any] = {f.name: _distribution(f) for f in trials.factors}
    columns = {f.name: _column(f) for f in trials.factors}
    study.add_trials(
        [
            optuna.trial.create_trial(
                params={name: column[row] for name, column in columns.items()},
                distributions=spaces,
                value=float(trials.mean[row]),
            )
            for row in rows
        ]
    )
    return study


def _distribution(factor: Factor) -> Any:
    """Numbers as a range on the axis' scale; what is absent from some candidates, like a word, as one of several."""
    if factor.ordered and factor.complete:
        return FloatDistribution(float(factor.places[0]), float(factor.places[-1]))
    return CategoricalDistribution([str(code) for code in np.unique(factor.codes)])


def _column(factor: Factor) -> list[Any]:
    if factor.ordered and factor.complete:
        return list(factor.places[factor.codes].tolist())
    return [str(code) for code in factor.codes]


def _explained(trials: Trials, rows: Any, seed: int) -> float:
    table = np.stack([factor.codes[rows] for factor in trials.factors], axis=1)
    forest = RandomForestRegressor(100, random_state=seed, oob_score=True)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # a candidate that no tree has left out
        return float(forest.fit(table, trials.mean[rows]).oob_score_)
