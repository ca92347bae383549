"""SweepSearchCV of Keras models: seeds, curves, engines, journal, and the estimators of stock scikeras."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.datasets import load_digits, load_iris
from sklearn.exceptions import FitFailedWarning
from sklearn.experimental import enable_halving_search_cv  # noqa: F401
from sklearn.model_selection import GridSearchCV, HalvingGridSearchCV, RandomizedSearchCV, cross_val_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from gridlab.errors import GridlabError
from gridlab.training.search import SweepSearchCV

pytestmark = pytest.mark.slow

X, y = load_digits(return_X_y=True)
X, y = (X[:300] / 16).astype(np.float32), y[:300]
GRID = {"model__dropout": [0.1, 0.5], "epochs": [1, 2]}


def build(meta, dropout=0.1, rate=0.01):
    import keras

    layers = [keras.Input(meta["X_shape_"][1:]), keras.layers.Dense(16, "relu"), keras.layers.Dropout(dropout)]
    model = keras.Sequential([*layers, keras.layers.Dense(meta["n_classes_"], "softmax")])
    model.compile(keras.optimizers.Adam(rate), "sparse_categorical_crossentropy", metrics=["accuracy"])
    return model


def estimator(**given):
    from gridlab.training.wrapper import KerasClassifier

    return KerasClassifier(build, verbose=0, batch_size=64, **given)


def test_both_ways_of_training_score_the_same_and_keep_curves():
    watched = SweepSearchCV(estimator(), GRID, cv=3).fit(X, y)
    by_sklearn = SweepSearchCV(estimator(), GRID, cv=3, engine="sklearn", return_train_score=True).fit(X, y)
    assert {line["engine"] for line in watched.results_.info["plan"]} == {"single"}
    for name in ("mean_test_score", "split2_test_score", "rank_test_score"):
        assert watched.cv_results_[name].tolist() == by_sklearn.cv_results_[name].tolist()
    for search in (watched, by_sklearn):
        curves = search.results_.curves()
        assert curves.groupby("candidate").epoch.max().tolist() == [1, 1, 2, 2]
        assert {"loss", "test_loss", "test_accuracy"} <= {*curves}
    assert watched.best_estimator_.random_state is not None
    assert watched.predict(X[:3]).shape == (3,)


def test_a_journal_and_two_workers_give_the_same_numbers(tmp_path):
    alone = SweepSearchCV(estimator(), GRID, cv=2).fit(X, y)
    workers = SweepSearchCV(estimator(), GRID, cv=2, n_jobs=2, journal=tmp_path / "run").fit(X, y)
    again = SweepSearchCV(estimator(), GRID, cv=2, journal=tmp_path / "run").fit(X, y)
    assert {r.engine for r in again.results_.records.values()} == {"single"}
    for search in (workers, again):
        assert search.cv_results_["mean_test_score"].tolist() == alone.cv_results_["mean_test_score"].tolist()
    assert again.cv_results_["mean_fit_time"].tolist() == workers.cv_results_["mean_fit_time"].tolist()
    assert again.best_estimator_.predict(X).tolist() == workers.best_estimator_.predict(X).tolist()


def test_vmap_by_name_trains_in_workers_and_the_best_here(tmp_path):
    import keras

    stop = {"callbacks": keras.callbacks.EarlyStopping, "callbacks__monitor": "loss", "callbacks__patience": 5}
    grid = {"model__dropout": [0.1, 0.5], "model__rate": [0.01, 0.03], "epochs": [4, 8]}
    search = SweepSearchCV(
        estimator(**stop), grid, cv=3, engine="vmap", journal=tmp_path / "run", n_jobs=2, random_state=1
    ).fit(X, y)
    assert {(r.engine, r.status) for r in search.results_.records.values()} == {("vmap", "ok")}
    assert search.best_score_ > 0.7
    assert search.results_.curves().epoch.max() == 8
    assert keras.config.backend() == "tensorflow"
    assert (search.predict(X) == y).mean() > 0.7
    again = SweepSearchCV(search.estimator, grid, cv=3, engine="vmap", journal=tmp_path / "run", random_state=1)
    assert again.fit(X, y).cv_results_["mean_fit_time"].tolist() == search.cv_results_["mean_fit_time"].tolist()


def test_stock_scikeras_is_taken_for_the_classifier_that_it_is():
    import scikeras.wrappers

    class Own(scikeras.wrappers.KerasClassifier):
        pass

    ours = SweepSearchCV(estimator(), {"model__dropout": [0.1]}, cv=2).fit(X, y)
    for kind in (scikeras.wrappers.KerasClassifier, Own):
        stock = kind(build, verbose=0, batch_size=64)
        search = SweepSearchCV(stock, {"model__dropout": [0.1]}, cv=2)
        with pytest.warns(UserWarning, match="scikeras' own estimators"):
            search.fit(X, y)
        assert search.estimator is stock
        assert search.cv_results_["mean_test_score"].tolist() == ours.cv_results_["mean_test_score"].tolist()


def test_pipelines_routes_and_diverged_fits():
    pipeline = make_pipeline(StandardScaler(), estimator())
    grid = {"kerasclassifier__model__dropout": [0.1, 0.3], "standardscaler__with_mean": [True]}
    found = [SweepSearchCV(pipeline, grid, cv=2).fit(X, y).cv_results_["mean_test_score"].tolist() for _ in range(2)]
    assert found[0] == found[1]
    diverging = SweepSearchCV(estimator(), {"model__rate": [0.01, float("inf")]}, cv=2, error_score=-1)
    for engine in ("single", "sklearn"):
        diverging.set_params(engine=engine)
        with pytest.warns(FitFailedWarning, match="training diverged"):
            diverging.fit(X, y)
        assert diverging.cv_results_["mean_test_score"][1] == -1
        assert diverging.results_.table.status.tolist() == ["ok", "failed"]
    with pytest.raises(FloatingPointError, match="diverged"):
        diverging.set_params(engine="auto", error_score="raise").fit(X, y)


def test_what_an_engine_cannot_train_is_said():
    for engine in ("single", "vmap"):
        with pytest.raises(GridlabError, match=f"engine {engine} cannot train this search: it wants scores on the tr"):
            SweepSearchCV(estimator(), GRID, engine=engine, return_train_score=True).fit(X, y)


def test_the_searches_of_scikit_learn_take_our_estimators():
    X, y = load_iris(return_X_y=True)
    halving = HalvingGridSearchCV(
        estimator(random_state=0), {"model__dropout": [0.1, 0.5]}, cv=2, factor=2, min_resources=60
    )
    assert halving.fit(X, y).best_score_ > 0.2
    random = RandomizedSearchCV(
        estimator(random_state=0), {"model__dropout": [0.1, 0.5]}, n_iter=1, cv=2, random_state=0
    )
    assert random.fit(X, y).best_score_ > 0.2
    stock = GridSearchCV(estimator(random_state=0), {"model__dropout": [0.1]}, cv=2).fit(X, y)
    ours = SweepSearchCV(estimator(random_state=0), {"model__dropout": [0.1]}, cv=2).fit(X, y)
    assert ours.cv_results_["mean_test_score"].tolist() == stock.cv_results_["mean_test_score"].tolist()
    assert cross_val_score(SweepSearchCV(estimator(), {"epochs": [1]}, cv=2), X, y, cv=2).shape == (2,)
