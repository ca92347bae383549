"""A lane is the training that Keras would do: same weights, batches and noise in, same weights out."""

from __future__ import annotations

import random
from functools import cache, partial
from typing import Any
from unittest import mock

import jax
import jax.numpy as jnp
import keras
import numpy as np
import pytest
from keras import layers, optimizers, regularizers

from gridlab.sweep.grid import digest
from gridlab.training.engines.vmap.chunks import Chunks, rows_of
from gridlab.training.engines.vmap.compiled import _TRAINING_ON_CPU, Compiler
from gridlab.training.engines.vmap.data import on_device
from gridlab.training.engines.vmap.lanes import group
from gridlab.training.engines.vmap.noise import cheap, generators
from gridlab.training.engines.vmap.training import Training
from gridlab.training.estimators import make_estimator
from gridlab.training.optimizers import RAdam

EPOCHS = 4


def compiled_model(stack: list[Any], optimizer: Any, loss: str = "sparse_categorical_crossentropy") -> Any:
    model = keras.Sequential(stack)
    model.compile(optimizer=optimizer, loss=loss, metrics=["accuracy"])
    return model


def network(optimizer: Any, dropout: float = 0.3, l2: float = 0.01) -> Any:
    penalty = regularizers.L2(l2)
    return compiled_model(
        [
            keras.Input((12,)),
            layers.Dense(16, use_bias=False, kernel_regularizer=penalty),
            layers.BatchNormalization(),
            layers.Dropout(dropout),
            layers.Dense(8, activation="relu", kernel_initializer="he_normal"),
            layers.Dense(3, activation="softmax"),
        ],
        optimizer,
    )


def noisy(dropout: float, stddev: float, learning_rate: float) -> Any:
    return compiled_model(
        [
            keras.Input((6, 6, 1)),
            layers.GaussianNoise(stddev),
            layers.Conv2D(4, 3, activation="selu", kernel_initializer="lecun_normal"),
            layers.SpatialDropout2D(dropout),
            layers.Flatten(),
            layers.AlphaDropout(dropout),
            layers.Dense(3, activation="softmax", kernel_regularizer=regularizers.L1L2(dropout / 100, stddev / 100)),
        ],
        optimizers.Adam(learning_rate),
    )


def sgd(learning_rate: float, momentum: float, weight_decay: float) -> Any:
    return network(optimizers.SGD(learning_rate, momentum=momentum, nesterov=True, weight_decay=weight_decay))


def adam(learning_rate: float, beta_1: float, epsilon: float) -> Any:
    return network(optimizers.Adam(learning_rate, beta_1=beta_1, epsilon=epsilon, amsgrad=True))


def rmsprop(learning_rate: float, rho: float, momentum: float) -> Any:
    return network(optimizers.RMSprop(learning_rate, rho=rho, momentum=momentum, centered=True))


def radam(learning_rate: float, beta_1: float, beta_2: float) -> Any:
    return network(RAdam(learning_rate, beta_1=beta_1, beta_2=beta_2, epsilon=1e-3))


def cosine(initial: float, alpha: float) -> Any:
    return network(optimizers.SGD(optimizers.schedules.CosineDecay(initial, 20, alpha=alpha)))


def exponential(initial: float, decay: float) -> Any:
    return network(optimizers.Adam(optimizers.schedules.ExponentialDecay(initial, 5, decay)))


def named(name: str, learning_rate: float, weight_decay: float) -> Any:
    # Where a gradient is rounding alone, optimizers that divide by its size make a full step of it; an epsilon above
    # the rounding keeps two orders of summation together. The case "adam" has Keras' own epsilon.
    epsilon = {} if name in ("SGD", "Lion", "Ftrl") else {"epsilon": 1e-3}
    return network(getattr(optimizers, name)(learning_rate=learning_rate, weight_decay=weight_decay, **epsilon))


