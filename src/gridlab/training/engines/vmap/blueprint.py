"""Blueprint: a candidate's compiled Keras model, read for what shapes its program and what is only data."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import keras
import numpy as np
from numpy.typing import NDArray
from sklearn.utils.class_weight import compute_sample_weight

from gridlab.errors import described
from gridlab.sweep.grid import Fit, digest
from gridlab.training.engines.vmap.callbacks import check_callbacks
from gridlab.training.engines.vmap.hidden import without
from gridlab.training.engines.vmap.initial import Initial, assigned, placeholders
from gridlab.training.engines.vmap.noise import generators
from gridlab.training.engines.vmap.reasons import Unsupported
from gridlab.training.engines.vmap.scalars import NEUTRAL, Slot, filled, slots
from gridlab.training.estimators import make_estimator
from gridlab.training.programs import describe
from gridlab.training.task import Task

with without("tensorflow"):
    from keras.src.utils.module_utils import tensorflow

    import gridlab.training.wrapper  # noqa: F401  scikeras comes with it

    tensorflow.available  # noqa: B018  Keras asks once in a process, and remembers

FIT_SETTINGS = frozenset(
    {"batch_size", "epochs", "verbose", "callbacks", "validation_split", "validation_batch_size", "shuffle"}
)
"""Settings of Keras' `fit` that mean here what they mean there."""
DEFAULT_BATCH = 32
"""Keras' own."""


@dataclass(eq=False)
class Blueprint:
    """What a candidate's model is, built once, its weights not yet drawn."""

    estimator: Any
    """The scikeras estimator, initialized with the rows of one split: it knows how labels become targets."""
    model: keras.Model
    slots: Sequence[Slot]
    structure: str
    """Equal for two models that are the same program but for the values of their slots."""
    batch_size: int
    epochs: int
    validation_split: float
    shuffle: bool
    callbacks: Sequence[keras.callbacks.Callback]
    initial: Initial
    """Draws the weights, trainable ones first."""

    def __post_init__(self) -> None:
        self.values = [slot.value for slot in self.slots]
        rate = self.model.optimizer._learning_rate
        self.learning_rate = float(rate) if isinstance(rate, keras.Variable) else None

    def lighten(self) -> None:
        """Let go of the model: one of a group is traced, the numbers of the others are enough."""
        self.estimator.model_ = self.model = None
        self.slots = ()

    @property
    def program(self) -> list[Any]:
        """What two candidates have in common if one program trains both."""
        weighted = getattr(self.estimator, "class_weight", None) is not None
        return [self.structure, self.batch_size, self.validation_split, self.shuffle, weighted]

    def row_weights(self, y: NDArray[Any]) -> NDArray[np.float32] | None:
        """(n,) what each row counts for, by `class_weight`; None if all count the same."""
        weight = getattr(self.estimator, "class_weight", None)
        return None if weight is None else compute_sample_weight(weight, y).astype(np.float32)


def make_blueprint(task: Task, fit: Fit) -> Blueprint:
    """Build a candidate's model as `single` would for this fit, and read it.

    Raises:
        Unsupported: it cannot be compiled for many fits at once, or not at all.
    """
    if not task.recipe.keras_alone:
        raise Unsupported("only a Keras builder by itself is compiled, no pipeline around it")
    try:
        estimator, model = _built(task, fit)
    except Unsupported:
        raise
    except Exception as error:  # whatever somebody's builder raises on this backend
        raise Unsupported(f"its model cannot be built on Keras' JAX backend: {described(error)}") from error
    _check_untouched(model)
    settings = estimator.fit_settings()
    check_callbacks(estimator._fit_callbacks, model)
    _check_settings(settings)
    found = slots(model)
    batch_size = int(settings.get("batch_size") or DEFAULT_BATCH)
    n = len(task.splits.indices[fit.split][0])
    return Blueprint(
        estimator,
        model,
        found,
        _structure(model, found, fit),
        n if batch_size == -1 else batch_size,
        task.recipe.epochs(fit.candidate.params),
        float(settings.get("validation_split") or 0.0),
        bool(settings.get("shuffle", True)),
        estimator._fit_callbacks,
        Initial([*model.trainable_variables, *states(model)], fit.seed),
    )


def _built(task: Task, fit: Fit) -> tuple[Any, keras.Model]:
    train, _ = task.splits.indices[fit.split]
    estimator = make_estimator(task.recipe, fit.candidate.params, fit.seed)
    estimator.set_params(random_state=None)  # scikeras would have TensorFlow seeded, too
    python, numpy = random.getstate(), np.random.get_state()
    random.seed(fit.seed)
    np.random.seed(fit.seed)
    try:
        with placeholders():
            estimator.initialize(task.dataset.X[train], task.dataset.y[train])
            estimator._ensure_compiled_model()
            model = estimator.model_
            _check_model(model)
            _finish(estimator, model, task, train)
    finally:
        random.setstate(python)
        np.random.set_state(numpy)
    return estimator, model


def _finish(estimator: Any, model: keras.Model, task: Task, train: NDArray[Any]) -> None:
    """Make the variables that Keras makes with the first batch: the metrics' and the optimizer's."""
    some = train[:2]
    x = np.asarray(task.dataset.X[some])
    y = estimator.target_encoder_.transform(task.dataset.y[train])[:2]
    estimator._check_model_compatibility(y)
    model._symbolic_build(data_batch=(x, y, None))
    if not model.optimizer.built:
        model.optimizer.build(model.trainable_variables)


def states(model: keras.Model) -> list[Any]:
    """Variables that training changes without gradients, but for the state of noise."""
    noise = {id(each.state) for each in generators(model)}
    return [v for v in model.non_trainable_variables if id(v) not in noise]


OWN = {"train_step": "training step", "test_step": "test step", "compute_loss": "loss", "compute_metrics": "metrics"}


def _check_model(model: keras.Model) -> None:
    for method, what in OWN.items():
        if getattr(type(model), method) is not getattr(keras.Model, method):
            raise Unsupported(f"{type(model).__name__} has a {what} of its own ({method})")
    if len(model.inputs or [None]) > 1:
        raise Unsupported(f"the model takes {len(model.inputs)} inputs; one array of rows is compiled")
    if len(getattr(model, "outputs", None) or [None]) > 1:
        raise Unsupported(f"the model has {len(model.outputs)} outputs; one is compiled")
    if model.run_eagerly:
        raise Unsupported("run_eagerly asks for a training that is not compiled")
    if isinstance(model.optimizer, keras.optimizers.LossScaleOptimizer):
        raise Unsupported("LossScaleOptimizer decides after every step whether it counts")


def _check_untouched(model: keras.Model) -> None:
    for variable in model.variables:
        if assigned(variable):
            raise Unsupported(f"its builder sets the value of {variable.path} itself")


def _check_settings(settings: dict[str, Any]) -> None:
    for name, value in settings.items():
        if name not in FIT_SETTINGS and value is not None and (name, value) != ("validation_freq", 1):
            raise Unsupported(f"fit's {name} is not compiled")


def _structure(model: keras.Model, found: Sequence[Slot], fit: Fit) -> str:
    with filled(found, [NEUTRAL] * len(found)):
        text = describe(model)
    paths = [slot.path for slot in found]
    # What is somebody's own can compute anything: only the candidate's own splits are sure to be the same program.
    return digest([text, paths] if text is not None else ["own", fit.candidate.key, paths])
