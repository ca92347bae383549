import pickle
import random

import numpy as np
import pytest
from sklearn.base import clone, is_classifier, is_regressor
from sklearn.datasets import load_digits
from sklearn.experimental import enable_halving_search_cv  # noqa: F401
from sklearn.model_selection import GridSearchCV, HalvingGridSearchCV, RandomizedSearchCV, cross_val_score
from sklearn.model_selection._split import check_cv
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from gridlab.training.programs import Programs
from gridlab.training.wrapper import KerasClassifier, KerasRegressor

pytestmark = pytest.mark.slow


def build(meta, units=8, learning_rate=0.01):
    import keras

    model = keras.Sequential(
        [keras.Input((meta["n_features_in_"],)), keras.layers.Dense(units, "relu"), keras.layers.Dropout(0.2)]
    )
    if "n_classes_" in meta:
        model.add(keras.layers.Dense(meta["n_classes_"], "softmax"))
        model.compile(keras.optimizers.Adam(learning_rate), "sparse_categorical_crossentropy", metrics=["accuracy"])
    else:
        model.add(keras.layers.Dense(1))
        model.compile(keras.optimizers.Adam(learning_rate), "mse")
    return model


@pytest.fixture(scope="module")
def digits():
    X, y = load_digits(return_X_y=True)
    return (X[:300] / 16).astype("float32"), y[:300]


@pytest.fixture
def classifier():
    return KerasClassifier(build, model__units=8, epochs=3, batch_size=64, verbose=0, random_state=7)


def test_is_what_scikit_learn_takes_it_for(classifier):
    regressor = KerasRegressor(build, verbose=0)
    assert is_classifier(classifier)
    assert not is_regressor(classifier)
    assert is_regressor(regressor)


def test_folds_are_stratified(classifier, digits):
    X, y = digits
    order = np.argsort(y)
    splitter = check_cv(3, y[order], classifier=is_classifier(classifier))
    assert type(splitter).__name__ == "StratifiedKFold"
    assert cross_val_score(classifier, X[order], y[order], cv=3).min() > 0.12


def test_probability_scorers_work(classifier, digits):
    assert np.isfinite(cross_val_score(classifier, *digits, cv=2, scoring="neg_log_loss")).all()


def test_clone_and_pickle_keep_everything(classifier, digits):
    X, y = digits
    fitted = clone(classifier).fit(X, y)
    assert fitted.get_params() == classifier.get_params()
    again = pickle.loads(pickle.dumps(fitted))
    np.testing.assert_array_equal(again.predict_proba(X), fitted.predict_proba(X))


def test_regression(digits):
    X, _ = digits
    fitted = KerasRegressor(build, epochs=30, verbose=0, random_state=1).fit(X, X[:, 20])
    assert fitted.score(X, X[:, 20]) > 0


def test_searches_and_pipelines(classifier, digits):
    pipeline = make_pipeline(StandardScaler(), classifier)
    grid = {"kerasclassifier__model__units": [4, 16]}
    assert set(GridSearchCV(pipeline, grid, cv=2).fit(*digits).cv_results_["rank_test_score"]) <= {1, 2}
    RandomizedSearchCV(classifier, {"model__units": [4, 16]}, n_iter=1, cv=2, random_state=0).fit(*digits)
    HalvingGridSearchCV(classifier, {"model__units": [4, 16]}, cv=2, random_state=0).fit(*digits)


def test_seeded_fits_repeat_and_leave_the_process_as_it_was(classifier, digits):
    X, y = digits
    random.seed(1)
    np.random.seed(1)
    before = random.random(), np.random.random()
    random.seed(1)
    np.random.seed(1)
    first = clone(classifier).fit(X, y).predict_proba(X)
    assert (random.random(), np.random.random()) == before
    np.testing.assert_array_equal(clone(classifier).fit(X, y).predict_proba(X), first)
    clone(classifier).set_params(random_state=None).fit(X, y)  # op determinism is off: an unseeded fit still runs


def test_a_kept_program_gives_the_numbers_of_a_fresh_one(classifier, digits):
    X, y = digits
    fresh = [
        clone(classifier).set_params(random_state=s, model__learning_rate=0.1 / (s + 1)).fit(X, y) for s in range(3)
    ]
    wanted = [one.predict_proba(X) for one in fresh]
    programs = Programs()
    models = []
    for seed, probabilities in enumerate(wanted):
        estimator = clone(classifier).set_params(random_state=seed, model__learning_rate=0.1 / (seed + 1))
        estimator.watched(programs=programs).fit(X, y)
        models.append(estimator.model_)
        np.testing.assert_array_equal(estimator.predict_proba(X), probabilities)
    assert len(set(map(id, models))) == 1
