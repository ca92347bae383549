from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.model_selection import train_test_split

from gridlab.errors import DataError
from tests.training.datasets.contract import load

X = np.arange(60.0).reshape(30, 2)
y = np.array([0] * 20 + [1] * 10)
price = np.linspace(0.1, 1, 30)


@given(
    counts=st.lists(st.integers(2, 30), min_size=2, max_size=5),
    test_size=st.floats(0.05, 0.95) | st.integers(1, 100),
    limit=st.none() | st.integers(1, 150),
    seed=st.integers(0, 2**32 - 1),
)
def test_parts_are_disjoint_complete_and_hold_every_class_or_are_refused(counts, test_size, limit, seed):
    labels = np.repeat(np.arange(len(counts)), counts)
    n = len(labels) if limit is None else min(limit, len(labels))
    try:
        dataset = load(
            "mine", arrays=(np.arange(len(labels)).reshape(-1, 1), labels), test_size=test_size, limit=limit, seed=seed
        )
    except DataError:
        return
    assert dataset.X_test is not None
    rows = [*dataset.X.ravel().astype(int), *dataset.X_test.ravel().astype(int)]
    assert len(rows) == len(set(rows)) == n
    np.testing.assert_array_equal(labels[rows], [*dataset.y, *dataset.y_test])
    assert set(dataset.y) == set(labels)


def test_the_held_out_part_of_regression_is_that_of_scikit_learn():
    dataset = load("mine", arrays=(X, price), test_size=7, seed=3)
    X_train, X_test, y_train, y_test = train_test_split(X, price, test_size=7, random_state=3)
    np.testing.assert_array_equal(dataset.X, X_train)
    np.testing.assert_array_equal(dataset.X_test, X_test)
    np.testing.assert_array_equal(dataset.y, y_train.astype(np.float32))
    np.testing.assert_array_equal(dataset.y_test, y_test.astype(np.float32))
    assert dataset.classes == ()


def test_another_seed_another_part_and_fingerprint():
    one, other = (load("mine", arrays=(X, y), test_size=0.3, seed=seed) for seed in (1, 2))
    assert one.fingerprint != other.fingerprint
    assert one.fingerprint == load("mine", arrays=(X, y), test_size=0.3, seed=1).fingerprint
    assert load("mine", arrays=(X, y), seed=1).fingerprint == load("mine", arrays=(X, y), seed=2).fingerprint


def test_a_limit_beyond_the_rows_is_all_of_them():
    assert load("mine", arrays=(X, y), limit=1000).fingerprint == load("mine", arrays=(X, y)).fingerprint


def test_the_task_changes_the_fingerprint():
    assert load("mine", arrays=(X, y), task="regression").fingerprint != load("mine", arrays=(X, y)).fingerprint


def test_float32_is_taken_as_it_is():
    mine = X.astype(np.float32)
    assert np.shares_memory(load("mine", arrays=(mine, y)).X, mine)
    assert load("mine", arrays=(np.asfortranarray(mine), y)).X.flags.c_contiguous


@pytest.mark.parametrize("dtype", [bool, np.uint8, np.int64, np.float16, np.float64, ">f4"])
def test_every_type_of_number_becomes_float32(dtype):
    dataset = load("mine", arrays=((X % 2).astype(dtype), y), scale=4)
    assert dataset.X.dtype == np.float32
    np.testing.assert_array_equal(dataset.X, X % 2 / 4)


@pytest.mark.parametrize(
    ("labels", "options", "said"),
    [
        (y, {"test_size": 30}, "test_size: 30 leaves nothing to train on: there are 30 rows"),
        (y, {"test_size": 0.99}, "test_size: 0.99 leaves nothing to train on"),
        (
            y,
            {"test_size": 1},
            "test_size: 1 makes 1 rows held out of 30; each of the 2 classes needs a row on both sides",
        ),
        (y, {"test_size": 29}, "each of the 2 classes needs a row on both sides"),
        (np.r_[y[:-1], 7], {"test_size": 0.5}, "class 7 has 1 row, a stratified part needs 2 of each$"),
        (np.arange(30), {"test_size": 0.5}, r"needs 2 of each \(there are 30 classes; `task: regression` makes"),
        (np.r_[y[:28], 7, 7], {"test_size": 0.9}, "test_size: 0.9 leaves no row of class 7 to train on"),
        (np.r_[y[:29], 7], {"limit": 4}, "limit: 4 leaves no row of class 7 to train on"),
        (np.zeros(30, int), {}, "all 30 rows have the label 0; classification needs two classes"),
        (price, {"test_size": 30}, "leaves nothing to train on"),
    ],
)
def test_parts_that_cannot_be_are_refused(labels, options, said):
    with pytest.raises(DataError, match=f"mine: .*{said}"):
        load("mine", arrays=(X, labels), **options)


def test_nothing_is_refused():
    for shape, said in (((0, 3), "no rows"), ((3, 0), "no features")):
        with pytest.raises(DataError, match=f"mine: holds {said}"):
            load("mine", arrays=(np.zeros(shape), np.arange(shape[0])))


def test_a_bad_cell_is_named_by_its_own_row_whatever_was_chosen():
    bad = X.copy()
    bad[17, 1] = np.nan
    for options in ({}, {"test_size": 0.5}, {"limit": 29}):
        with pytest.raises(DataError, match=r"mine: X\[17, 1\]: nan where a finite number belongs"):
            load("mine", arrays=(bad, y), **options)
    bad[17, 1] = 1e39
    with pytest.raises(DataError, match=r"X\[17, 1\]: 1e\+39, too large for float32, where"):
        load("mine", arrays=(bad, y))


@pytest.mark.parametrize(
    ("shape", "made"), [((4, 64), (8, 8, 1)), ((4, 5, 7), (5, 7, 1)), ((4, 5, 7, 3), (5, 7, 3)), ((4, 1), (1, 1, 1))]
)
def test_a_square_image_whatever_its_size(shape, made):
    assert load("mine", arrays=(np.zeros(shape), np.arange(4) % 2), image_shape="square").X.shape[1:] == made


def test_a_number_of_values_that_is_no_square():
    with pytest.raises(DataError, match="image_shape: 65 values a row are no square"):
        load("mine", arrays=(np.zeros((4, 65)), np.arange(4) % 2), image_shape="square")
