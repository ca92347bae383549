from __future__ import annotations

import pytest

from gridlab.errors import GridlabError
from tests.training.models.contract import OfImages, meta

pytestmark = pytest.mark.slow

VARIED = {
    "blocks": [[4, 1], [8, 2]],
    "dense": [30, 20],
    "pool_dropout": 0.4,
    "dropout": 0.35,
    "batch_norm": False,
    "activation": "relu",
    "slope": 0.3,
    "initializer": "he_normal",
    "learning_rate": 0.03,
    "optimizer": "Adam",
    "momentum": 0.9,
    "loss": "mean_squared_error",
}


class TestVggSmall(OfImages):
    name = "vgg_small"
    parameters = [({}, 1_926_794)]  # noqa: RUF012
    varied = {**VARIED, "spatial_dropout": True}  # noqa: RUF012


class TestVggSop(OfImages):
    name = "vgg_sop"
    parameters = [({}, 3_054_986)]  # noqa: RUF012
    varied = VARIED


def test_the_optimizer_of_the_studies():
    from gridlab.training.models.vgg import vgg_small

    optimizer = vgg_small(meta((8, 8, 1))).optimizer
    assert (type(optimizer).__name__, optimizer.rho, optimizer.momentum, optimizer.centered) == (
        "RMSprop",
        0.9,
        0.1,
        True,
    )
    assert float(optimizer.learning_rate) == pytest.approx(0.002)


def test_dropout_after_every_pool_in_one_and_before_the_output_in_the_other():
    from gridlab.training.models.vgg import vgg_small, vgg_sop

    def rates(model):
        return [layer.rate for layer in model.layers if type(layer).__name__ == "Dropout"]

    small, mixed = vgg_small(meta((16, 16, 1))), vgg_sop(meta((16, 16, 1)))
    assert rates(small) == [0.25] * 3
    assert rates(mixed) == [0.25]
    assert type(mixed.layers[-2]).__name__ == "Dropout"


def test_small_images_want_fewer_blocks():
    from gridlab.training.models.vgg import vgg_sop

    with pytest.raises(GridlabError, match="vgg_sop halves the image 4 times, which 8 × 8 pixels do not bear"):
        vgg_sop(meta((8, 8, 1)))
    assert vgg_sop(meta((8, 8, 1)), blocks=[[4, 1], [8, 1], [8, 1]]).built
