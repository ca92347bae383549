from __future__ import annotations

import pytest

from tests.training.models.contract import OfRows, meta

pytestmark = pytest.mark.slow


class TestFc3(OfRows):
    name = "fc3"
    parameters = [({"batch_norm": False}, 94_154), ({"batch_norm": True}, 95_946), ({}, 95_946)]  # noqa: RUF012
    varied = {  # noqa: RUF012
        "batch_norm": False,
        "dropout": 0.45,
        "activation": "tanh",
        "initializer": "he_normal",
        "momentum": 0.5,
        "loss": "mean_squared_error",
        "learning_rate": 0.03,
        "optimizer": "Adam",
    }


def test_the_layers_are_those_of_the_experiment():
    from gridlab.training.models.fc3 import fc3

    model = fc3(meta(), batch_norm=True, dropout=0.3)
    kinds = [type(layer).__name__ for layer in model.layers]
    assert kinds == ["Dense", "BatchNormalization", "Dropout"] * 3 + ["Dense"]
    dense = [layer for layer in model.layers if type(layer).__name__ == "Dense"]
    assert [(layer.units, layer.activation.__name__) for layer in dense] == [
        (64, "linear"),
        (128, "relu"),
        (256, "relu"),
        (10, "softmax"),
    ]
    assert {layer.rate for layer in model.layers if type(layer).__name__ == "Dropout"} == {0.3}
