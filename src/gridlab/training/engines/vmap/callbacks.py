"""Keras' own callbacks, one set to a lane: each sees a stand-in for a model, and decides for its lane alone.

Early stopping, plateaus and schedules are decided between epochs, from a handful of numbers. So they stay what they
are, Keras' code on the host; what they ask of the model (its learning rate, its weights, to stop) goes to the lane.
"""

from __future__ import annotations

import copy
from collections.abc import Sequence

import keras
from keras import callbacks

from gridlab.training.engines.vmap.reasons import Unsupported

SUPPORTED = (
    callbacks.EarlyStopping,
    callbacks.ReduceLROnPlateau,
    callbacks.LearningRateScheduler,
    callbacks.TerminateOnNaN,
)


def check_callbacks(found: Sequence[keras.callbacks.Callback], model: keras.Model) -> None:
    """See that the callbacks can act on a lane.

    Raises:
        Unsupported: one is of another kind, or needs a learning rate that a schedule gives.
    """
    for each in found:
        if not isinstance(each, SUPPORTED) and not getattr(type(each), "per_epoch", False):
            names = ", ".join(kind.__name__ for kind in SUPPORTED)
            raise Unsupported(f"{type(each).__name__} may look into the model at any time; compiled ones are {names}")
        changes_rate = isinstance(each, callbacks.ReduceLROnPlateau | callbacks.LearningRateScheduler)
        if changes_rate and not isinstance(model.optimizer._learning_rate, keras.Variable):
            raise Unsupported(f"{type(each).__name__} cannot change a learning rate that a schedule gives")


class LaneOptimizer:
    """An optimizer's learning rate, as a callback sees it."""

    def __init__(self, learning_rate: float | None) -> None:
        self.learning_rate = learning_rate


class LaneModel:
    """A model as a callback sees it; its weights are asked for and put back by name only."""

    def __init__(self, model: keras.Model, learning_rate: float | None) -> None:
        self.metrics = model.metrics
        self.stop_training = False
        self.optimizer = LaneOptimizer(learning_rate)
        self.keeps = False
        """Whether the weights of this moment are to be kept."""
        self.restores = False
        """Whether the weights kept last are to be put back."""

    def get_weights(self) -> str:
        """Have the weights of this moment kept."""
        self.keeps = True
        return "kept"

    def set_weights(self, weights: str) -> None:
        """Have the kept weights put back."""
        self.restores = True


class LaneCallbacks:
    """The callbacks of one lane."""

    def __init__(self, found: Sequence[keras.callbacks.Callback], model: keras.Model, rate: float | None, epochs: int):
        self.model = LaneModel(model, rate)
        self._each = [copy.copy(each) for each in found]
        for each in self._each:
            each.set_params({"epochs": epochs, "verbose": 0})
            each._model = self.model  # `set_model` would look for a backend's trainer in it
            each.on_train_begin()

    def __bool__(self) -> bool:
        return bool(self._each)

    def epoch_begins(self, epoch: int) -> None:
        """Before an epoch, counted from 0."""
        for each in self._each:
            each.on_epoch_begin(epoch)

    def epoch_ends(self, epoch: int, logs: dict[str, float]) -> None:
        """After an epoch; `logs` may be added to."""
        self.model.keeps = False
        for each in self._each:
            if isinstance(each, callbacks.TerminateOnNaN):  # it looks after every batch; a lane stops after the epoch
                each.on_batch_end(0, logs)
            each.on_epoch_end(epoch, logs)

    def training_ends(self) -> None:
        """When the lane has stopped."""
        for each in self._each:
            each.on_train_end()