def trained(task: Any, fits: Any) -> list[Training]:
    """Every chunk of the fits, trained to its end."""
    data = on_device(task.dataset.X)
    found, refused = group(task, fits)
    assert not refused
    done = []
    for each in found:
        Y = jnp.asarray(each.blueprint.estimator.target_encoder_.transform(task.dataset.y))
        chunks = Chunks(each, Y, rows_of(task, each), limit=100)
        compiler = Compiler(data, threads=1)
        while rows := chunks.take():
            training = Training(task, compiler.submit(each, chunks.shape, Y).result(), rows, (data.X, Y))
            while training.running:
                list(training.epoch())
            done.append((training, rows))
    return done


@cache
def _known() -> bool:
    """Whether this jaxlib has the options that training is compiled with."""
    try:
        return bool(jax.jit(lambda: jnp.bool_(True), compiler_options=_TRAINING_ON_CPU)())
    except jax.errors.JaxRuntimeError:
        return False


def by_keras(task: Any, lane: Any, row: Any) -> Any:
    """The same lane, by a plain loop of `train_on_batch`."""
    fit = lane.fits[-1]
    estimator = make_estimator(task.recipe, fit.candidate.params, fit.seed).set_params(random_state=None)
    random.seed(fit.seed)
    train, _ = task.splits.indices[fit.split]
    estimator.initialize(task.dataset.X[train], task.dataset.y[train])
    estimator._ensure_compiled_model()
    model = estimator.model_
    for i, each in enumerate(generators(model)):
        each.state.assign([int(digest(["noise", row.seed, i]), 16) % 2**32, 0])
    n = min(len(train) for train, _ in task.splits.indices)
    y = estimator.target_encoder_.transform(task.dataset.y)
    weights = lane.blueprint.row_weights(task.dataset.y[train])
    counts = np.zeros(len(y), np.float32)
    counts[train] = 1.0 if weights is None else weights
    # Both sides sum by the same kernels: Adam makes steps of what is rounding alone.
    alike = partial(jax.jit, compiler_options=_TRAINING_ON_CPU) if _known() else jax.jit
    with cheap(model), mock.patch("keras.src.backend.jax.trainer.jit", alike):
        for epoch in range(lane.epochs):
            order = np.random.default_rng([row.seed, epoch]).permutation(train)[:n]
            for start in range(0, n, estimator.batch_size):
                now = order[start : start + estimator.batch_size]
                model.train_on_batch(
                    task.dataset.X[now], y[now], sample_weight=None if weights is None else counts[now]
                )
    return model


def assert_equal(training: Training, rows: Any, task: Any, atol: float = 2e-5) -> None:
    for seat in (training.seats[0], training.seats[-1]):  # each costs Keras two compilations
        model = by_keras(task, seat.lane, rows[seat.place[0]])
        idle = without_a_gradient(model)
        lane = [np.asarray(v[seat.place]) for v in training.state.trainable]
        for ours, keras_s in zip(lane, model.trainable_variables, strict=True):
            if keras_s.path not in idle:
                np.testing.assert_allclose(ours, keras_s.numpy(), atol=atol, rtol=2e-4, err_msg=keras_s.path)


def without_a_gradient(model: Any) -> set[str]:
    """Biases that a batch norm takes out again: optimizers that look at signs make steps of their rounding errors."""
    pairs = zip(model.layers, model.layers[1:], strict=False)
    return {a.bias.path for a, b in pairs if isinstance(b, layers.BatchNormalization) and a.use_bias}


