from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest
from sklearn.datasets import load_iris
from sklearn.model_selection import GridSearchCV
from sklearn.tree import DecisionTreeClassifier

from gridlab.errors import StoreError
from gridlab.records.results import load_results

NAMES = ("dropout", "learning_rate", "optimizer", "mean_test_score", "std_test_score", "mean_fit_time")
NAN = float("nan")
NOTEBOOK = [
    dict(zip(NAMES, values, strict=False))
    for values in [(0.4, 0.01, "Adam", 0.8, 0.1, 3), (0.2, 0.001, "RMSprop", 0.9, 0.2, 4), (0.2, 0.1, "Adam", NAN, NAN)]
]


@pytest.fixture
def written(tmp_path):
    def write(content):
        path = tmp_path / "old sweep.json"
        path.write_text(content if isinstance(content, str) else json.dumps(content))
        return path

    return write


def test_an_old_notebook_s_list(written):
    results = load_results(written(NOTEBOOK))
    assert results.name == "old sweep"
    assert results.axes == [
        {"name": "dropout", "scale": "linear", "values": [0.2, 0.4]},
        {"name": "learning_rate", "scale": "log", "values": [0.001, 0.01, 0.1]},
        {"name": "optimizer", "scale": "categorical", "values": ["Adam", "RMSprop"]},
    ]
    assert results.best == {
        "index": 1,
        "params": {"dropout": 0.2, "learning_rate": 0.001, "optimizer": "RMSprop"},
        "mean_test_score": 0.9,
        "std_test_score": 0.2,
        "rank_test_score": 1,
        "mean_fit_time": 4.0,
        "status": "ok",
        "error": None,
    }
    assert results.rows()[2] == {
        "dropout": 0.2,
        "learning_rate": 0.1,
        "optimizer": "Adam",
        "mean_test_score": None,
        "std_test_score": None,
        "rank_test_score": 3,
        "mean_fit_time": None,
        "status": "failed",
        "error": None,
    }
    assert (results.n_fits, results.n_done, len(results)) == (0, 0, 3)
    assert results.curves().empty
    assert results.predictions(0) == {}
    assert repr(results).startswith("<Results old sweep: 3 candidates; best 0.9 with {")
    with pytest.raises(StoreError, match="old sweep: read from a list of records, without single fits"):
        results.cv_results_


def test_scikit_learn_s_columns_in_every_form_they_are_written(written):
    X, y = load_iris(return_X_y=True)
    tree, grid = DecisionTreeClassifier(random_state=0), {"max_depth": [1, 2], "criterion": ["gini"]}
    theirs = GridSearchCV(tree, grid, cv=3, scoring=["accuracy", "f1_macro"], refit=False).fit(X, y).cv_results_
    table = pd.DataFrame(theirs)
    lists = json.dumps({name: list(column) for name, column in theirs.items()}, default=lambda number: number.item())
    for content in (lists, table.to_json(), table.to_json(orient="records")):
        results = load_results(written(content))
        assert results.metrics == ["accuracy", "f1_macro"]
        assert [results.params(i) for i in range(2)] == [
            {"max_depth": p["max_depth"], "criterion": p["criterion"]} for p in theirs["params"]
        ]
        np.testing.assert_allclose(results.table["mean_test_score"], theirs["mean_test_accuracy"])
        np.testing.assert_allclose(results.table["split2_test_score"], theirs["split2_test_accuracy"])
        np.testing.assert_allclose(results.table["mean_test_f1_macro"], theirs["mean_test_f1_macro"])
        assert results.table["rank_test_score"].tolist() == theirs["rank_test_accuracy"].tolist()


def test_parameters_only_in_a_column_of_dicts(written):
    results = load_results(written([{"params": {"dropout": 0.2}, "mean_test_score": 1}]))
    assert results.params(0) == {"dropout": 0.2}


def test_what_we_write_we_read(written, run, fit):
    rows = load_results(run([{"status": 1, "sizes": [1, 2], "uid": None}], [fit(key="0/0")], n_splits=1)).rows()
    results = load_results(written(rows))
    assert results.params(0) == {"status": 1, "sizes": "[1, 2]", "uid": None}
    assert results.rows() == rows


def test_a_candidate_without_a_parameter_and_one_that_is_prefixed_for_good(written):
    results = load_results(written([{"param_a": 1, "a": 2, "mean_test_score": 1}, {"a": 3, "mean_test_score": None}]))
    assert [results.params(i) for i in range(2)] == [{"param_a": 1, "a": 2}, {"a": 3}]


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("{", "old sweep.json: not readable as JSON"),
        ("[" * 100_000, "not readable as JSON"),
        ("[]", "expected a list of records"),
        ("[1]", "expected a list of records"),
        ('{"a": 1}', "expected a list of records"),
        ('{"a": [1], "b": []}', "expected a list of records"),
        ("{}", "expected a list of records"),
        ('[{"dropout": 1, "score": 2}]', r"no column mean_test_score in these records \(they have dropout, score\)"),
        ("\0", "not readable as JSON"),
    ],
)
def test_files_that_are_none(written, content, told):
    with pytest.raises(StoreError, match=told):
        load_results(written(content))


def test_values_that_are_no_numbers_where_numbers_belong(written):
    results = load_results(
        written([{"a": 1, "mean_test_score": "high", "std_test_score": [1], "mean_fit_time": 1e400}])
    )
    assert results.rows()[0]["mean_test_score"] is None
    assert results.best is None


def test_a_nan_where_a_parameter_belongs_is_none(written):
    results = load_results(written('[{"depth": NaN, "mean_test_score": 1}, {"depth": 3, "mean_test_score": Infinity}]'))
    assert [results.params(i)["depth"] for i in range(2)] == [None, 3]
    assert results.axes == [{"name": "depth", "scale": "categorical", "values": [None, 3]}]
    assert results.best["index"] == 0
