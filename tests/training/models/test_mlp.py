from __future__ import annotations

import pytest

from tests.training.models.contract import BuilderContract, meta

pytestmark = pytest.mark.slow


class TestMlp(BuilderContract):
    name = "mlp"
    parameters = [  # noqa: RUF012
        ({"hidden": [15]}, 11_935),
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
    }


def test_the_penalty_stands_on_every_hidden_layer_and_no_other():
    from gridlab.training.models.mlp import mlp

    *hidden, output = mlp(meta((4,)), hidden=[3, 5], l2=0.25).layers
    assert [float(layer.kernel_regularizer.l2) for layer in hidden] == [0.25, 0.25]
    assert output.kernel_regularizer is None