CASES: dict[str, tuple[Any, dict[str, Any]]] = {
    "fc3": ("fc3", {"batch_norm": [True, False], "dropout": [0.2, 0.5], "learning_rate": [0.01]}),
    "mlp": ("mlp", {"hidden": [[8, 6]], "l2": [0.001, 0.1], "dropout": [0.1, 0.3], "batch_norm": [True]}),
    "noisy": (noisy, {"dropout": [0.1, 0.4], "stddev": [0.1, 0.6], "learning_rate": [0.001]}),
    "sgd": (sgd, {"learning_rate": [0.1, 0.01], "momentum": [0.5, 0.9], "weight_decay": [0.01]}),
    "adam": (adam, {"learning_rate": [0.01], "beta_1": [0.5, 0.9], "epsilon": [1e-7, 1e-3]}),
    "rmsprop": (rmsprop, {"learning_rate": [0.01], "rho": [0.5, 0.9], "momentum": [0.1, 0.6]}),
    "radam": (radam, {"learning_rate": [0.01, 0.02], "beta_1": [0.5, 0.9], "beta_2": [0.9, 0.99]}),
    "augmented": ("cnn30", {"filters": [3], "dense": [4], "dropout": [0.2, 0.4], "augment": [True]}),
    "cosine": (cosine, {"initial": [0.1, 0.01], "alpha": [0.1, 0.5]}),
    "exponential": (exponential, {"initial": [0.1, 0.01], "decay": [0.9, 0.5]}),
    **{
        name: (named, {"name": [name], "learning_rate": [0.01, 0.05], "weight_decay": [0.01, 0.1]})
        for name in (
            "SGD",
            "RMSprop",
            "Adam",
            "AdamW",
            "Adamax",
            "Nadam",
            "Adagrad",
            "Adadelta",
            "Lion",
            "Lamb",
            "Ftrl",
        )
    },
}


@pytest.mark.slow
@pytest.mark.parametrize("case", CASES)
def test_a_lane_has_the_weights_that_train_on_batch_gives(case: str, make_task: Any) -> None:
    builder, grid = CASES[case]
    shape = (6, 6, 1) if builder in (noisy, "cnn30") else (12,)
    task, fits = make_task(builder, {**grid, "epochs": [EPOCHS], "batch_size": [16]}, shape=shape)
    found = trained(task, fits)
    assert sum(len(training.seats) for training, _ in found) == len(fits)
    for training, rows in found:
        assert_equal(training, rows, task)


@pytest.mark.slow
def test_class_weights_are_those_of_keras(make_task: Any) -> None:
    weights = [{0: 1.0, 1: 5.0, 2: 0.2}, "balanced"]
    task, fits = make_task(
        "fc3", {"dropout": [0.2], "class_weight": weights, "epochs": [EPOCHS], "batch_size": [16], "batch_norm": [True]}
    )
    found = trained(task, fits)
    assert len(found) == 2
    assert {len(training.seats) for training, _ in found} == {2}
    for training, rows in found:
        assert_equal(training, rows, task)


@pytest.mark.slow
def test_numbers_are_lanes_and_structure_is_programs(make_task: Any) -> None:
    grid = {"dropout": [0.0, 0.2, 0.5], "learning_rate": [0.1, 0.2], "optimizer": ["Adam", "SGD"], "epochs": [1, 2]}
    task, fits = make_task("fc3", grid)
    found, refused = group(task, fits)
    assert not refused
    assert sorted(len(each.lanes) for each in found) == [4, 4, 8, 8]  # dropout 0 has no mask: a program of its own
    assert all(len(lane.fits) == 2 for each in found for lane in each.lanes)


@pytest.mark.slow
def test_a_lane_alone_is_the_lane_among_fifty(make_task: Any) -> None:
    grid = {"dropout": [0.1, 0.2, 0.3, 0.4, 0.5], "learning_rate": list(np.geomspace(1e-3, 1e-1, 10))}
    # SGD: under RMSprop a gradient that is rounding alone makes a full step, in whichever direction it was rounded
    rest = {"epochs": [EPOCHS], "batch_size": [16], "batch_norm": [True], "optimizer": ["SGD"]}
    task, fits = make_task("fc3", {**grid, **rest})
    ((among, _), *_) = trained(task, fits)
    picked = among.seats[17]
    ((alone, _),) = trained(task, [picked.lane.fits[0]])
    variables = among._compiled.group.blueprint.model.trainable_variables
    idle = without_a_gradient(among._compiled.group.blueprint.model)
    for variable, a, b in zip(variables, among.state.trainable, alone.state.trainable, strict=True):
        if variable.path in idle:
            continue
        np.testing.assert_allclose(np.asarray(a[picked.place]), np.asarray(b[0, 0]), atol=2e-5, rtol=2e-4)
    np.testing.assert_allclose(picked.curves["loss"], alone.seats[0].curves["loss"], rtol=1e-4)
