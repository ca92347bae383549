from __future__ import annotations

from tensorboard.plugins.hparams import api_pb2

from gridlab.plots.export.hparams import MOST_CHOICES, cells, hparam_columns


def infos(results):
    return {column.name: column.info() for column in hparam_columns(results)}


def test_numbers_booleans_and_text_are_columns_of_their_type(fc3):
    found = infos(fc3)
    types = {name: api_pb2.DataType.Name(info.type) for name, info in found.items()}
    assert types == {
        "batch_norm": "DATA_TYPE_BOOL",
        "dropout": "DATA_TYPE_FLOAT64",
        "learning_rate": "DATA_TYPE_FLOAT64",
        "optimizer": "DATA_TYPE_STRING",
        "batch_size": "DATA_TYPE_FLOAT64",
        "epochs": "DATA_TYPE_FLOAT64",
    }
    assert list(found["learning_rate"].domain_discrete) == [0.001, 0.002, 0.01]
    assert list(found["batch_norm"].domain_discrete) == [False, True]
    assert [name for name, info in found.items() if not info.differs] == ["epochs"]


def test_many_numbers_are_a_range(make):
    info = infos(make({"units": list(range(1, MOST_CHOICES + 2))}, splits=1))["units"]
    assert (info.domain_interval.min_value, info.domain_interval.max_value) == (1, MOST_CHOICES + 1)


def test_what_a_candidate_lacks_is_an_empty_cell_and_mixed_kinds_are_text(flat):
    columns = hparam_columns(flat)
    assert cells(columns, flat.params(0)) == {"units": 1.0, "act": "x", "shape": "[1, 2]", "on": True}
    assert cells(columns, flat.params(1)) == {"units": 0.5, "act": "true", "shape": "null", "on": False}
    assert cells(columns, flat.params(2)) == {"units": 2.0, "act": "1", "on": True}


def test_none_among_numbers_is_an_empty_cell(make):
    results = make({"tol": [None, 0.5]}, scales={"tol": "categorical"}, splits=1)
    assert [cells(hparam_columns(results), results.params(i)) for i in range(2)] == [{}, {"tol": 0.5}]
