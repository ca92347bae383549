from __future__ import annotations

import numpy as np
import pytest
from sklearn.datasets import load_digits
from sklearn.linear_model import LinearRegression, LogisticRegression
from sklearn.metrics import get_scorer

from gridlab.training.scoring import PredictedClasses, PredictedValues, compact, evaluate, predict, scorers

CLASSES = ["accuracy", "neg_log_loss", "roc_auc_ovr", "f1_macro", "balanced_accuracy", "top_k_accuracy"]
NUMBERS = ["r2", "neg_mean_absolute_error", "neg_root_mean_squared_error", "explained_variance"]


@pytest.fixture(scope="module")
def digits():
    X, y = load_digits(return_X_y=True)
    return X[:200] / 16, y[:200], X[200:400] / 16, y[200:400]


@pytest.mark.parametrize("labels", ["numbers", "text"])
def test_of_predictions_that_are_there_scorers_say_what_they_say_of_the_estimator(digits, labels):
    X, y, X_test, y_test = digits
    if labels == "text":
        y, y_test = (np.char.add("digit ", part.astype(str)) for part in (y, y_test))
    estimator = LogisticRegression(max_iter=300).fit(X, y)
    predicted = predict(estimator, X_test)
    wanted = {name: get_scorer(name)(estimator, X_test, y_test) for name in CLASSES}
    assert evaluate(scorers(CLASSES), predicted, None, y_test) == pytest.approx(wanted)


def test_two_classes_are_ranked_by_the_second(digits):
    X, y, X_test, y_test = digits
    estimator = LogisticRegression().fit(X, y > 4)
    names = ["roc_auc", "average_precision", "f1"]
    wanted = {name: get_scorer(name)(estimator, X_test, y_test > 4) for name in names}
    assert evaluate(scorers(names), predict(estimator, X_test), None, y_test > 4) == pytest.approx(wanted)


def test_values(digits):
    X, y, X_test, y_test = digits
    estimator = LinearRegression().fit(X, y)
    wanted = {name: get_scorer(name)(estimator, X_test, y_test) for name in NUMBERS}
    predicted = predict(estimator, X_test)
    assert evaluate(scorers(NUMBERS), predicted, None, y_test) == pytest.approx(wanted)
    assert compact(predicted, np.array([]))["value"].shape == (200,)


def test_what_a_scorer_cannot_tell_is_none():
    proba = np.full((4, 2), np.nan)
    predicted = PredictedClasses(np.array([0, 1]), np.array([0, 0, 1, 1]), proba)
    assert evaluate(scorers(["accuracy", "neg_log_loss"]), predicted, None, np.array([0, 0, 1, 1])) == {
        "accuracy": 1.0,
        "neg_log_loss": None,
    }
    values = PredictedValues(np.array([np.nan, 1.0]))
    assert evaluate(scorers(["r2"]), values, None, np.array([0.0, 1.0])) == {"r2": None}


@pytest.mark.parametrize(("n", "dtype"), [(2, np.uint8), (256, np.uint8), (257, np.uint16)])
def test_labels_are_kept_as_the_smallest_codes(n, dtype):
    classes = np.array([f"{i:05}" for i in range(n)])
    kept = compact(PredictedClasses(classes, classes[[0, n - 1]], None), classes)
    assert kept.keys() == {"label"}
    assert kept["label"].dtype == dtype
    np.testing.assert_array_equal(kept["label"], [0, n - 1])


def test_probabilities_stand_in_the_data_s_order_of_classes():
    classes = np.array(["a", "b", "c"])
    predicted = PredictedClasses(np.array(["a", "c"]), np.array(["c", "a"]), np.array([[0.25, 0.75], [0.5, 0.5]]))
    kept = compact(predicted, classes)
    np.testing.assert_array_equal(kept["label"], [2, 0])
    np.testing.assert_array_equal(kept["proba"], [[0.25, 0, 0.75], [0.5, 0, 0.5]])
    assert kept["proba"].dtype == np.float16
