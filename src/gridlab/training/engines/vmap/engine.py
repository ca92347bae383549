"""VmapEngine: a grid trained as a few compiled programs, each training many candidates at once."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Any

import jax.numpy as jnp
import numpy as np

from gridlab.errors import described
from gridlab.sweep.grid import Beside, Fit
from gridlab.training.engines import Progress, Trained, Unit
from gridlab.training.engines.estimator import EstimatorEngine
from gridlab.training.engines.single import SingleEngine
from gridlab.training.engines.vmap.cache import keep_compiled
from gridlab.training.engines.vmap.chunks import Chunks, divided, rows_of
from gridlab.training.engines.vmap.compiled import Compiled, Compiler
from gridlab.training.engines.vmap.data import on_device
from gridlab.training.engines.vmap.devices import everywhere, place
from gridlab.training.engines.vmap.lanes import Group, Lane, group
from gridlab.training.engines.vmap.memory import budget, cores, lanes_at_a_time, measured
from gridlab.training.engines.vmap.seats import Reached, Row
from gridlab.training.engines.vmap.training import Training
from gridlab.training.scoring import Predicted, PredictedClasses, PredictedValues, evaluate
from gridlab.training.task import Task


class VmapEngine(EstimatorEngine):
    """Trains Keras builders on JAX; runs in a process whose Keras backend is JAX."""

    name = "vmap"
    compaction = 1.0
    """How many times its compilation a narrower program has to save."""

    def __init__(self, task: Task) -> None:
        """Put the data on the device."""
        super().__init__(task)
        keep_compiled()
        self._data = on_device(task.dataset.X, lambda array: place(jnp.asarray(array), everywhere()))
        self._compiler = Compiler(self._data, cores())
        self._budget = budget(task.memory, task.workers)

    def train(self, unit: Unit) -> Iterator[Trained | Progress]:
        """Train the unit's fits, program by program, the next ones being compiled meanwhile."""
        groups, refused = group(self._task, unit)
        for fit, reason in refused:
            if not isinstance(fit, Beside):
                yield self._failed(fit, f"vmap cannot train it: {reason}")
        plans = [self._plan(each) for each in groups]
        for chunks in plans:
            self._compiler.submit(chunks.group, chunks.shape, chunks.Y)
        for chunks in plans:
            yield from self._train_group(chunks)
            self._compiler.drop(chunks.group)

    def _plan(self, each: Group) -> Chunks:
        encoder = each.blueprint.estimator.target_encoder_
        Y = place(jnp.asarray(encoder.transform(self._task.dataset.y)), everywhere())
        return Chunks(each, Y, rows_of(self._task, each), lanes_at_a_time(each, self._budget))

    def _train_group(self, chunks: Chunks) -> Iterator[Trained | Progress]:
        """Every chunk of a group; what does not fit into memory is tried again with half the lanes."""
        done = {fit.key for fit in _fits(chunks.group.lanes) if isinstance(fit, Beside)}
        while rows := chunks.take():
            if all(fit.key in done for row in rows for fit in _fits(row.lanes)):
                continue
            try:
                compiled = self._compiler.submit(chunks.group, chunks.shape, chunks.Y).result()
                if not chunks.fits(measured(compiled), self._budget):
                    chunks.put_back(rows)
                    continue
                for each in self._run(compiled, rows, chunks.Y):
                    if isinstance(each, Progress):
                        yield each
                    elif each.fit.key not in done:
                        done.add(each.fit.key)
                        yield self._scored(each)
            except Exception as error:  # whatever tracing, compiling or running somebody's model raises
                if _out_of_memory(error) and chunks.halve():
                    chunks.put_back(rows)
                else:
                    yield from self._one_by_one(rows, done, error)

    def _run(self, compiled: Compiled, rows: Sequence[Row], Y: Any) -> Iterator[Reached | Progress]:
        training = Training(self._task, compiled, rows, (self._data.X, Y))
        while training.running:
            yield from training.epoch()
            yield Progress(training.begun)
            compiled = self._compacted(training, compiled, Y)

    def _compacted(self, training: Training, compiled: Compiled, Y: Any) -> Compiled:
        """A program for half the lanes once half of them have stopped, if compiling it will have paid in the end."""
        shape, left = compiled.program.shape, training.running
        half = divided(-(-shape.lanes // 2))
        if not left or training.widest > half or half >= shape.lanes:
            return compiled
        seconds = sum(seat.fit_time for seat in training.seats) / training.epochs
        to_come = max(seat.lane.epochs for seat in left) - training.epochs
        if to_come * seconds / 2 < self.compaction * compiled.seconds:
            return compiled
        narrower = self._compiler.submit(compiled.group, replace(shape, lanes=half), Y).result()
        training.narrow(narrower)
        return narrower

    def _one_by_one(self, rows: Sequence[Row], done: set[str], error: Exception) -> Iterator[Trained | Progress]:
        """What cannot be compiled after all, or does not fit, goes through `single`, on this backend."""
        print(f"vmap: {described(error)}; going on one fit at a time")
        single = SingleEngine(self._task)
        for row in rows:
            for lane in row.lanes:
                if left := [fit for fit in lane.fits if fit.key not in done]:
                    yield from single.train(left)

    def _scored(self, reached: Reached) -> Trained:
        seat, fit = reached.seat, reached.fit
        if reached.output is None:
            error = f"training diverged: the loss was no finite number after epoch {seat.diverged}"
            return self._failed(fit, error, seat.curves)
        began = time.perf_counter()
        predicted = _predicted(seat.lane.blueprint.estimator, reached.output)
        _, test = self._task.splits.indices[fit.split]
        scores = evaluate(self._scorers, predicted, None, self._task.dataset.y[test])
        record = self._record(
            fit,
            "ok",
            scores=scores,
            curves={name: values[: reached.epochs] for name, values in seat.curves.items()},
            fit_time=seat.fit_time,
            score_time=seat.score_time + time.perf_counter() - began,
        )
        return Trained(record, self._compact(predicted))


def _fits(lanes: Iterable[Lane]) -> Iterator[Fit]:
    return (fit for lane in lanes for fit in lane.fits)


def _predicted(estimator: Any, output: Any) -> Predicted:
    """What the network's output means, as scikeras reads it."""
    encoder = estimator.target_encoder_
    if hasattr(estimator, "classes_"):
        proba = encoder.inverse_transform(output, return_proba=True)
        proba = proba.reshape(len(output), -1)  # scikeras drops a lone row
        return PredictedClasses(np.asarray(estimator.classes_), encoder.inverse_transform(output), proba)
    return PredictedValues(encoder.inverse_transform(output))


def _out_of_memory(error: Exception) -> bool:
    return "RESOURCE_EXHAUSTED" in str(error) or isinstance(error, MemoryError)
