from __future__ import annotations

import numpy as np
import pytest

from gridlab.errors import StoreError
from gridlab.records.truth import FILE, Truth, read_truth, truth_of, write_truth


def same(found, wanted):
    np.testing.assert_array_equal(found.y, wanted.y)
    assert len(found.rows) == len(wanted.rows)
    for rows, expected in zip(found.rows, wanted.rows, strict=True):
        np.testing.assert_array_equal(rows, expected)


def test_labels_become_the_codes_that_predictions_keep():
    truth = truth_of(["다", "가", "나", "가"], ["가", "나", "다"], [[0, 1], [2, 3]])
    same(truth, Truth(np.array([2, 0, 1, 0]), (np.array([0, 1]), np.array([2, 3]))))
    assert truth.y.dtype == np.uint8


def test_targets_stay_as_they_are_and_masks_become_numbers():
    truth = truth_of(np.array([0.5, 1.5, 2.5]), (), [np.array([True, False, True])])
    same(truth, Truth(np.array([0.5, 1.5, 2.5]), (np.array([0, 2]),)))


@pytest.mark.parametrize("y", [None, np.zeros((3, 2)), ["a", "b"]], ids=["none", "several", "text without classes"])
def test_what_is_not_one_label_or_number_a_row_has_no_truth(y):
    assert truth_of(y, (), [[0]]) is None


def test_what_was_written_is_read_again(tmp_path):
    wanted = Truth(np.array([1, 0, 1, 1]), (np.array([0, 3]), np.array([1]), np.array([2, 1])))
    write_truth(tmp_path, wanted)
    same(read_truth(tmp_path), wanted)
    write_truth(tmp_path, None)
    assert read_truth(tmp_path) is None


def test_damage_is_one_sentence(tmp_path):
    (tmp_path / FILE).write_bytes(b"half a file")
    with pytest.raises(StoreError, match=r"truth\.npz: the true labels cannot be read .*; the scores of this run can"):
        read_truth(tmp_path)
