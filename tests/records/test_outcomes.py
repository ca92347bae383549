from __future__ import annotations

import numpy as np
import pytest

from gridlab.records.outcomes import Outcomes, confusion_matrix, most_confused, outcomes
from tests.plots.conftest import TRUTH, make_predicted


@pytest.fixture(scope="module")
def results(tmp_path_factory):
    return make_predicted(tmp_path_factory.mktemp("outcomes") / "run")


def test_predictions_meet_the_truth_of_their_rows(results):
    found = outcomes(results, 0)
    assert found.rows.tolist() == list(range(12))
    assert (found.truth == TRUTH).all()
    assert np.flatnonzero(found.truth != found.predicted).tolist() == [0, 1, 7]
    assert found.proba[:2] == pytest.approx([0.5, 0.55], abs=1e-3)


def test_the_matrix_counts_true_against_predicted():
    found = Outcomes(np.arange(5), np.array([0, 0, 1, 2, 2]), np.array([0, 1, 1, 0, 0]), np.full(5, np.nan))
    assert confusion_matrix(found, 3).tolist() == [[1, 1, 0], [0, 1, 0], [2, 0, 0]]


def test_scikit_learn_counts_the_same(results):
    from sklearn.metrics import confusion_matrix as theirs

    found = outcomes(results, 2)
    assert (confusion_matrix(found, 3) == theirs(found.truth, found.predicted)).all()


def test_pairs_come_most_frequent_first_and_only_those_that_happened():
    pairs = most_confused(np.array([[5, 3, 0], [1, 6, 0], [0, 0, 4]]))
    assert [(p.truth, p.predicted, p.times) for p in pairs] == [(0, 1, 3), (1, 0, 1)]
    assert pairs[0].share == 3 / 8
    assert len(most_confused(np.ones((9, 9), int), most=4)) == 4


def test_without_truth_there_is_nothing(results, tmp_path):
    run = make_predicted(tmp_path / "run")
    (tmp_path / "run" / "truth.npz").unlink()
    assert outcomes(run, 0) is None
