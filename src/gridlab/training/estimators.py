"""A recipe and a candidate's parameters → a new scikit-learn estimator, seeded."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

from sklearn.base import BaseEstimator, clone
from sklearn.pipeline import make_pipeline

from gridlab.errors import GridlabError
from gridlab.sweep.grid import Params
from gridlab.training.augment import chosen
from gridlab.training.callback_settings import load_callbacks
from gridlab.training.loading import load_object
from gridlab.training.recipe import Recipe, Step
from gridlab.training.routing import Routed, route

WRAPPERS = {
    "classification": "gridlab.training.wrapper:KerasClassifier",
    "regression": "gridlab.training.wrapper:KerasRegressor",
}
"""Imported when a Keras builder is met: a sweep of scikit-learn's own estimators needs no Keras."""

AUGMENTED = "gridlab.training.augmenting:augmented"
"""Imported when images are to be moved about."""


def make_estimator(recipe: Recipe, params: Params, seed: int) -> BaseEstimator:
    """The estimator of one candidate: Keras builders inside scikeras, scikit-learn's as they are.

    Raises:
        GridlabError: the model cannot be loaded, or does not take such parameters.
        ValueError: an estimator does not take such values.
    """
    *before, last = recipe.steps
    routed = route(params, recipe.signature, model=last.params, fit=recipe.fit)
    steps = [_plain(step, step.params, recipe) for step in before]
    steps.append(
        _keras(last, routed, recipe) if last.signature.kind == "builder" else _plain(last, routed.model, recipe)
    )
    estimator = steps[0] if len(steps) == 1 else make_pipeline(*steps)
    return _seeded(estimator.set_params(**routed.steps), seed)


def _plain(step: Step, params: Params, recipe: Recipe) -> BaseEstimator:
    loaded = step.load(recipe.base)
    estimator = clone(loaded) if isinstance(loaded, BaseEstimator) else loaded()
    return estimator.set_params(**params)


def _keras(step: Step, routed: Routed, recipe: Recipe) -> BaseEstimator:
    builder: Callable[..., Any] = step.load(recipe.base)
    if not inspect.isfunction(builder):
        raise GridlabError(f"{step.name} is a {type(builder).__name__}, not a function that builds a model")
    other = dict(routed.other)
    augment = chosen(other.pop("augment", recipe.augment), recipe.augment)
    if augment is not None:
        builder = load_object(AUGMENTED)(builder, augment)
    if "callbacks" in other:
        other["callbacks"] = load_callbacks(other["callbacks"])
    wrapper = load_object(WRAPPERS[recipe.kind])
    model = {f"model__{name}": value for name, value in routed.model.items()}
    own = inspect.signature(wrapper).parameters  # what it does not know itself, it would pass on to the builder
    fit = {name if name in own else f"fit__{name}": value for name, value in routed.fit.items()}
    estimator: BaseEstimator = wrapper(builder, verbose=0, **model, **fit, **other)
    return estimator


def _seeded(estimator: BaseEstimator, seed: int) -> BaseEstimator:
    """Give every `random_state` that is still None a number, so that a fit depends on nothing that ran before it."""
    return estimator.set_params(**dict.fromkeys(unset_random_states(estimator), seed))


def unset_random_states(estimator: BaseEstimator) -> list[str]:
    """The names of an estimator's parameters, nested ones too, that are a `random_state` and None."""
    return sorted(n for n, value in estimator.get_params().items() if value is None and _is_random_state(n))


def _is_random_state(name: str) -> bool:
    return name == "random_state" or name.endswith("__random_state")
