from __future__ import annotations

from collections import Counter

import keras
import numpy as np
import pytest

from gridlab.training.engines.vmap.survey import survey

pytestmark = pytest.mark.slow


def sizes(found):
    """How many fits each program has."""
    return sorted(Counter(found.programs.values()).values())


def plain(kind: str, rate: float = 0.1) -> keras.Model:
    stack = [keras.Input((12,)), keras.layers.Dense(4), keras.layers.Dropout(rate), keras.layers.Dense(3, "softmax")]
    model = keras.Sequential(stack)
    if kind == "own step":
        model = Own(model.inputs, model.outputs)
    if kind == "eager":
        model.compile("adam", "sparse_categorical_crossentropy", run_eagerly=True)
    else:
        model.compile("adam", "sparse_categorical_crossentropy")
    if kind == "weights":
        model.layers[0].set_weights([np.ones((12, 4)), np.ones(4)])
    if kind == "raises":
        raise RuntimeError("no such thing as\na tensor")
    return model


class Own(keras.Model):  # type: ignore[misc]
    def train_step(self, *given):
        return super().train_step(*given)


def branched(rate: float) -> keras.Model:
    one, other = keras.Input((12,)), keras.Input((12,))
    out = keras.layers.Dense(3, "softmax")(keras.layers.Dropout(rate)(one + other))
    model = keras.Model([one, other], out)
    model.compile("adam", "sparse_categorical_crossentropy")
    return model


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        ("own step", "training step of its own"),
        ("eager", "run_eagerly"),
        ("weights", "sets the value of"),
        ("raises", "cannot be built on Keras' JAX backend: RuntimeError: no such thing as a tensor"),
    ],
)
def test_what_cannot_be_compiled_is_told_before_training(make_task, kind, words):
    task, fits = make_task(plain, {"kind": ["fine", kind]})
    found = survey(task, [fits])
    assert sizes(found) == [2]
    assert len(found.refused) == 2
    for reason in found.refused.values():
        assert words in reason
        assert "\n" not in reason


def test_several_inputs_are_refused(make_task):
    task, fits = make_task(branched, {"rate": [0.1]})
    assert all("2 inputs" in reason for reason in survey(task, [fits]).refused.values())


def test_a_pipeline_is_refused(make_task):
    task, fits = make_task("sklearn.neural_network:MLPClassifier", {"alpha": [0.1]})
    assert all("only a Keras builder" in reason for reason in survey(task, [fits]).refused.values())


def test_a_layer_of_ones_own_shares_a_program_only_between_splits(make_task):
    task, fits = make_task(with_own_layer, {"rate": [0.1, 0.2]})
    assert sizes(survey(task, [fits])) == [2, 2]


class Scaled(keras.layers.Layer):  # type: ignore[misc]
    def call(self, inputs):
        return inputs * 2


def with_own_layer(rate: float) -> keras.Model:
    model = keras.Sequential(
        [keras.Input((12,)), Scaled(), keras.layers.Dropout(rate), keras.layers.Dense(3, "softmax")]
    )
    model.compile("adam", "sparse_categorical_crossentropy")
    return model


def convolving(kernel: int, learning_rate: float = 0.01) -> keras.Model:
    stack = [keras.Input((4, 4, 1)), keras.layers.Conv2D(2, kernel), keras.layers.Flatten()] if kernel else []
    stack = stack or [keras.Input((4, 4, 1)), keras.layers.Flatten()]
    model = keras.Sequential([*stack, keras.layers.Dense(3, "softmax")])
    model.compile(keras.optimizers.SGD(learning_rate), "sparse_categorical_crossentropy")
    return model


def test_convolutions_are_slow_on_a_processor(make_task):
    task, fits = make_task(convolving, {"kernel": [0, 2]}, shape=(4, 4, 1))
    found = survey(task, [fits])
    assert len(found.programs) == 4
    assert not found.refused
    assert found.slow.keys() == {fit.key for fit in fits if fit.candidate.params["kernel"]}
    assert "one network at a time" in next(iter(found.slow.values()))
