from __future__ import annotations

import pytest

from tests.training.models.contract import OfImages, meta

pytestmark = pytest.mark.slow


class TestSopcnn(OfImages):
    name = "sopcnn"
    parameters = [({}, 17_324_490)]  # noqa: RUF012
    varied = {  # noqa: RUF012
        "blocks": [4, 8],
        "dense": [30],
        "dropout": 0.4,
        "batch_norm": False,
        "activation": "relu",
        "slope": 0.3,
        "initializer": "he_normal",
        "learning_rate": 0.03,
        "optimizer": "Adam",
        "momentum": 0.9,
        "loss": "mean_squared_error",
    }


def test_it_is_the_network_of_the_paper():
    from gridlab.training.models.sopcnn import sopcnn

    model = sopcnn(meta((28, 28, 1)), dense=[32, 16])
    convolution = ["Conv2D", "BatchNormalization", "LeakyReLU"]
    block = [*convolution * 2, "MaxPooling2D"]
    dense = ["Dense", "LeakyReLU"]
    kinds = [type(layer).__name__ for layer in model.layers]
    assert kinds == [*block * 2, "Flatten", *dense * 2, "Dropout", "Dense"]
    assert [layer.filters for layer in model.layers if hasattr(layer, "filters")] == [64, 64, 128, 128]
    norm = model.layers[1]
    assert (norm.momentum, norm.epsilon) == (0.9, 1e-5)
    assert type(norm.gamma_initializer).__name__ == "RandomUniform"
    assert {layer.negative_slope for layer in model.layers if type(layer).__name__ == "LeakyReLU"} == {0.1}
    assert model.layers[-2].rate == 0.8
    assert float(model.optimizer.learning_rate) == pytest.approx(0.01)
