from __future__ import annotations

import pytest

from gridlab.errors import GridlabError
from tests.training.models.contract import OfRows, meta

pytestmark = pytest.mark.slow


class TestMlp(OfRows):
    name = "mlp"
    parameters = [  # noqa: RUF012
        ({"hidden": [15]}, 11_935),
        ({"hidden": [50]}, 39_760),
        ({"hidden": [64]}, 50_890),
        ({"hidden": [784]}, 623_290),
        ({"hidden": [1024, 512, 256, 128, 32]}, 1_497_322),
        ({"hidden": [50, 10], "activation": ["relu", "softmax"], "dropout": [0, 0.5]}, 39_870),
        ({"hidden": 15}, 11_935),
        ({"hidden": []}, 7_850),
        ({"hidden": (20, 30)}, 784 * 20 + 20 + 20 * 30 + 30 + 30 * 10 + 10),
        ({"hidden": [15], "batch_norm": True}, 11_935 + 60),
    ]
    varied = {  # noqa: RUF012
        "hidden": [3, 4],
        "activation": "tanh",
        "initializer": "he_normal",
        "batch_norm": True,
        "dropout": 0.4,
        "l2": 0.01,
        "learning_rate": 0.03,
        "optimizer": "SGD",
        "loss": "mean_squared_error",
    }


def test_the_penalty_stands_on_every_hidden_layer_and_no_other():
    from gridlab.training.models.mlp import mlp

    *hidden, output = mlp(meta((4,)), hidden=[3, 5], l2=0.25).layers
    assert [float(layer.kernel_regularizer.l2) for layer in hidden] == [0.25, 0.25]
    assert output.kernel_regularizer is None


def test_the_dropout_exercise_as_it_was():
    from gridlab.training.models.mlp import mlp

    model = mlp(meta(), hidden=[50, 10], activation=["relu", "softmax"], dropout=[0, 0.5])
    assert [type(layer).__name__ for layer in model.layers] == ["Dense", "Dense", "Dropout", "Dense"]
    assert [layer.activation.__name__ for layer in model.layers if hasattr(layer, "units")] == [
        "relu",
        "softmax",
        "softmax",
    ]
    assert model.layers[2].rate == 0.5


def test_a_list_of_another_length_than_the_layers():
    from gridlab.training.models.mlp import mlp

    with pytest.raises(GridlabError, match="dropout has 2 values for 3 layers"):
        mlp(meta(), hidden=[5, 4, 3], dropout=[0.1, 0.2])
