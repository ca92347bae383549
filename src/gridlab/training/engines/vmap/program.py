"""Program: one network's training, evaluation and prediction for many lanes, compiled once.

Lanes stand in a rectangle. A *row* shares its batches and its noise: the candidates of one split. Within a row
`jax.vmap` leaves what is shared alone, so a batch is gathered once, noise is drawn once, and the first layer of all
lanes is one large matrix product.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import keras

from gridlab.training.engines.vmap.blueprint import states
from gridlab.training.engines.vmap.data import DeviceData
from gridlab.training.engines.vmap.initial import constants
from gridlab.training.engines.vmap.noise import cheap, generators
from gridlab.training.engines.vmap.scalars import LaneScalar, Slot, filled

Logs = dict[str, jax.Array]
"""Losses and metrics by name, (rows, lanes)."""


class State(NamedTuple):
    """What lanes are after some epochs: arrays that begin with (rows, lanes), but for `noise`."""

    trainable: list[Any]
    other: list[Any]
    """Moving averages and the like."""
    optimizer: list[Any]
    noise: list[Any]
    """For each generator (rows, 2) uint32: its seed, and how often it was asked."""


class Rows(NamedTuple):
    """The data on the device, whole."""

    X: Any
    Y: Any
    weights: Any
    """(rows, lanes, n) what each data row counts for in each lane; None if all count the same."""


@dataclass(frozen=True)
class Shape:
    """The static sizes that a program is compiled for."""

    rows: int
    lanes: int
    n: int
    """Data rows that a lane is trained on in an epoch."""
    batch: int

    @property
    def rectangle(self) -> tuple[int, int]:
        """(rows, lanes)."""
        return self.rows, self.lanes

    @property
    def whole(self) -> int:
        """Whole batches of an epoch."""
        return self.n // self.batch


class Program:
    """What is compiled. While it is traced, the lanes' numbers stand in the places of the model's own."""

    def __init__(self, model: keras.Model, places: Sequence[Slot], data: DeviceData, shape: Shape) -> None:
        self.shape = shape
        self._model, self._places, self._data = model, places, data
        self._metrics = constants(model.metrics_variables)
        noise = {id(each.state): i for i, each in enumerate(generators(model))}
        self._noise_at = [noise.get(id(v)) for v in model.non_trainable_variables]

    def epoch(self, state: State, numbers: list[Any], order: Any, rows: Rows) -> tuple[State, Logs]:
        """Train all lanes for one epoch.

        Args:
            state: of the lanes.
            numbers: (rows, lanes) for each slot.
            order: (rows, n) data rows, in the order in which they are seen.
            rows: the data.
        """
        shape = self.shape
        step = _over_lanes(self._train_step, 0, rows.weights is not None)

        def train(carry: Any, now: Any) -> tuple[Any, None]:
            return step(*carry, numbers, *self._batch(rows, now)), None

        carry = (state, self._fresh())
        cut = shape.whole * shape.batch
        if shape.whole:
            batches = order[:, :cut].reshape(shape.rows, shape.whole, shape.batch).swapaxes(0, 1)
            carry, _ = jax.lax.scan(train, carry, batches)
        if cut < shape.n:
            carry, _ = train(carry, order[:, cut:])
        state, metrics = carry
        return state, jax.vmap(jax.vmap(self._results))(metrics)

    def look(self, state: State, numbers: list[Any], asked: Any, seen: int, rows: Rows) -> tuple[Logs, Any]:
        """Predict some data rows, and evaluate the first `seen` of them.

        Args:
            state: of the lanes.
            numbers: as above.
            asked: (rows, m) data rows.
            seen: how many of them are evaluated.
            rows: the data.

        Returns:
            Losses and metrics, and the network's output (rows, lanes, m, …).
        """
        _, y, w = self._batch(rows, asked[:, :seen])
        evaluate = _over_lanes(self._evaluate, None, rows.weights is not None)
        logs, output = evaluate(state, self._fresh(), numbers, self._data.rows(rows.X, asked), y, w)
        return logs, output

    def _batch(self, rows: Rows, now: Any) -> tuple[Any, Any, Any]:
        """The network's input and targets, and what they count for, of (rows, batch) data rows."""
        weights = None if rows.weights is None else jnp.take_along_axis(rows.weights, now[:, None, :], axis=2)
        return self._data.rows(rows.X, now), rows.Y[now], weights

    def _fresh(self) -> list[Any]:
        """Metrics that have seen nothing yet, for all lanes."""
        return [jnp.broadcast_to(v, (self.shape.rows, self.shape.lanes, *v.shape)) for v in self._metrics]

    def _train_step(self, state: State, metrics: Any, numbers: Any, x: Any, y: Any, weights: Any) -> tuple[State, Any]:
        """One lane, one batch: Keras' own training step."""
        with self._bound(numbers):
            values = (state.trainable, self._joined(state), state.optimizer, metrics)
            _, (trainable, others, optimizer, metrics) = self._model.train_step(values, (x, y, weights))
        return self._parted(trainable, others, optimizer), metrics

    def _evaluate(self, state: State, metrics: Any, numbers: Any, x: Any, y: Any, weights: Any) -> tuple[Logs, Any]:
        """One lane: what Keras' test step does, for as many of the rows as there are targets."""
        model, training = self._model, {"training": False} if self._model._call_has_training_arg else {}
        values = (state.trainable, self._joined(state))
        with self._bound(numbers):
            output, others, losses = model.stateless_call(*values, x, return_losses=True, **training)
            x, seen = x[: len(y)], output[: len(y)]
            model._losses_override = list(losses)
            loss, (*_, metrics) = model.stateless_compute_loss(
                state.trainable, others, metrics, x=x, y=y, y_pred=seen, sample_weight=weights, training=False
            )
            model._losses_override = []
            logs, _ = model._update_metrics_variables(metrics, loss, x, y, seen, weights)
        return _flat(logs), output

    def _results(self, metrics: Any) -> Logs:
        with keras.StatelessScope(list(zip(self._model.metrics_variables, metrics, strict=True))):
            return _flat(self._model.get_metrics_result())

    @contextmanager
    def _bound(self, numbers: Sequence[Any]) -> Iterator[None]:
        with cheap(self._model), filled(self._places, [LaneScalar(number) for number in numbers]):
            yield

    def _joined(self, state: State) -> list[Any]:
        """The model's non-trainable variables."""
        other = iter(state.other)
        return [next(other) if at is None else state.noise[at] for at in self._noise_at]

    def _parted(self, trainable: list[Any], others: list[Any], optimizer: list[Any]) -> State:
        noise = [None] * sum(at is not None for at in self._noise_at)
        for at, value in zip(self._noise_at, others, strict=True):
            if at is not None:
                noise[at] = value
        return State(
            trainable, [v for at, v in zip(self._noise_at, others, strict=True) if at is None], optimizer, noise
        )

    def optimizer_start(self) -> list[Any]:
        """The optimizer's variables before the first step, of one lane."""
        return constants(self._model.optimizer.variables)

    @property
    def learning_rate_at(self) -> int | None:
        """Which of the optimizer's variables is the learning rate; None where a schedule gives it."""
        found = [i for i, v in enumerate(self._model.optimizer.variables) if v is self._model.optimizer._learning_rate]
        return found[0] if found else None

    @property
    def n_generators(self) -> int:
        """How many layers draw noise."""
        return sum(at is not None for at in self._noise_at)

    @property
    def n_states(self) -> int:
        """How many variables training changes without gradients."""
        return len(states(self._model))


def _over_lanes(function: Any, noise_out: int | None, weighted: bool) -> Any:
    """A function of one lane as one of all: (state, metrics, numbers, x, y, weights), x and y shared within a row."""
    shared = State(0, 0, 0, None)  # type: ignore[arg-type]
    weights = 0 if weighted else None
    out = (shared, 0) if noise_out is not None else 0
    rows = jax.vmap(function, in_axes=(shared, 0, 0, None, None, weights), out_axes=out)
    return jax.vmap(rows, in_axes=(0, 0, 0, 0, 0, weights))


def _flat(logs: Any, prefix: str = "") -> Logs:
    """Metrics that return several numbers by name are several metrics."""
    flat: Logs = {}
    for name, value in logs.items():
        flat |= _flat(value, f"{prefix}{name}_") if isinstance(value, dict) else {prefix + name: value}
    return flat
