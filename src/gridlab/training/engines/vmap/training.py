"""Training: one rectangle of lanes, epoch by epoch; each lane leaves it when it has been scored for the last time."""

from __future__ import annotations

import math
import time
from collections.abc import Iterator, Sequence
from typing import Any, cast

import jax
import jax.numpy as jnp
import numpy as np
from numpy.typing import NDArray

from gridlab.sweep.grid import Beside
from gridlab.training.engines.vmap.compiled import Compiled
from gridlab.training.engines.vmap.devices import by_lane, of_state, place
from gridlab.training.engines.vmap.lanes import parts
from gridlab.training.engines.vmap.program import Rows, State
from gridlab.training.engines.vmap.seats import Layout, Reached, Row, Seat
from gridlab.training.task import Task

Numbers = dict[str, NDArray[Any]]
"""Losses and metrics by name, (rows, lanes)."""


class Training:
    """Trains a rectangle of lanes."""

    def __init__(self, task: Task, compiled: Compiled, rows: Sequence[Row], data: tuple[Any, Any]) -> None:
        """Lay the lanes out and draw their weights.

        Args:
            task: what is learned.
            compiled: the program, for a rectangle of this size.
            rows: as many as the program has.
            data: all rows and all targets, on the device.
        """
        self._task, self._compiled, self._settings = task, compiled, compiled.group.blueprint
        self._rows = [(row, *parts(task, row.split, self._settings.validation_split)) for row in rows]
        layout = Layout(rows, compiled)
        self.seats = layout.seats()
        self._numbers = place(layout.numbers(), by_lane())
        self._data = Rows(*data, place(layout.weights(task), by_lane()))
        self.state = place(layout.start(), of_state())
        """Weights and all else that training changes."""
        self._kept: State | None = None
        self.epochs = 0
        """Epochs trained so far."""

    @property
    def n_seen(self) -> int:
        """Data rows that a lane sees in an epoch."""
        return self._compiled.program.shape.n

    @property
    def running(self) -> list[Seat]:
        """Those that are still trained."""
        return [seat for seat in self.seats if seat.running]

    @property
    def begun(self) -> float:
        """Fits' worth of training behind the fits that are not done yet."""
        lanes = [zip(seat.lane.fits, seat.lane.at, strict=True) for seat in self.running]
        ends = [at for lane in lanes for fit, at in lane if at > self.epochs and not isinstance(fit, Beside)]
        return sum(self.epochs / at for at in ends)

    @property
    def widest(self) -> int:
        """The most lanes that are still trained in a row."""
        rows = [seat.place[0] for seat in self.running]
        return max(map(rows.count, set(rows)), default=0)

    def narrow(self, compiled: Compiled) -> None:
        """Go on in a narrower rectangle, which has room for all that is still trained."""
        shape = compiled.program.shape
        columns = np.zeros(shape.rectangle, np.int32)
        for i in range(shape.rows):
            here = [seat for seat in self.running if seat.place[0] == i]
            columns[i, : len(here)] = [seat.place[1] for seat in here]
            for j, seat in enumerate(here):
                seat.place = (i, j)
        rows = np.arange(shape.rows)[:, None]
        self.state = _columns(self.state, rows, columns)
        self._kept = self._kept and _columns(self._kept, rows, columns)
        self._numbers = place([number[rows, columns] for number in self._numbers], by_lane())
        if self._data.weights is not None:
            self._data = self._data._replace(weights=place(self._data.weights[rows, columns], by_lane()))
        self._compiled = compiled

    def epoch(self) -> Iterator[Reached]:
        """Train one epoch; the fits that have reached their end come out."""
        running = self.running
        began = time.perf_counter()
        logs = self._train(running)
        between = time.perf_counter()
        self.epochs += 1
        due = any(self.epochs in seat.lane.at for seat in running)
        seen, output = self._look(self.state) if self._task.curves or due else ({}, None)
        done = time.perf_counter()
        for seat in running:
            seat.fit_time += (between - began) / len(running)
            seat.score_time += (done - between) / len(running)
        ending = [seat for seat in running if self._noted(seat, logs, seen)]
        self._keep(running)
        yield from self._leaving(running, ending, output)

    def _train(self, running: Sequence[Seat]) -> Numbers:
        for seat in running:
            seat.callbacks.epoch_begins(self.epochs)
        self._set_learning_rates(running)
        n = self._compiled.program.shape.n
        order = np.stack([self._order(row, train, n) for row, train, _, _ in self._rows])
        self.state, logs = self._compiled.epoch(self.state, self._numbers, order, self._data)
        if self._compiled.validate is not None:
            n = self._compiled.group.sizes.n_validation
            asked = np.stack([validation[:n] for _, _, validation, _ in self._rows]).astype(np.int32)
            found = self._compiled.validate(self.state, self._numbers, asked, self._data)
            logs = {**logs, **{f"val_{name}": value for name, value in found.items()}}
        return {name: np.asarray(value) for name, value in logs.items()}

    def _order(self, row: Row, train: NDArray[Any], n: int) -> NDArray[np.int32]:
        """The data rows of this epoch in their order; of a split with a row more, another one is left out each time."""
        if self._settings.shuffle:
            return np.random.default_rng([row.seed, self.epochs]).permutation(train)[:n].astype(np.int32)
        left_out = [(self.epochs + i) % len(train) for i in range(len(train) - n)]
        return np.delete(train, left_out).astype(np.int32)

    def _set_learning_rates(self, running: Sequence[Seat]) -> None:
        at = self._compiled.program.learning_rate_at
        if at is None or not any(seat.callbacks for seat in running):
            return
        rates = np.array(self.state.optimizer[at])
        for seat in running:
            rates[seat.place] = seat.callbacks.model.optimizer.learning_rate
        self.state.optimizer[at] = place(jnp.asarray(rates), by_lane())

    def _look(self, state: State) -> tuple[Numbers, NDArray[Any]]:
        """The held-out rows, evaluated and predicted: numbers, and (rows, lanes, most_test, …)."""
        most = self._compiled.group.sizes.most_test
        asked = np.stack([np.resize(test, most) for *_, test in self._rows]).astype(np.int32)
        logs, output = self._compiled.look(state, self._numbers, asked, self._data._replace(weights=None))
        return {f"test_{name}": np.asarray(value) for name, value in logs.items()}, np.asarray(output)

    def _noted(self, seat: Seat, logs: Numbers, seen: Numbers) -> bool:
        """Note what an epoch came to in one lane; whether it was its last."""
        now = {name: float(value[seat.place]) for name, value in logs.items()}
        seat.callbacks.epoch_ends(self.epochs - 1, now)
        now |= {name: float(value[seat.place]) for name, value in seen.items()} if self._task.curves else {}
        for name, value in now.items():
            seat.curves.setdefault(name, []).append(value)
        if not math.isfinite(now["loss"]):
            seat.diverged = self.epochs
        seat.running = not (seat.diverged or seat.callbacks.model.stop_training or self.epochs >= seat.lane.epochs)
        if not seat.running:
            seat.callbacks.training_ends()
        return not seat.running

    def _keep(self, running: Sequence[Seat]) -> None:
        """Keep the weights of the lanes whose callbacks ask for it."""
        asking = [seat.place for seat in running if seat.callbacks.model.keeps]
        if not asking:
            return
        mask = np.zeros(self._compiled.program.shape.rectangle, bool)
        mask[tuple(zip(*asking, strict=True))] = True
        self._kept = _merged(mask, self.state, self._kept or self.state)

    def _leaving(self, running: Sequence[Seat], ending: Sequence[Seat], output: Any) -> Iterator[Reached]:
        """The fits that end here: on the way of a longer one, or with their lane."""
        restored = None
        if any(seat.callbacks.model.restores for seat in ending) and self._kept is not None:
            _, restored = self._look(self._kept)
        if output is None and ending:
            _, output = self._look(self.state)
        for seat in running:
            wanted = restored if seat.callbacks.model.restores and restored is not None else output
            for fit, epochs in self._fits(seat):
                said = None if seat.diverged or wanted is None else wanted[seat.place][: self._n_test(seat)]
                yield Reached(fit, seat, epochs, said)

    def _fits(self, seat: Seat) -> list[tuple[Any, int]]:
        """The fits of a lane that end with this epoch, and how long they were trained."""
        pairs = zip(seat.lane.fits, seat.lane.at, strict=True)
        if seat.running:
            return [(fit, at) for fit, at in pairs if at == self.epochs]
        return [(fit, self.epochs) for fit, at in pairs if at >= self.epochs]

    def _n_test(self, seat: Seat) -> int:
        return len(self._rows[seat.place[0]][3])


def _columns(state: State, rows: NDArray[Any], columns: NDArray[Any]) -> State:
    """The lanes at these places."""
    trainable, other, optimizer = jax.tree.map(lambda a: a[rows, columns], tuple(state[:3]))
    return cast(State, place(State(trainable, other, optimizer, state.noise), of_state()))


def _chosen(mask: Any, new: Any, old: Any) -> Any:
    return jax.tree.map(lambda a, b: jnp.where(mask.reshape(mask.shape + (1,) * (a.ndim - 2)), a, b), new, old)


def _merged(mask: NDArray[Any], new: State, old: State) -> State:
    """The weights of `new` where the mask says so, else those of `old`."""
    trainable, other = jax.jit(_chosen)(mask, (new.trainable, new.other), (old.trainable, old.other))
    return new._replace(trainable=trainable, other=other)
