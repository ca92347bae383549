from __future__ import annotations

import json
import math

import numpy as np
import pytest

from gridlab.records.record import FitRecord, StoredCurves, finite


def test_numbers_are_finite_or_none(fit):
    record = fit(
        scores={"a": math.nan, "b": np.float32(0.5)},
        train_scores={"a": -math.inf},
        curves={"loss": [1, math.inf]},
        fit_time=math.nan,
        split=np.int64(2),
    )
    assert record.scores == {"a": None, "b": 0.5}
    assert record.train_scores == {"a": None}
    assert record.curves == {"loss": [1.0, None]}
    assert record.fit_time == 0.0
    assert type(record.split) is int


def test_json_leaves_out_what_is_empty_but_never_the_candidate():
    record = FitRecord("k", {}, 0, "ok")
    values = record.to_json()
    assert {k: v for k, v in values.items() if v != 0} == {"key": "k", "params": {}, "status": "ok"}
    assert FitRecord.from_json(values) == record


def test_json_is_plain_whatever_the_parameters_are(fit):
    record = fit(params={"rate": np.float32(0.5), "sizes": (10, 20), "tol": -math.inf, "activation": math.sin})
    text = json.dumps(record.to_json(), allow_nan=False)
    assert json.loads(text)["params"] == {"rate": 0.5, "sizes": [10, 20], "tol": "-inf", "activation": "math:sin"}


def test_fields_of_a_newer_gridlab_are_ignored(fit):
    record = fit()
    assert FitRecord.from_json({**record.to_json(), "colour": "blue"}) == record


def test_stored_curves_are_read_when_looked_at():
    curves = StoredCurves('{"loss":[0.5,NaN,1e999]}')
    assert "_series" not in vars(curves)
    assert curves == {"loss": [0.5, None, None]}


@pytest.mark.parametrize("text", ["{", '{"loss":3}', '{"loss":["a"]}', "[1]", '{"loss":[[1]]}'])
def test_curves_that_cannot_be_read_are_no_curves(text):
    assert len(StoredCurves(text)) == 0


def test_finite():
    assert [finite(v) for v in (None, 1, math.nan, math.inf, np.float64(2))] == [None, 1.0, None, None, 2.0]
