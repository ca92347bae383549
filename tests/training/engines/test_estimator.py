from __future__ import annotations

import subprocess
import sys
import warnings

import numpy as np
import pytest
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.exceptions import ConvergenceWarning

from tests.training.engines.contract import EngineContract, three_classes

pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")


class TestEstimator(EngineContract):
    engine = "estimator"
    classifier = "sklearn.neural_network:MLPClassifier"
    regressor = "sklearn.neural_network:MLPRegressor"
    sizes = "hidden_layer_sizes"
    grid = {"max_iter": [5, 10]}  # noqa: RUF012

    @pytest.fixture(scope="class", autouse=True)
    @classmethod
    def quiet(cls):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ConvergenceWarning)
            yield


ask = TestEstimator()


def test_it_loads_no_keras():
    code = (
        "import sys; from gridlab.training.engines.estimator import EstimatorEngine;"
        "sys.exit(bool({'keras', 'tensorflow', 'jax'} & sys.modules.keys()))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_a_pipeline_and_the_parameters_of_its_steps():
    model = {"pipeline": ["sklearn.preprocessing:StandardScaler", "sklearn.neural_network:MLPClassifier"]}
    grid = {"standardscaler__with_mean": [True, False], "hidden_layer_sizes": [[4]], "max_iter": [8]}
    found = ask.train(ask.plan(three_classes(), model, grid=grid, scoring="neg_log_loss"))
    assert {trained.record.status for trained in found.values()} == {"ok"}
    assert found[0, 0].record.scores != found[1, 0].record.scores


def test_an_estimator_without_probabilities_has_labels_alone():
    plan = ask.plan(three_classes(), "sklearn.svm:LinearSVC", grid={"C": [1.0]}, scoring=["accuracy", "neg_log_loss"])
    for trained in ask.train(plan).values():
        assert set(trained.predictions or {}) <= {"label"}


def test_an_estimator_given_in_python_is_cloned_and_seeded():
    from sklearn.neural_network import MLPClassifier

    given = MLPClassifier(max_iter=5)
    plan = ask.plan(three_classes(), given, grid={"hidden_layer_sizes": [[4], [5]]})
    first, second = ask.train(plan), ask.train(plan)
    assert not hasattr(given, "classes_")
    assert given.get_params()["hidden_layer_sizes"] == (100,)
    for at, trained in first.items():
        ask.assert_same(trained, second[at])


class Stubborn(ClassifierMixin, BaseEstimator):
    """Knows two of the classes, whatever it is taught."""

    def __init__(self, mood: str = "calm") -> None:
        self.mood = mood

    def fit(self, X, y):
        if self.mood == "angry":
            raise RuntimeError("I will\nnot")
        self.classes_ = np.unique(y)[:2]
        return self

    def predict(self, X):
        return np.full(len(X), self.classes_[1])

    def predict_proba(self, X):
        return np.tile([0.25, 0.75], (len(X), 1))


def test_classes_that_a_split_did_not_show_have_probability_zero():
    plan = ask.plan(three_classes(), Stubborn(), grid={"mood": ["calm", "angry"]})
    found = ask.train(plan)
    calm, angry = found[0, 0], found[1, 0]
    np.testing.assert_array_equal(calm.predictions["proba"][0], [0.25, 0.75, 0.0])
    assert set(calm.predictions["label"]) == {1}
    assert angry.record.error == "RuntimeError: I will not"


def test_training_rows_are_scored_if_asked():
    def train(**more):
        plan = ask.plan(three_classes(), "sklearn.tree:DecisionTreeClassifier", grid={"max_depth": [1, 20]}, **more)
        return {at: trained.record.train_scores for at, trained in ask.train(plan).items()}

    assert set(map(len, train().values())) == {0}
    scores = train(return_train_score=True)
    assert scores[1, 0] == {"accuracy": 1.0}, "a deep tree knows its rows by heart"
    assert scores[0, 0]["accuracy"] < 1
