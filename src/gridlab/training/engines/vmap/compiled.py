"""Compiled: a program for so many lanes, lowered and compiled ahead of time, so that programs compile side by side."""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from typing import Any

import jax
import jax.numpy as jnp

from gridlab.training.engines.vmap.blueprint import states
from gridlab.training.engines.vmap.data import DeviceData
from gridlab.training.engines.vmap.devices import by_lane, count, everywhere, of_state
from gridlab.training.engines.vmap.lanes import Group
from gridlab.training.engines.vmap.program import Program, Rows, Shape, State

_tracing = threading.Lock()
"""Tracing changes the model it traces, and holds Python's lock anyway; only compiling runs side by side."""
_TRAINING_ON_CPU: dict[str, Any] = {
    # XLA gives YNNPACK the sums of products in the gradient of batch normalization, which run there on one thread, so
    # slowly that a training step took three times as long (jaxlib 0.10.2). Evaluation has none, and gains by YNNPACK.
    "xla_cpu_experimental_ynn_fusion_type": "",
    # The widest vectors that the processor has, as matrix products take them anyway: 2 to 5 % of a step.
    "xla_cpu_prefer_vector_width": 512,
}


@dataclass(frozen=True, eq=False)
class Compiled:
    """The functions of one program, ready to run."""

    program: Program
    group: Group
    varied: Sequence[int]
    """The slots that are data."""
    epoch: Any
    look: Any
    """Held-out rows: evaluated and predicted."""
    validate: Any
    """The validation part: evaluated. None without one."""
    memory: int
    """Bytes that running it takes at most."""
    seconds: float
    """What it took to make."""


class Compiler:
    """Compiles programs in threads of its own."""

    def __init__(self, data: DeviceData, threads: int) -> None:
        self._data = data
        self._executor = ThreadPoolExecutor(max_workers=threads, thread_name_prefix="compile")
        self._made: dict[tuple[int, Shape], Future[Compiled]] = {}

    def submit(self, group: Group, shape: Shape, Y: Any) -> Future[Compiled]:
        """Compile a group's program for that many lanes, once."""
        name = (id(group), shape)
        if name not in self._made:
            self._made[name] = self._executor.submit(self._compile, group, shape, Y)
        return self._made[name]

    def drop(self, group: Group) -> None:
        """Forget a group's programs, and what they hold."""
        self._made = {name: made for name, made in self._made.items() if name[0] != id(group)}

    def _compile(self, group: Group, shape: Shape, Y: Any) -> Compiled:
        began, varied = time.perf_counter(), group.varied()
        with _tracing:
            program = Program(group.blueprint.model, [group.blueprint.slots[i] for i in varied], self._data, shape)
            lowered = self._lowered(program, group, len(varied), Y)
        epoch, *others = lowered
        epoch, look, validate = _for_training(epoch), *(each and each.compile() for each in others)
        used = [each.memory_analysis() for each in (epoch, look, validate) if each is not None]
        return Compiled(
            program, group, varied, epoch, look, validate, max(map(_bytes, used)), time.perf_counter() - began
        )

    def _lowered(self, program: Program, group: Group, n_numbers: int, Y: Any) -> list[Any]:
        shape, sizes = program.shape, group.sizes
        state = abstract_state(program, group)
        numbers = [_spec((shape.rows, shape.lanes), sharding=by_lane())] * n_numbers
        weights = _spec((shape.rows, shape.lanes, len(Y)), sharding=by_lane()) if group.weighted else None
        rows = Rows(_like(self._data.X), _like(Y), weights)
        plain = rows._replace(weights=None)
        asked = partial(_spec, dtype=jnp.int32)
        out = (of_state(), by_lane()) if count() > 1 else None
        epoch = jax.jit(program.epoch, donate_argnums=0, out_shardings=out).lower(
            state, numbers, asked((shape.rows, shape.n)), rows
        )
        look = jax.jit(program.look, static_argnums=3).lower(
            state, numbers, asked((shape.rows, sizes.most_test)), sizes.n_test, plain
        )
        if not sizes.n_validation:
            return [epoch, look, None]
        validation = asked((shape.rows, sizes.n_validation))

        def evaluate(state: State, numbers: list[Any], asked: Any, rows: Rows) -> Any:
            return program.look(state, numbers, asked, sizes.n_validation, rows)[0]

        return [epoch, look, jax.jit(evaluate).lower(state, numbers, validation, rows)]


def _for_training(lowered: jax.stages.Lowered) -> jax.stages.Compiled:
    if jax.default_backend() != "cpu":
        return lowered.compile()
    try:
        return lowered.compile(compiler_options=_TRAINING_ON_CPU)
    except jax.errors.JaxRuntimeError as error:
        if "No such compile option" not in str(error):
            raise
        return lowered.compile()  # a jaxlib that has no YNNPACK either


def abstract_state(program: Program, group: Group) -> State:
    """The shapes and types of a program's state."""
    shape, model = program.shape, group.blueprint.model
    lanes = (shape.rows, shape.lanes)
    optimizer = [_spec((*lanes, *v.shape), v.dtype, by_lane()) for v in program.optimizer_start()]
    weights = [
        _spec((*lanes, *v.shape), jnp.dtype(v.dtype), by_lane()) for v in [*model.trainable_variables, *states(model)]
    ]
    n = len(model.trainable_variables)
    noise = [_spec((shape.rows, 2), jnp.uint32)] * program.n_generators
    return State(weights[:n], weights[n:], optimizer, noise)


def _spec(shape: tuple[int, ...], dtype: Any = jnp.float32, sharding: Any = None) -> jax.ShapeDtypeStruct:
    return jax.ShapeDtypeStruct(shape, dtype, sharding=sharding or everywhere())


def _like(array: Any) -> jax.ShapeDtypeStruct:
    return _spec(array.shape, array.dtype)


def _bytes(used: Any) -> int:
    """Arguments, results and what is needed in between, what is donated counted once."""
    if used is None:
        return 0
    total = used.argument_size_in_bytes + used.output_size_in_bytes + used.temp_size_in_bytes
    return int(total - used.alias_size_in_bytes)
