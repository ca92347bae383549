from __future__ import annotations

import json
from dataclasses import dataclass

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.datasets import load_digits
from sklearn.model_selection import (
    GroupKFold,
    KFold,
    LeaveOneOut,
    PredefinedSplit,
    RepeatedKFold,
    RepeatedStratifiedKFold,
    ShuffleSplit,
    StratifiedKFold,
    check_cv,
)

from gridlab.errors import DataError
from gridlab.training.folds import Splits, make_splits, splits_from
from tests.training.datasets.contract import load


@dataclass
class CV:
    folds: int = 3
    shuffle: bool = False
    repeats: int = 1


digits = load("digits", test_size=0.2)
prices = load("prices", arrays=(np.arange(40.0).reshape(20, 2), np.linspace(0, 1, 20)))


def same(splits, indices):
    indices = list(indices)
    assert len(splits) == len(indices)
    for ours, theirs in zip(splits.indices, indices, strict=True):
        for a, b in zip(ours, theirs, strict=True):
            np.testing.assert_array_equal(a, b)


@pytest.mark.parametrize("folds", [2, 3, 5])
@pytest.mark.parametrize("dataset", [digits, prices])
def test_a_number_of_folds_is_what_scikit_learn_makes_of_it(dataset, folds):
    theirs = check_cv(folds, dataset.y, classifier=dataset.kind == "classification")
    splits = make_splits(dataset, CV(folds), seed=42)
    same(splits, theirs.split(dataset.X, dataset.y))
    assert splits.definition == {"splitter": type(theirs).__name__, "folds": folds, "shuffle": False}


@pytest.mark.parametrize(
    ("dataset", "cv", "theirs"),
    [
        (digits, CV(3, True), StratifiedKFold(3, shuffle=True, random_state=7)),
        (prices, CV(3, True), KFold(3, shuffle=True, random_state=7)),
        (digits, CV(3, False, 2), RepeatedStratifiedKFold(n_splits=3, n_repeats=2, random_state=7)),
        (prices, CV(3, True, 2), RepeatedKFold(n_splits=3, n_repeats=2, random_state=7)),
    ],
)
def test_shuffled_and_repeated_splits_are_those_of_scikit_learn(dataset, cv, theirs):
    splits = make_splits(dataset, cv, seed=7)
    same(splits, theirs.split(dataset.X, dataset.y))
    repeats = {"repeats": cv.repeats} if cv.repeats > 1 else {}
    wanted = {"splitter": type(theirs).__name__, "folds": 3, "shuffle": True, "seed": 7, **repeats}
    assert json.loads(json.dumps(splits.definition)) == wanted


def test_the_seed_counts_only_where_rows_are_shuffled():
    assert make_splits(digits, CV(), 1).definition == make_splits(digits, CV(), 2).definition
    assert make_splits(digits, CV(shuffle=True), 1).definition != make_splits(digits, CV(shuffle=True), 2).definition


def test_fewer_of_a_class_than_folds_is_refused():
    rare = load("rare", arrays=(np.zeros((20, 1)), ["a"] * 17 + ["b"] * 3))
    assert len(make_splits(rare, CV(3), 0)) == 3
    with pytest.raises(DataError, match=r"rare: class b has 3 rows to train on, fewer than the 4 folds$"):
        make_splits(rare, CV(4), 0)
    with pytest.raises(DataError, match="prices: 20 rows are fewer than the 21 folds of cv"):
        make_splits(prices, CV(21), 0)
    numbers = load("numbers", arrays=(np.zeros((30, 1)), np.arange(30)))
    with pytest.raises(DataError, match=r"1 rows .*fewer than the 3 folds .*`task: regression`"):
        make_splits(numbers, CV(3), 0)
    with pytest.raises(DataError, match="cv: 1 folds; at least 2"):
        make_splits(prices, CV(1), 0)


X, y = load_digits(return_X_y=True)
X, y = X[:60], y[:60]


@pytest.mark.parametrize(
    ("cv", "groups"),
    [
        (StratifiedKFold(3), None),
        (ShuffleSplit(4, random_state=1), None),
        (LeaveOneOut(), None),
        (PredefinedSplit(np.arange(60) % 4 - 1), None),
        (GroupKFold(3), np.arange(60) % 7),
        ([(np.arange(30), np.arange(30, 60))], None),
    ],
)
def test_splitters_and_iterables_are_taken_as_they_are(cv, groups):
    splits = splits_from(cv, X, y, groups)
    same(splits, cv.split(X, y, groups) if hasattr(cv, "split") else cv)
    assert splits.definition["splits"] == len(splits)
    json.dumps(splits.definition)


def test_a_generator_a_mask_and_negative_rows_name_rows():
    rows = np.arange(60)
    mask = rows < 40
    given = ((train, test) for train, test in [(mask, ~mask), (rows[:-5], [-5, -4, -3, -2, -1])])
    same(splits_from(given, X, y), [(rows[:40], rows[40:]), (rows[:-5], rows[-5:])])


def test_the_definition_is_that_of_the_rows_wherever_they_came_from():
    indices = list(StratifiedKFold(3).split(X, y))
    one = splits_from(StratifiedKFold(3), X, y).definition
    assert one == splits_from(indices, X, y).definition
    assert one == splits_from([(train.astype(np.int32), list(test)) for train, test in indices], X, y).definition
    assert one != splits_from(indices[::-1], X, y).definition
    assert one != splits_from([(test, train) for train, test in indices], X, y).definition
    assert one != splits_from([(train[::-1], test) for train, test in indices], X, y).definition
    moved = [(np.r_[train, test[:1]], test[1:]) for train, test in indices]
    assert one != splits_from(moved, X, y).definition


@pytest.mark.parametrize(
    ("cv", "said"),
    [
        ([], "cv: holds no split"),
        ([([0, 1], [])], r"cv: split 0: row numbers go here, not float64 of the shape \(0,\)"),
        ([([0, 1], [60])], "cv: split 0: row 60 is none of the 60 rows"),
        ([([0, 1], [2]), ([0, -61], [2])], "cv: split 1: row -61 is none"),
        ([([0.5], [1])], "cv: split 0: row numbers go here, not float64"),
        ([([True, False], [1])], "cv: split 0: row numbers go here, not bool"),
    ],
)
def test_splits_that_cannot_be_are_refused(cv, said):
    with pytest.raises(DataError, match=said):
        splits_from(cv, X, y)


rows = st.lists(st.integers(0, 59), min_size=1, max_size=20)


@given(pairs=st.lists(st.tuples(rows, rows), min_size=1, max_size=6))
def test_saved_and_opened_they_are_the_same(pairs, tmp_path_factory):
    splits = splits_from(pairs, X, y)
    opened = Splits.open(splits.save(tmp_path_factory.mktemp("splits")))
    same(opened, splits.indices)
    assert opened.definition == splits.definition


def test_they_are_written_once_and_apart(tmp_path):
    one, other = make_splits(digits, CV(3), 0), make_splits(digits, CV(4), 0)
    path = one.save(tmp_path)
    before = path.stat().st_mtime_ns
    assert one.save(tmp_path) == path
    assert path.stat().st_mtime_ns == before
    assert other.save(tmp_path) != path
    assert len(Splits.open(path)) == 3


def test_torn_splits_are_refused(tmp_path):
    path = make_splits(digits, CV(3), 0).save(tmp_path)
    content = path.read_bytes()
    for cut in (0, 10, len(content) // 2, len(content) - 3):
        path.write_bytes(content[:cut])
        with pytest.raises(DataError, match="no splits that gridlab saved"):
            Splits.open(path)
