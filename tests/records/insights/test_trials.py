from __future__ import annotations

import numpy as np
import pytest

from gridlab.records.insights.trials import ABSENT, make_trials
from gridlab.records.results import load_results


def test_candidates_as_arrays(trials):
    found = trials(lambda s, rate, kind: rate + s, {"rate": [0.1, 0.001, 0.01], "kind": ["y"]}, rows=(80, 20))
    assert [(f.name, f.values, f.scale) for f in found.factors] == [("rate", (0.001, 0.01, 0.1), "log")]
    assert found.factors[0].codes.tolist() == [2, 0, 1]
    assert found.factors[0].places.tolist() == pytest.approx([-3, -2, -1])
    assert found.ratio == 0.25
    assert (found.n_splits, found.total, found.best) == (3, 3, 0)
    assert found.order.tolist() == [0, 2, 1]


def test_values_that_look_alike_are_told_apart(trials):
    found = trials(lambda s, a: 0.5, [{"a": True}, {"a": 1}, {"a": "1"}, {"a": [1]}, {"a": None}])
    assert len(found.factors[0].values) == 5
    assert found.factors[0].scale == "categorical"


def test_a_parameter_that_some_lack(trials):
    found = trials(lambda s, a=None: 0.5, [{"a": 1}, {}])
    assert found.factors[0].codes.tolist() == [0, ABSENT]
    assert not found.factors[0].complete


def test_those_without_a_score_on_every_split_are_left_out(trials):
    found = trials(lambda s, a: None if a == s == 1 else float(a), {"a": [0, 1, 2]})
    assert found.candidates.tolist() == [0, 2]
    assert (len(found), found.total) == (2, 3)


def test_blocks_are_alike_in_all_else(trials):
    points = [{"a": 0, "b": 0}, {"a": 1, "b": 0}, {"a": 1, "b": 1}, {"a": 0, "b": 2}, {"a": 2, "b": 2}]
    found = trials(lambda s, a, b: 0.5, points)
    assert found.blocks(found.factors[0]).tolist() == [[0, 1, ABSENT], [3, ABSENT, 4]], "the third has no other"


def test_many_numbers_are_grouped_evenly(trials):
    points = [*({"a": i} for i in range(100)), {"b": 1}]
    coarse = trials(lambda s, a=0, b=0: 0.5, points).factors[0].coarse
    assert coarse.values[:2] == ("0 to 9", "10 to 19")
    assert np.bincount(coarse.codes[:100]).tolist() == [10] * 10
    assert coarse.codes[100] == ABSENT
    few = trials(lambda s, a: 0.5, {"a": range(30)}).factors[0]
    assert few.coarse is few


def test_a_list_of_records_knows_only_means(tmp_path):
    (tmp_path / "old.json").write_text('[{"a": 1, "mean_test_score": 0.5}, {"a": 2, "mean_test_score": 0.7}]')
    found = make_trials(load_results(tmp_path / "old.json"))
    assert found.splits.shape == (2, 0)
    np.testing.assert_array_equal(found.mean, [0.5, 0.7])


def test_without_counts_the_ratio_is_that_of_plain_folds(trials):
    assert trials(lambda s, a: 0.5, {"a": [0, 1]}, n_splits=5, rows=(0, 0)).ratio == 0.25


@pytest.mark.parametrize(
    ("metric", "bounds"),
    [("accuracy", (0, 1)), ("neg_log_loss", (-np.inf, 0)), ("r2", (-np.inf, np.inf))],
)
def test_where_scores_lie(trials, metric, bounds):
    assert trials(lambda s, a: 0.5, {"a": [0, 1]}, metric=metric).bounds == bounds
