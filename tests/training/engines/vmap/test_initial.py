from __future__ import annotations

import random

import keras
import numpy as np
import pytest
from keras import layers

from gridlab.training.engines.vmap.initial import Initial, assigned, constants, placeholders
from gridlab.training.engines.vmap.reasons import Unsupported


def build(kernel: object = "he_normal") -> keras.Model:
    return keras.Sequential(
        [
            keras.Input((5,)),
            layers.Dense(4),
            layers.BatchNormalization(),
            layers.Dropout(0.5),  # takes a random seed too
            layers.Dense(3, kernel_initializer=kernel, bias_initializer=keras.initializers.Constant(0.25)),
            layers.Dense(3, kernel_initializer=keras.initializers.GlorotUniform(seed=5)),
            layers.Dense(2, kernel_initializer="orthogonal"),
        ]
    )


def test_weights_are_those_that_keras_gives_a_model_built_with_each_seed():
    random.seed(11)
    with placeholders():
        model = build()
    assert all(not np.any(v.numpy()) for v in model.trainable_variables)
    drawn = Initial(model.trainable_variables, 11).values([11, 12, 13])
    for lane, seed in enumerate((11, 12, 13)):
        random.seed(seed)
        for ours, keras_s in zip(drawn, build().trainable_variables, strict=True):
            np.testing.assert_allclose(ours[lane], keras_s.numpy(), rtol=1e-5, atol=1e-6, err_msg=keras_s.path)


def test_a_variable_that_was_given_a_value_is_told_from_one_that_was_not():
    with placeholders():
        model = build()
        model.layers[0].kernel.assign(np.ones((5, 4)))
    assert assigned(model.layers[0].kernel)
    assert not assigned(model.layers[0].bias)


def test_an_initializer_of_ones_own_is_refused():
    with placeholders():
        model = build(lambda shape, dtype=None: np.ones(shape))
    with pytest.raises(Unsupported, match="initialized by function"):
        Initial(model.trainable_variables, 0)


def test_constants_of_an_optimizer():
    with placeholders():
        model = build()
        optimizer = keras.optimizers.Adagrad(0.125, initial_accumulator_value=0.5)
        optimizer.build(model.trainable_variables)
    iteration, rate, *accumulators = constants(optimizer.variables)
    assert (int(iteration), float(rate)) == (0, 0.125)
    assert all(np.all(values == 0.5) for values in accumulators)
