from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest

from gridlab.errors import GridlabError, StoreError
from gridlab.records.results import Results, find_runs, load_results
from gridlab.records.store import RunStore

GRID = [{"dropout": 0.2, "units": 512}, {"dropout": 0.4, "units": 512}, {"dropout": 0.6, "units": 512}]


@pytest.fixture
def swept(run, fit):
    """Three candidates on two splits: the second is best, the third failed on one."""
    scores = [[0.5, 0.7], [0.9, 0.8], [0.95, None]]
    fits = [
        fit(key=f"{i}/{s}", split=s, scores={"accuracy": a}, fit_time=i + s)
        if a
        else fit(key=f"{i}/{s}", split=s, status="failed", scores={}, curves={}, error="loss is NaN")
        for i, row in enumerate(scores)
        for s, a in enumerate(row)
    ]
    return load_results(run(GRID, fits, n_splits=2))


def test_what_a_run_found(swept):
    assert (swept.name, swept.metrics, swept.refit_metric, len(swept)) == ("fc3", ["accuracy"], "accuracy", 3)
    assert (swept.n_fits, swept.n_done, swept.n_failed) == (6, 6, 1)
    assert swept.best["index"] == 1
    assert swept.best["params"] == {"dropout": 0.4, "units": 512}
    assert swept.best["mean_test_score"] == pytest.approx(0.85)
    assert (swept.best["rank_test_score"], swept.best["split1_test_score"]) == (1, 0.8)
    assert repr(swept) == (
        "<Results fc3: 3 candidates; 6 of 6 fits done, 1 failed; best 0.85 with {'dropout': 0.4, 'units': 512}>"
    )


def test_the_table(swept):
    table = swept.table
    assert list(table) == [
        "dropout",
        "units",
        "mean_test_score",
        "std_test_score",
        "rank_test_score",
        "mean_fit_time",
        "split0_test_score",
        "split1_test_score",
        "status",
        "error",
    ]
    assert table["rank_test_score"].tolist() == [2, 1, 3]
    assert table["status"].tolist() == ["ok", "ok", "partial"]
    assert table["error"].tolist() == [None, None, "loss is NaN"]
    assert table["mean_fit_time"].tolist() == [0.5, 1.5, 2.0]
    assert np.isnan(table["mean_test_score"][2])
    assert table["split0_test_score"][2] == 0.95


def test_rows_are_strict_json_that_pandas_and_hiplot_take(swept, run, fit):
    odd = [{"uid": "a", "from_uid": 1, "status": True, "</script>": None, "한글": [10, 20]}, {"한글": "값"}]
    other = load_results(run(odd, [fit(key="0/0")], name="odd", n_splits=1))
    hiplot = pytest.importorskip("hiplot")
    for results in (swept, other):
        rows = results.rows()
        assert json.loads(json.dumps(rows, allow_nan=False)) == rows
        table = pd.DataFrame(rows)
        assert list(table) == list(results.table)
        assert table["status"].tolist() == results.table["status"].tolist()
        np.testing.assert_array_equal(table["mean_test_score"], results.table["mean_test_score"])
        experiment = hiplot.Experiment.from_iterable(rows)
        experiment.validate()
        assert [point.values for point in experiment.datapoints] == rows
        assert all(set(row) == set(rows[0]) for row in rows)  # a missing key would break HiPlot's lines
    assert other.rows()[0]["한글"] == "[10, 20]"
    assert other.params(0)["한글"] == [10, 20]
    assert other.columns["status"] == "param_status"


def test_exported_rows_are_the_same_rows(swept):
    with RunStore(swept.folder, write=True) as store:
        path = store.export(swept.rows())
    assert json.loads(path.read_text()) == swept.rows()


def test_axes_come_first_in_their_order(plan):
    info = plan([{"a": 1, "extra": 2, "b": 3}])
    info["axes"] = [{"name": "b", "scale": "linear", "values": [3]}, {"name": "a", "scale": "linear", "values": [1]}]
    results = Results(info, {})
    assert list(results.columns) == ["b", "a", "extra"]
    assert list(results.table)[:3] == ["b", "a", "extra"]


def test_ties_go_to_the_first(run, fit):
    results = load_results(run(GRID, [fit(key=f"{i}/0") for i in range(3)], n_splits=1))
    assert results.best["index"] == 0
    assert results.table["rank_test_score"].tolist() == [1, 1, 1]


def test_nothing_done_yet(run):
    results = load_results(run(GRID, []))
    assert results.best is None
    assert results.table["status"].tolist() == ["pending"] * 3
    assert repr(results) == "<Results fc3: 3 candidates; 0 of 9 fits done, 0 failed; no score yet>"


def test_no_candidates(plan):
    results = Results(plan([]), {})
    assert (results.best, results.rows(), len(results.table)) == (None, [], 0)


def test_curves_of_some(swept):
    assert swept.curves(2)[["candidate", "split", "epoch", "loss"]].to_numpy().tolist() == [
        [2, 0, 1, 0.5],
        [2, 0, 2, 0.25],
    ]
    assert swept.curves([0, 1], split=1)["candidate"].tolist() == [0, 0, 1, 1]
    assert len(swept.curves()) == 10
    with pytest.raises(IndexError, match="fc3 has no candidate 3; there are 3, counted from 0"):
        swept.curves(3)
    with pytest.raises(IndexError, match="no candidate -1"):
        swept.curves(-1)


