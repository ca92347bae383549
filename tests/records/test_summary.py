from __future__ import annotations

import numpy as np
import pytest

from gridlab.records.summary import column_names, summarise


def test_states_of_candidates(plan, fit):
    ok, bad = {"status": "ok"}, {"status": "failed", "scores": {}, "error": "NaN loss"}
    states = {
        "ok": [ok, ok],
        "failed": [bad, bad],
        "partial": [ok, bad],
        "partial ": [bad, None],
        "pending": [None, None],
        "pending ": [None, ok],
    }
    records = {
        f"{i}/{s}": fit(**found) for i, row in enumerate(states.values()) for s, found in enumerate(row) if found
    }
    summary = summarise(plan([{"i": i} for i in range(len(states))], n_splits=2), records)
    assert list(summary.status) == [state.strip() for state in states]
    assert list(summary.error) == [None, "NaN loss", "NaN loss", "NaN loss", None, None]
    np.testing.assert_array_equal(np.isnan(summary.mean["accuracy"]), [False, True, True, True, True, True])
    np.testing.assert_array_equal(summary.mean_fit_time, [1.5, np.nan, 1.5, np.nan, np.nan, 1.5])


def test_scores_of_failed_fits_do_not_count(plan, fit):
    summary = summarise(plan([{}], n_splits=1), {"0/0": fit(status="failed", scores={"accuracy": 1.0})})
    assert np.isnan(summary.mean["accuracy"]).all()


def test_numbers_by_hand(plan, fit):
    records = {
        f"0/{s}": fit(scores={"accuracy": a, "loss": -a}, train_scores={"accuracy": 1.0, "loss": 0}, score_time=s)
        for s, a in enumerate([0.25, 0.75])
    }
    summary = summarise(plan([{}], n_splits=2, metrics=["accuracy", "loss"]), records)
    assert (summary.mean["accuracy"][0], summary.std["accuracy"][0], summary.mean["loss"][0]) == (0.5, 0.25, -0.5)
    np.testing.assert_array_equal(summary.splits["loss"], [[-0.25, -0.75]])
    np.testing.assert_array_equal(summary.train_splits["accuracy"], [[1, 1]])
    np.testing.assert_array_equal(summary.times["score_time"], [[0, 1]])


def test_a_scorer_that_could_not_tell_leaves_the_candidate_without_a_mean(plan, fit):
    records = {"0/0": fit(scores={"accuracy": None}), "0/1": fit()}
    summary = summarise(plan([{}], n_splits=2), records)
    assert (summary.status[0], np.isnan(summary.mean["accuracy"][0])) == ("ok", True)


def test_no_candidates(plan):
    assert summarise(plan([]), {}).mean["accuracy"].shape == (0,)


@pytest.mark.parametrize(
    "name",
    [
        *("status", "error", "uid", "from_uid", "mean_test_score", "split0_test_score", "std_test_f1"),
        *("rank_test_score", "mean_fit_time", "split12_train_accuracy"),
    ],
)
def test_parameters_called_like_a_result_are_prefixed(name):
    assert column_names(["dropout", name]) == {"dropout": "dropout", name: f"param_{name}"}


def test_prefixed_names_stay_apart():
    names = column_names(["param_status", "status", "한글", "constructor", "statuses"])
    assert names == {
        "param_status": "param_status",
        "status": "param_param_status",
        "한글": "한글",
        "constructor": "constructor",
        "statuses": "statuses",
    }
