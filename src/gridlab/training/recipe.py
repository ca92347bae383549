"""Recipe: what stands under `model:` and `fit:`, read but not loaded."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from gridlab.sweep.grid import Params, digest
from gridlab.sweep.parts import ModelSpec
from gridlab.training.loading import load_object
from gridlab.training.models import MODELS
from gridlab.training.models.signature import Signature, joined, read_signature, signature_of


@dataclass(frozen=True)
class Step:
    """One step of a model: a builder, an estimator's class, or an estimator to be cloned."""

    name: str
    """A name of the table, "module:name" or "./file.py:name", as the sweep file says; the name of what Python gave."""
    signature: Signature
    params: Params = field(default_factory=dict)
    """Fixed parameters."""
    target: Any = None
    """The function, class or estimator itself, where it came from Python."""

    @property
    def wraps(self) -> bool:
        """Whether it is one of our Keras estimators, given as an instance, that an engine may watch."""
        return bool(getattr(self.target, "watchable", False))

    @property
    def builder(self) -> Signature:
        """The signature of the builder, which an estimator may wrap."""
        return signature_of(self.target.model) if self.wraps else self.signature

    def load(self, base: Path | None) -> Any:
        """The builder, class or estimator."""
        return self.target if self.target is not None else load_object(MODELS.get(self.name, self.name), base)


@dataclass(frozen=True)
class Recipe:
    """How the estimators of a sweep are made; `estimators.make_estimator` does it."""

    steps: Sequence[Step]
    """One, or those of a pipeline, the model last."""
    kind: str
    """"classification" or "regression"."""
    fit: Params = field(default_factory=dict)
    """Fixed fit settings (`epochs`, …), and those of callbacks."""
    base: Path | None = None
    """The folder of the sweep file."""
    augment: Any = None
    """What stands under `augment:`."""

    @property
    def fingerprint(self) -> str:
        """Hash of everything that affects the numbers: source of the builders, fixed parameters, fit settings."""
        steps = [[s.name, s.signature.source, s.params] for s in self.steps]
        return digest([self.kind, self.fit, steps, *([self.augment] if self.augment else [])])

    @property
    def signature(self) -> Signature:
        """What the whole of it takes."""
        return joined([step.signature for step in self.steps])

    @property
    def is_network(self) -> bool:
        """Whether the model is a Keras builder, or one of our Keras estimators; in a pipeline or not."""
        return self.steps[-1].signature.kind == "builder" or self.steps[-1].wraps

    @property
    def settings(self) -> Params:
        """Settings that every candidate shares: the fixed ones, and those of an estimator that wraps a network."""
        last = self.steps[-1]
        return {**(last.target.get_params() if last.wraps else {}), **self.fit}

    @property
    def keras_alone(self) -> bool:
        """Whether it is a builder with no pipeline around it: it can be watched, and scored on the way."""
        return len(self.steps) == 1 and self.is_network

    @property
    def engine(self) -> str:
        """The engine that trains one such fit at a time."""
        return "single" if self.is_network else "estimator"

    def shared(self, params: Params) -> frozenset[str]:
        """Parameters that say where a training is scored and not how it goes: `epochs`, as a rule.

        A builder that takes `epochs`, or a callback, may do other things in the first ten of twenty epochs than in ten.
        """
        signature = self.steps[-1].builder
        takes = "epochs" in signature.parameters or signature.open
        settings = {**self.settings, **params}
        called = any("callbacks" in name.split("__") for name, value in settings.items() if value is not None)
        return frozenset() if takes or called or not self.keras_alone else frozenset({"epochs", "fit__epochs"})

    def epochs(self, params: Params) -> int:
        """Epochs that a candidate is trained for."""
        given = [*self.settings.items(), *params.items()]  # a candidate's goes before a fixed one, by either name
        return int({name.removeprefix("fit__"): value for name, value in given}.get("epochs", 1))


def make_recipe(model: ModelSpec, kind: str, fit: Params, base: Path | None, augment: Any = None) -> Recipe:
    """The recipe for what stands under `model:`.

    Raises:
        GridlabError: there is no such file, module or attribute.
    """
    return Recipe([_step(part, base) for part in model.pipeline or (model,)], kind, dict(fit), base, augment)


def _step(model: ModelSpec, base: Path | None) -> Step:
    target = model.object
    if target is None:
        signature = read_signature(MODELS.get(model.name, model.name), base)
        return Step(model.name, signature, dict(model.params))
    return Step(
        getattr(target, "__qualname__", type(target).__qualname__), signature_of(target), dict(model.params), target
    )