def test_curves_of_the_best(swept):
    assert swept.curves(top=1)["candidate"].unique().tolist() == [1]
    assert swept.curves(top=9, split=0)["candidate"].unique().tolist() == [1, 0], "one has no score"


def test_selecting_candidates(swept):
    some = swept.select(dropout=(0.4, None))
    assert [some.params(i)["dropout"] for i in range(len(some))] == [0.4, 0.6]
    assert (some.best["index"], some.n_fits, some.n_failed) == (0, 4, 1)
    assert some.table["mean_test_score"].tolist()[0] == swept.table["mean_test_score"][1]
    assert some.cv_results_["split0_test_score"].tolist() == [0.9, 0.95]
    assert len(some.curves(0)) == 4
    with pytest.raises(GridlabError, match=r"fc3 has no parameter drop; did you mean dropout\?"):
        swept.select(drop=0.2)


def test_selecting_from_a_list_of_records(tmp_path):
    rows = [{"a": a, "split0_test_score": a / 10, "mean_test_score": a / 10, "mean_fit_time": a} for a in (1, 2, 3)]
    (tmp_path / "old.json").write_text(json.dumps(rows))
    some = load_results(tmp_path / "old.json").select(a=[3, 1])
    assert some.table["mean_test_score"].tolist() == [0.1, 0.3]
    assert some.summary.splits["score"].tolist() == [[0.1], [0.3]]


def test_predictions_of_a_candidate(run, fit):
    folder = run(GRID, [fit(key="1/0")])
    with RunStore(folder, write=True) as store:
        store.append(fit(key="1/2", split=2), {"label": np.arange(4, dtype="u1")})
    results = load_results(folder)
    assert results.predictions(0) == {}
    assert {s: found["label"].tolist() for s, found in results.predictions(1).items()} == {2: [0, 1, 2, 3]}
    assert results.predictions(1, "label")[2].keys() == {"label"}
    assert results.predictions(1, "proba") == {2: {}}
    assert results.truth is None


def test_cv_results_in_scikit_learn_s_names(run, fit, swept):
    found = swept.cv_results_
    assert list(found) == [
        "mean_fit_time",
        "std_fit_time",
        "mean_score_time",
        "std_score_time",
        "param_dropout",
        "param_units",
        "params",
        "split0_test_score",
        "split1_test_score",
        "mean_test_score",
        "std_test_score",
        "rank_test_score",
    ]
    assert found["param_dropout"].dtype == np.float64
    assert found["params"] == GRID
    assert found["rank_test_score"].tolist() == [2, 1, 3]
    assert np.isnan(found["split1_test_score"][2])


def test_cv_results_of_several_scorers_with_training_scores(run, fit):
    scores = {"f1": 0.5, "accuracy": 0.75}
    done = [fit(key="0/0", scores=scores, train_scores={"f1": 1.0, "accuracy": 0.875})]
    found = load_results(run(GRID[:1], done, n_splits=1, metrics=["f1", "accuracy"])).cv_results_
    assert list(found)[7:] == [
        f"{column}_{part}_{metric}"
        for metric in ("f1", "accuracy")
        for part, columns in (("test", ("split0", "mean", "std", "rank")), ("train", ("split0", "mean", "std")))
        for column in columns
    ]
    assert found["mean_train_accuracy"].tolist() == [0.875]


def test_only_the_fits_of_the_plan_count(run, fit):
    results = load_results(run(GRID[:1], [fit(key="0/0"), fit(key="of an older sweep")], n_splits=1))
    assert (results.n_fits, results.n_done) == (1, 1)


def test_runs_are_found_below_a_folder(run, tmp_path):
    made = [run(GRID, [], name=name) for name in ("b", "a", "more/c")]
    (tmp_path / "results" / "empty").mkdir()
    assert find_runs(tmp_path / "results") == sorted(made)
    assert find_runs(made[0]) == [made[0]]
    assert find_runs(tmp_path / "results" / "empty") == []
    with pytest.raises(StoreError, match="nowhere: no such folder"):
        find_runs(tmp_path / "nowhere")


def test_folders_that_are_no_run(run, tmp_path):
    (tmp_path / "empty").mkdir()
    folder = run(GRID, [], name="a")
    with pytest.raises(StoreError, match=r"nowhere: no such run folder or file"):
        load_results(tmp_path / "nowhere")
    with pytest.raises(
        StoreError, match=r"empty: no run\.json here; expected a run folder, with run\.json and fits\.jsonl$"
    ):
        load_results(tmp_path / "empty")
    with pytest.raises(StoreError, match=rf"no run\.json here; .*; there are runs below it: {folder}$"):
        load_results(folder.parent)


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("{", r"run\.json: not readable as JSON \("),
        ("[1]", r"run\.json: not a JSON object"),
        ('{"format": 2}', r"run\.json: format 2 is not one this gridlab reads \(it reads 1\)"),
        ('{"format": 1, "name": "a", "axes": [], "scoring": {}}', r"it has no n_splits, plan$"),
    ],
)
def test_a_run_json_that_is_none(tmp_path, content, told):
    (tmp_path / "run.json").write_text(content)
    with pytest.raises(StoreError, match=told):
        load_results(tmp_path)
