"""One value followed from the sweep file to the page: never renamed, prefixed or parsed again."""

from __future__ import annotations

import json
import re

import pytest

from gridlab.plots.parallel_data import parallel_data
from gridlab.plots.run_page import run_page
from gridlab.records.results import load_results
from gridlab.sweep.spec import load_spec
from gridlab.training.plan import make_plan
from gridlab.training.run import run_sweep

SWEEP = """
name: walk
data: {name: digits, limit: 120}
model: "./my_model.py:build"
grid:
  learning_rate: [1e-3, 1e-2, 0.1]
cv: 2
workers: 0
"""

LIGHT = """
from sklearn.base import BaseEstimator, ClassifierMixin
import numpy as np

class build(ClassifierMixin, BaseEstimator):
    def __init__(self, learning_rate=5.0):
        self.learning_rate = learning_rate
    def fit(self, X, y):
        with open(__file__ + ".seen", "a") as seen:
            seen.write(repr(self.learning_rate) + "\\n")
        self.classes_ = np.unique(y)
        return self
    def predict(self, X):
        return np.full(len(X), self.classes_[int(-np.log10(self.learning_rate))])
"""


def follow(folder):
    """The value's stops: everything between the file and the page."""
    file = folder / "walk.yaml"
    file.write_text(SWEEP)

    spec = load_spec(file)
    (axis,) = spec.axes()
    assert (axis.name, axis.values, axis.scale) == ("learning_rate", (0.001, 0.01, 0.1), "log")

    plan = make_plan(spec)
    assert [dict(candidate.params) for candidate in plan.candidates] == [{"learning_rate": v} for v in axis.values]
    first = plan.fits[0]
    assert first.candidate.params == {"learning_rate": 0.001}

    run_sweep(spec, folder / "results")
    yield "trained"

    run = folder / "results" / "walk"
    lines = [json.loads(line) for line in (run / "fits.jsonl").read_text().splitlines()]
    assert next(line["params"] for line in lines if line["key"] == first.key) == {"learning_rate": 0.001}

    results = load_results(run)
    assert results.records[first.key].params == {"learning_rate": 0.001}
    assert results.table["learning_rate"].tolist() == [0.001, 0.01, 0.1]
    rows = json.loads((run / "results.json").read_text())
    assert [row["learning_rate"] for row in rows] == [0.001, 0.01, 0.1]

    picture = parallel_data(results)
    assert "learning_rate" in picture.axes
    column = next(column for column in picture.columns if column.key == "learning_rate")
    assert sorted(column.values) == [0.001, 0.01, 0.1]
    assert column.kind == "numericlog"

    found = re.search(r'<script type="application/json" id="data">(.*?)</script>', run_page(results))
    drawn = json.loads(found[1])["parallel"]["experiment"]["datapoints_compressed"]
    axis_values = [row[2:][drawn["columns"].index("learning_rate")] for row in drawn["rows"]]
    assert sorted(axis_values) == [0.001, 0.01, 0.1]


def test_one_value_from_the_file_to_the_page(tmp_path):
    (tmp_path / "my_model.py").write_text(LIGHT)
    for _ in follow(tmp_path):
        seen = (tmp_path / "my_model.py.seen").read_text().split()
        assert seen[:6] == ["0.001"] * 2 + ["0.01"] * 2 + ["0.1"] * 2


NETWORK = """
def build(learning_rate=5.0):
    import keras

    with open(__file__ + ".seen", "a") as seen:
        seen.write(repr(learning_rate) + "\\n")
    model = keras.Sequential([keras.Input((64,)), keras.layers.Dense(10, "softmax")])
    model.compile(keras.optimizers.SGD(learning_rate), "sparse_categorical_crossentropy", metrics=["accuracy"])
    return model
"""


@pytest.mark.slow
def test_one_value_from_the_file_through_a_network_to_the_page(tmp_path):
    (tmp_path / "my_model.py").write_text(NETWORK)
    for _ in follow(tmp_path):
        seen = (tmp_path / "my_model.py.seen").read_text().split()
        assert seen[:6] == ["0.001"] * 2 + ["0.01"] * 2 + ["0.1"] * 2
