from __future__ import annotations

import json
import math

import numpy as np
import pandas as pd

from gridlab.records.summary import summarise
from gridlab.records.tables import curve_frame, frame, outcome_columns, parameter_columns


def test_parameters_are_scalars():
    params = [{"sizes": [10, 20], "rate": math.inf}, {"sizes": {"한": 1}}]
    assert parameter_columns({"sizes": "sizes", "rate": "param_rate"}, params) == {
        "sizes": ["[10, 20]", '{"한": 1}'],
        "param_rate": ["inf", None],
    }


def test_outcomes_in_their_order(plan, fit):
    metrics = ["accuracy", "f1"]
    summary = summarise(plan([{}, {}], n_splits=2, metrics=metrics), {
        f"1/{s}": fit(scores={"accuracy": 0.5, "f1": 0.25}) for s in range(2)
    })  # fmt: skip
    assert outcome_columns(summary, "accuracy") == {
        "mean_test_score": [None, 0.5],
        "std_test_score": [None, 0.0],
        "rank_test_score": [2, 1],
        "mean_fit_time": [None, 1.5],
        "split0_test_score": [None, 0.5],
        "split1_test_score": [None, 0.5],
        "mean_test_f1": [None, 0.25],
        "std_test_f1": [None, 0.0],
        "status": ["pending", "ok"],
        "error": [None, None],
    }


def test_a_frame_keeps_whole_numbers_whole():
    table = frame({"batch": [512, None], "units": [8, 16], "bias": [True, False]}, {"status": ["ok", "failed"]})
    assert table["batch"].tolist() == [512, None]
    assert table.dtypes.astype(str).to_dict() == {
        "batch": "object",
        "units": "int64",
        "bias": "bool",
        "status": "object",
    }


def test_curves_in_long_form(fit):
    fits = [
        (0, 0, fit(curves={"loss": [3, 2, 1], "val_loss": [4, None]})),
        (0, 1, fit(curves={})),
        (4, 1, fit(curves={"lr": [0.1]})),
    ]
    expected = pd.DataFrame(
        {
            "candidate": [0, 0, 0, 4],
            "split": [0, 0, 0, 1],
            "epoch": [1, 2, 3, 1],
            "loss": [3, 2, 1, np.nan],
            "val_loss": [4, np.nan, np.nan, np.nan],
            "lr": [np.nan, np.nan, np.nan, 0.1],
        }
    )
    pd.testing.assert_frame_equal(curve_frame(fits), expected)


def test_no_curves_are_an_empty_table():
    table = curve_frame([])
    assert list(table) == ["candidate", "split", "epoch"]
    assert table.empty
    json.dumps(table.to_dict())
