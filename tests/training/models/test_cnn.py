from __future__ import annotations

import pytest

from tests.training.models.contract import OfImages, meta

pytestmark = pytest.mark.slow

VARIED = {
    "dense": [9, 7],
    "pool_dropout": 0.25,
    "dropout": 0.5,
    "batch_norm": True,
    "activation": "prelu",
    "initializer": "he_normal",
    "learning_rate": 0.03,
    "optimizer": "RAdam",
    "loss": "mean_squared_error",
}
FOUR = [[32, 5], [64, 3], [128, 2], [256, 2]]


class TestCnn(OfImages):
    name = "cnn"
    parameters = [  # noqa: RUF012
        ({}, 887_530),
        ({"blocks": FOUR[:3]}, 478_186),
        ({"blocks": FOUR}, 642_538),
        ({"blocks": FOUR, "dense": [1024, 512, 256, 128, 32]}, 1_530_826),
        ({"blocks": FOUR, "pool_dropout": 0.25, "dropout": 0.5}, 642_538),
    ]
    varied = {**VARIED, "blocks": [[8, 3]], "convolutions": 1, "momentum": 0.5}  # noqa: RUF012


class TestCnn30(OfImages):
    name = "cnn30"
    parameters = [({}, 385_464), ({"blocks": 2, "initializer": "he_uniform", "dropout": 0.3}, 119_484)]  # noqa: RUF012
    varied = {**VARIED, "blocks": 2, "filters": 7, "kernel": 5}  # noqa: RUF012


def test_dropout_stands_after_each_pool_and_after_each_dense_layer():
    from gridlab.training.models.cnn import cnn

    model = cnn(meta((16, 16, 1)), dense=[20, 10], pool_dropout=0.25, dropout=[0.5, 0.4])
    after = [
        (type(before).__name__, layer.rate)
        for before, layer in zip(model.layers, model.layers[1:], strict=False)
        if type(layer).__name__ == "Dropout"
    ]
    assert after == [("MaxPooling2D", 0.25)] * 2 + [("Activation", 0.5), ("Activation", 0.4)]


def test_whole_feature_maps_are_dropped_if_asked():
    from gridlab.training.models.cnn import cnn

    model = cnn(meta((16, 16, 1)), pool_dropout=0.25, spatial_dropout=True)
    assert [type(layer).__name__ for layer in model.layers].count("SpatialDropout2D") == 2


def test_prelu_learns_one_slope_for_a_feature_map():
    from gridlab.training.models.cnn import cnn30

    shapes = [tuple(layer.alpha.shape) for layer in cnn30(meta((16, 16, 1)), activation="prelu").layers[1:4:2]]
    assert shapes == [(1, 1, 30)] * 2
