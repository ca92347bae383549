from __future__ import annotations

import warnings

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import rankdata
from sklearn.datasets import load_iris
from sklearn.ensemble import RandomForestClassifier
from sklearn.model_selection import GridSearchCV
from sklearn.neural_network import MLPClassifier
from sklearn.svm import SVC
from sklearn.tree import DecisionTreeClassifier

from gridlab.records.cv_results import cv_results, mean_and_std, rank


def stock(estimator, grid, **options):
    X, y = load_iris(return_X_y=True)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # failed fits and short trainings are what is compared
        return GridSearchCV(estimator, grid, refit=False, **options).fit(X, y).cv_results_


def ours(theirs, *, train):
    """Our columns from what scikit-learn measured."""
    scorers = [key.removeprefix("rank_test_") for key in theirs if key.startswith("rank_test_")]
    splits = {
        part: {
            s: np.column_stack([v for k, v in theirs.items() if k.startswith("split") and k.endswith(f"_{part}_{s}")])
            for s in scorers
        }
        for part in (("test", "train") if train else ("test",))
    }
    times = np.zeros_like(splits["test"][scorers[0]])
    return cv_results(theirs["params"], times, times, splits["test"], splits.get("train"))


def assert_same(mine, theirs):
    assert list(mine) == list(theirs)
    for name, column in theirs.items():
        if name.endswith("_time"):
            assert mine[name].dtype == column.dtype
        elif name == "params":
            assert mine[name] == column
        else:
            assert type(mine[name]) is type(column), name
            assert mine[name].dtype == column.dtype, name
            np.testing.assert_array_equal(np.ma.getmaskarray(mine[name]), np.ma.getmaskarray(column), name)
            np.testing.assert_array_equal(mine[name], column, name)


TREE = DecisionTreeClassifier(random_state=0)


@pytest.mark.parametrize("train", [False, True])
@pytest.mark.parametrize(
    ("estimator", "grid", "options"),
    [
        (TREE, {"max_depth": [1, 2, 3], "criterion": ["gini", "entropy"]}, {"cv": 3}),
        (TREE, {"max_depth": [None, 2], "min_samples_leaf": [1, 0.2]}, {"cv": 4, "scoring": ["accuracy", "f1_macro"]}),
        (TREE, {"max_depth": [2, -1, 3], "ccp_alpha": [0.0, 0.1]}, {"cv": 3}),
        (SVC(), [{"kernel": ["linear"], "C": [1, 10]}, {"kernel": ["rbf"], "gamma": [0.1, "scale"]}], {"cv": 2}),
        (
            MLPClassifier(max_iter=2, random_state=0),
            {"hidden_layer_sizes": [(3,), (3, 4)], "early_stopping": [True, False]},
            {"cv": 2},
        ),
        (MLPClassifier(max_iter=2, random_state=0), {"hidden_layer_sizes": [[3, 2], [4, 5]]}, {"cv": 2}),
        (RandomForestClassifier(2, random_state=0), {"max_samples": [np.float32(0.5), 0.7]}, {"cv": 2}),
    ],
)
def test_the_same_as_grid_search_cv(estimator, grid, options, train):
    theirs = stock(estimator, grid, return_train_score=train, **options)
    assert_same(ours(theirs, train=train), theirs)


@given(st.lists(st.sampled_from([0.1, 0.25, 0.5, -3.0, float("nan")]) | st.floats(-1e6, 1e6), min_size=1))
def test_ranks_are_scikit_learn_s(values):
    means = np.array(values)
    if np.isnan(means).all():
        expected = np.ones(len(means))
    else:
        expected = rankdata(-np.nan_to_num(means, nan=np.nanmin(means) - 1), method="min")
    np.testing.assert_array_equal(rank(means), expected)
    assert rank(means).dtype == np.int32


def test_mean_and_std_by_hand():
    mean, std = mean_and_std([[1, 3], [0.5, np.nan]])
    np.testing.assert_array_equal(mean, [2, np.nan])
    np.testing.assert_array_equal(std, [1, np.nan])
