"""What scikit-learn asks a search to fit → a plan: candidates, splits, and fits with their keys, as for any sweep."""

from __future__ import annotations

import inspect
import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from sklearn import get_config

from gridlab.sweep.grid import Candidate, Fit
from gridlab.training.asked import EACH, Asked, Called
from gridlab.training.choosing import Choice
from gridlab.training.datasets.dataset import Dataset, fingerprint
from gridlab.training.folds import Splits, splits_from
from gridlab.training.given import Given
from gridlab.training.models.signature import signature_of
from gridlab.training.plan import Plan, lay_out
from gridlab.training.recipe import Recipe, Step
from gridlab.training.search_spec import Wanted, engine_for, has_network, kind_of, told_apart
from gridlab.training.task import Task

Call = tuple[Any, tuple[Any, ...], dict[str, Any]]
"""A call of fit-and-score as `delayed` makes it: function, (estimator, X, y), keywords."""


@dataclass(frozen=True)
class Search:
    """A plan, and where in it each call has its answer."""

    plan: Plan
    calls: Sequence[Called]
    """In the order in which scikit-learn asked."""
    asked: Asked


def make_search(calls: Sequence[Call], wanted: Wanted) -> Search:
    """Lay out the fits that scikit-learn asks for.

    Raises:
        GridlabError: there is no such engine, or it cannot train these; or a parameter cannot be told from another,
            and so not be found again in a journal.
    """
    function, (estimator, X, y), settings = calls[0]
    n_splits = settings["split_progress"][1]
    pairs = [(kwargs["train"], kwargs["test"]) for _, _, kwargs in calls[:n_splits]]
    asked = Asked(
        function=inspect.unwrap(function),
        settings={name: value for name, value in settings.items() if name not in EACH},
        n_candidates=settings["candidate_progress"][1],
        metrics=wanted.spec.scoring,
        many=wanted.many,
        seeded=has_network(estimator) or wanted.random_state is not None,
        keep=wanted.keep,
        config=get_config(),
        filters=list(warnings.filters),
    )
    engine = engine_for(wanted, asked, estimator, X, y)
    recipe = _recipe(estimator, keyed=wanted.keep or engine != "sklearn")
    if engine == "sklearn":
        definition = splits_from(pairs, X, y).definition if wanted.keep else {}
        given: Any = Given(X, y, recipe.kind, hashed=wanted.keep)
        task = Task(given, Splits(tuple(pairs), definition), recipe, wanted.spec.scoring, asked=asked)
    else:
        task = Task(
            _dataset(X, y, recipe.kind), splits_from(pairs, X, y), recipe, wanted.spec.scoring, seed=wanted.spec.seed
        )
    return _laid_out(task, engine, calls, wanted, asked)


def _recipe(estimator: Any, keyed: bool) -> Recipe:
    """The estimator as a recipe of one step; where nothing needs a key, it is not looked into."""
    name = type(estimator).__qualname__
    signature = signature_of(estimator) if keyed else signature_of(type(estimator))
    return Recipe([Step(name, signature, {}, estimator)], kind_of(estimator))


def _dataset(X: Any, y: Any, kind: Any) -> Dataset:
    """The rows as a data set without a held-out part."""
    y = np.asarray(y)
    classes = tuple(np.unique(y).tolist()) if kind == "classification" else ()
    return Dataset("ndarray", "X", kind, X, y, None, None, classes, fingerprint(kind, X, y))


def _laid_out(task: Task, engine: str, calls: Sequence[Call], wanted: Wanted, asked: Asked) -> Search:
    found: dict[str, Candidate] = {}
    of_call: list[Candidate] = []
    keyed = wanted.keep or asked.seeded
    for _, _, kwargs in calls[:: len(task.splits)]:
        params = kwargs["parameters"]
        key = told_apart(params, or_else=None if wanted.keep else str(len(of_call))) if keyed else str(len(of_call))
        of_call.append(found.setdefault(key, Candidate(len(found), params, key)))
    candidates = list(found.values())
    engines = [engine] * len(candidates)
    fits = lay_out(task, candidates, engines, wanted.spec.seed, _more(asked)) if keyed else _counted(candidates, task)
    by_place = {(fit.candidate.index, fit.split): fit for fit in fits}
    called = [
        _called(by_place[of_call[i // len(task.splits)].index, i % len(task.splits)], call)
        for i, call in enumerate(calls)
    ]
    unique = list({fit.key: fit for fit in reversed(called)}.values())[::-1]
    choices = [Choice(engine)] * len(candidates)
    plan = Plan(wanted.spec, task, wanted.spec.refit, candidates, unique, choices)  # type: ignore[arg-type]
    return Search(plan, called, asked)


def _called(fit: Fit, call: Call) -> Called:
    _, (estimator, *_), kwargs = call
    return Called(fit.candidate, fit.split, fit.key, fit.trajectory, fit.seed, estimator, kwargs.get("callback_ctx"))


def _counted(candidates: Sequence[Candidate], task: Task) -> list[Fit]:
    """Fits whose keys only tell them apart in this process."""
    splits = range(len(task.splits))
    return [Fit(c, i, f"{c.key}-{i}", f"{c.key}-{i}", seed=0) for c in candidates for i in splits]


def _more(asked: Asked) -> Any:
    """What else affects the numbers of a search's fits."""
    named = {k: v for k, v in asked.settings.items() if k in ("return_train_score", "error_score", "scorer")}
    return [named, *(Given(asked.settings[name], None, "").fingerprint for name in ("fit_params", "score_params"))]
