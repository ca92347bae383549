"""SweepSearchCV is GridSearchCV to the last bit, and more."""

from __future__ import annotations

import json
import os
import pickle
import signal
import subprocess
import sys
import time
import warnings
from pathlib import Path

import joblib
import numpy as np
import pandas as pd
import psutil
import pytest
from scipy.sparse import csr_array
from sklearn import config_context
from sklearn.base import BaseEstimator, ClassifierMixin, clone, is_classifier, is_regressor
from sklearn.datasets import make_classification
from sklearn.exceptions import FitFailedWarning
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.metrics import accuracy_score, make_scorer
from sklearn.model_selection import GridSearchCV, GroupKFold, KFold, cross_val_score
from sklearn.naive_bayes import GaussianNB
from sklearn.neural_network import MLPClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.tree import DecisionTreeClassifier

from gridlab.errors import GridlabError, RunLockedError
from gridlab.records.results import load_results
from gridlab.records.store import RunStore
from gridlab.training import search as module
from gridlab.training.search import SweepSearchCV

X, y = make_classification(90, 6, random_state=0)
LOGISTIC = (LogisticRegression(), {"C": [0.1, 10.0], "fit_intercept": [True, False]})
MODELS = {
    "logistic": LOGISTIC,
    "tree": (DecisionTreeClassifier(random_state=0), [{"max_depth": [1, None]}, {"criterion": ["entropy"]}]),
    "pipeline": (
        make_pipeline(StandardScaler(), GaussianNB()),
        {"standardscaler": [StandardScaler(), "passthrough"], "gaussiannb__var_smoothing": [1e-9, 0.1]},
    ),
    "mlp": (
        MLPClassifier((4,), max_iter=5, random_state=1),
        {"alpha": [1e-4, 1.0], "hidden_layer_sizes": [(4,), (3, 2)]},
    ),
}
SCORINGS = {
    "own": {},
    "name": {"scoring": "roc_auc"},
    "list": {"scoring": ["accuracy", "neg_log_loss"], "refit": "neg_log_loss"},
    "dict": {"scoring": {"a": "accuracy", "b": make_scorer(accuracy_score)}, "refit": False},
    "callable": {"scoring": lambda estimator, X, y: {"a": estimator.score(X, y), "n": len(X)}, "refit": "a"},
    "chosen": {"refit": lambda results: 1, "return_train_score": True},
}


def assert_same(ours, stock):
    """Equal columns in the same order, of equal types and, but for times, of equal values to the last bit."""
    assert list(ours) == list(stock)
    for name in stock:
        assert type(ours[name]) is type(stock[name])
        assert getattr(ours[name], "dtype", None) == getattr(stock[name], "dtype", None)
        if name == "params" or name.startswith("param_"):
            assert str(ours[name]) == str(stock[name])
        elif not name.endswith("_time"):
            np.testing.assert_array_equal(ours[name], stock[name], name)


@pytest.mark.filterwarnings("ignore:Stochastic Optimizer")
@pytest.mark.parametrize("scoring", SCORINGS)
@pytest.mark.parametrize("model", MODELS)
def test_scores_are_those_of_stock_to_the_last_bit(model, scoring):
    estimator, grid = MODELS[model]
    options = {"cv": KFold(3, shuffle=True, random_state=0), **SCORINGS[scoring]}
    stock = GridSearchCV(estimator, grid, **options).fit(X, y)
    ours = SweepSearchCV(estimator, grid, **options).fit(X, y)
    assert_same(ours.cv_results_, stock.cv_results_)
    fitted = {name for name in vars(stock) if name.endswith("_") and not name.startswith("_")}
    assert {name for name in vars(ours) if name.endswith("_") and not name.startswith("_")} == fitted | {"results_"}
    for name in fitted & {"best_index_", "best_score_", "n_splits_", "multimetric_"}:
        assert getattr(ours, name) == getattr(stock, name)


@pytest.mark.parametrize("kind", ["pandas", "sparse", "list"])
def test_data_of_any_kind(kind):
    given = {"pandas": pd.DataFrame(X, columns=list("abcdef")), "sparse": csr_array(X), "list": X.tolist()}[kind]
    stock, ours = (search(*LOGISTIC, cv=3).fit(given, y) for search in (GridSearchCV, SweepSearchCV))
    assert_same(ours.cv_results_, stock.cv_results_)
    assert getattr(ours, "feature_names_in_", None) is not None or kind != "pandas"


def test_groups_and_sample_weights():
    fit = {"groups": np.arange(90) % 5, "sample_weight": np.linspace(0.1, 3, 90)}
    stock, ours = (search(*LOGISTIC, cv=GroupKFold(3)).fit(X, y, **fit) for search in (GridSearchCV, SweepSearchCV))
    assert_same(ours.cv_results_, stock.cv_results_)


def test_metadata_routing():
    with config_context(enable_metadata_routing=True):
        estimator = LogisticRegression().set_fit_request(sample_weight=True)
        scorer = make_scorer(accuracy_score).set_score_request(sample_weight=True)
        found = [
            search(estimator, {"C": [0.01, 1]}, scoring=scorer).fit(X, y, sample_weight=np.linspace(0, 2, 90))
            for search in (GridSearchCV, SweepSearchCV)
        ]
    assert_same(found[1].cv_results_, found[0].cv_results_)


HOME = "GRIDLAB_TEST_PROCESS"
os.environ.setdefault(HOME, str(os.getpid()))  # workers inherit it


class Fails(ClassifierMixin, BaseEstimator):
    """Cannot be fitted for some parameters; remembers where it was."""

    def __init__(self, how="not", seen=None):
        self.how, self.seen = how, seen

    def fit(self, X, y):
        if self.how == "slow":
            time.sleep(0.3)
        if self.how == "raises":
            raise OSError("no such luck")
        if self.how == "dies" and os.environ[HOME] != str(os.getpid()):
            os.kill(os.getpid(), signal.SIGKILL)
        if self.how == "interrupted":
            raise KeyboardInterrupt
        self.classes_ = np.unique(y)
        return self

    def predict(self, X):
        return np.full(len(X), self.classes_[0])


def test_failed_fits_score_what_was_asked_and_are_told_as_stock_tells_them():
    for score in (np.nan, -1.0):
        told = []
        for search in (GridSearchCV, SweepSearchCV):
            with warnings.catch_warnings(record=True) as seen:
                warnings.simplefilter("always")
                found = search(Fails(), {"how": ["not", "raises"]}, cv=3, error_score=score).fit(X, y)
            told.append(([w.category for w in seen], str(seen[0].message).partition("Below")[0], found.cv_results_))
        assert told[0][:2] == told[1][:2]
        assert FitFailedWarning in told[1][0]
        assert_same(told[1][2], told[0][2])


def test_error_score_raise_raises_the_very_exception(tmp_path):
    for journal in (None, tmp_path / "run", tmp_path / "run"):
        with pytest.raises(OSError, match="no such luck"):
            SweepSearchCV(Fails(), {"how": ["raises"]}, error_score="raise", journal=journal).fit(X, y)


def test_a_journal_makes_it_resumable_and_visible(tmp_path, capsys):
    folder = tmp_path / "mine"
    first = SweepSearchCV(*LOGISTIC, cv=3, journal=folder).fit(X, y)
    lines = (folder / "fits.jsonl").read_bytes()
    again = SweepSearchCV(*LOGISTIC, cv=3, journal=str(folder)).fit(X, y)
    assert (folder / "fits.jsonl").read_bytes() == lines
    assert "nothing to train" in capsys.readouterr().err
    assert_same(again.cv_results_, first.cv_results_)
    assert again.cv_results_["mean_fit_time"].tolist() == first.cv_results_["mean_fit_time"].tolist()
    loaded = load_results(folder)
    assert loaded.n_done == loaded.n_fits == 12
    assert loaded.best["params"] == first.best_params_
    assert loaded.best["mean_test_score"] == first.best_score_
    assert set(loaded.predictions(0)) == {0, 1, 2}
    assert (loaded.truth.y[loaded.truth.rows[0]] == np.searchsorted(np.unique(y), y)[loaded.truth.rows[0]]).all()
    assert [axis["name"] for axis in loaded.axes] == ["C", "fit_intercept"]
    assert len(json.loads((folder / "results.json").read_text())) == 4


def test_only_what_is_new_is_trained(tmp_path):
    folder = tmp_path / "mine"
    SweepSearchCV(LogisticRegression(), {"C": [1.0, 2.0]}, cv=3, journal=folder).fit(X, y)
    for changed in (
        {"param_grid": {"C": [2.0, 3.0]}, "more": 3},
        {"estimator": LogisticRegression(tol=1e-2), "more": 6},
        {"cv": 2, "more": 4},
        {"scoring": "roc_auc", "more": 6},
        {"X": X + 1, "more": 6},
        {"weights": np.linspace(1, 2, 90), "more": 6},
        {"return_train_score": True, "more": 6},
    ):
        before = len((folder / "fits.jsonl").read_text().splitlines())
        more, data, weights = changed.pop("more"), changed.pop("X", X), changed.pop("weights", None)
        options = {"estimator": LogisticRegression(), "param_grid": {"C": [1.0, 2.0]}, "cv": 3, **changed}
        SweepSearchCV(**options, journal=folder).fit(data, y, **({} if weights is None else {"sample_weight": weights}))
        assert len((folder / "fits.jsonl").read_text().splitlines()) == before + more, changed


def test_failed_fits_of_a_journal_fail_again(tmp_path):
    found = []
    for _ in range(2):
        search = SweepSearchCV(Fails(), {"how": ["not", "raises"]}, cv=3, error_score=0.25, journal=tmp_path / "r")
        with pytest.warns(FitFailedWarning, match="no such luck"):
            search.fit(X, y)
        found.append(search.cv_results_)
    assert_same(found[1], found[0])
    assert found[1]["mean_test_score"][1] == 0.25


def test_an_interrupt_keeps_what_is_done(tmp_path):
    search = SweepSearchCV(Fails(), {"how": ["not", "interrupted"]}, cv=3, journal=tmp_path / "run")
    with pytest.raises(KeyboardInterrupt):
        search.fit(X, y)
    assert load_results(tmp_path / "run").n_done == 3
    RunStore(tmp_path / "run", write=True).close()  # the folder is free again


def test_a_second_writer_is_refused(tmp_path):
    with RunStore(tmp_path / "run", write=True), pytest.raises(RunLockedError):
        SweepSearchCV(*LOGISTIC, journal=tmp_path / "run").fit(X, y)


def test_without_a_journal_nothing_is_written(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    search = SweepSearchCV(*LOGISTIC, cv=3).fit(X, y)
    assert not list(tmp_path.iterdir())
    assert search.results_.table["mean_test_score"].tolist() == search.cv_results_["mean_test_score"].tolist()
    assert "iframe" in search.results_.plot()._repr_html_()
    assert search.results_.n_done == 12


def test_an_unseeded_estimator_is_left_alone_unless_a_seed_is_given():
    tree, grid = DecisionTreeClassifier(max_features=1), {"max_depth": [3, 5]}
    assert SweepSearchCV(tree, grid).fit(X, y).best_estimator_.random_state is None
    found = [SweepSearchCV(tree, grid, random_state=seed).fit(X, y) for seed in (1, 1, 2)]
    scores = [search.cv_results_["split0_test_score"].tolist() for search in found]
    assert scores[0] == scores[1]
    assert [record.seed for record in found[0].results_.records.values()] != [
        record.seed for record in found[2].results_.records.values()
    ]
    assert found[0].best_estimator_.random_state == found[1].best_estimator_.random_state is not None


def test_is_a_grid_search():
    search = SweepSearchCV(LogisticRegression(), {"C": [1]}, journal="x", random_state=3)
    assert isinstance(search, GridSearchCV)
    assert clone(search).get_params()["journal"] == "x"
    assert search.set_params(estimator__C=4).estimator.C == 4
    assert "SweepSearchCV" in search._repr_html_()
    assert is_classifier(search)
    assert is_regressor(SweepSearchCV(Ridge(), {}))
    fitted = pickle.loads(pickle.dumps(SweepSearchCV(*LOGISTIC, cv=2).fit(X, y)))
    assert fitted.predict(X[:2]).shape == (2,)
    assert len(fitted.results_.table) == 4


def test_nests():
    inner = SweepSearchCV(
        make_pipeline(StandardScaler(), LogisticRegression()), {"logisticregression__C": [0.1, 1]}, cv=2
    )
    stock = GridSearchCV(inner.estimator, inner.param_grid, cv=2)
    assert cross_val_score(inner, X, y, cv=3).tolist() == cross_val_score(stock, X, y, cv=3).tolist()
    assert make_pipeline(StandardScaler(), inner).fit(X, y).predict(X).shape == (90,)


def test_threads_of_joblib_are_respected():
    with joblib.parallel_config(backend="threading", n_jobs=2):
        ours = SweepSearchCV(*LOGISTIC, cv=3).fit(X, y)
    assert_same(ours.cv_results_, GridSearchCV(*LOGISTIC, cv=3).fit(X, y).cv_results_)


def test_tiny_fits_start_no_processes(monkeypatch):
    monkeypatch.setattr("gridlab.training.search_run._starter", lambda *given: pytest.fail)
    ours = SweepSearchCV(GaussianNB(), {"var_smoothing": [1e-9, 0.1]}, cv=3, n_jobs=2).fit(X, y)
    assert ours.results_.n_done == 6


def test_faults_are_told_in_a_sentence():
    with pytest.raises(
        GridlabError, match=r"engine single cannot train this search: its estimator is not a gridlab Keras"
    ):
        SweepSearchCV(*LOGISTIC, engine="single").fit(X, y)
    with pytest.raises(ValueError, match="engine"):
        SweepSearchCV(*LOGISTIC, engine="singel").fit(X, y)


def test_an_unknown_scikit_learn_is_said_to_be_one():
    with pytest.raises(GridlabError, match=r"does not know its way around scikit-learn \d"):
        module._local(lambda: None, "parallel")


@pytest.mark.slow
def test_scikit_learns_own_tests_pass():
    told = subprocess.run(
        [sys.executable, Path(__file__).with_name("sklearn_suite.py")], capture_output=True, text=True
    )
    assert told.returncode == 0, told.stdout[-2000:]


@pytest.mark.slow
def test_an_exception_in_a_worker_is_the_searchs_and_leaves_no_worker_behind(monkeypatch):
    monkeypatch.setattr("gridlab.training.pool_warming.WORTH", 0.0)
    monkeypatch.setattr("gridlab.training.pool_warming.BATCH", 0.0)
    grid = {"how": ["slow"] * 3 + ["raises"] + ["slow"] * 20}
    with pytest.raises(OSError, match="no such luck"):
        SweepSearchCV(Fails(), grid, cv=2, n_jobs=2, error_score="raise").fit(X, y)
    time.sleep(3)
    assert not [child for child in psutil.Process().children() if "popen_loky" in " ".join(child.cmdline())]


@pytest.mark.slow
def test_two_processes_score_as_one_and_a_killed_worker_takes_only_its_fit(monkeypatch):
    monkeypatch.setattr("gridlab.training.pool_warming.WORTH", 0.0)
    monkeypatch.setattr("gridlab.training.pool_warming.BATCH", 0.0)
    grid = {"C": np.logspace(-3, 3, 30)}
    ours = SweepSearchCV(LogisticRegression(), grid, cv=3, n_jobs=2).fit(X, y)
    assert_same(ours.cv_results_, GridSearchCV(LogisticRegression(), grid, cv=3).fit(X, y).cv_results_)
    dead = SweepSearchCV(Fails(), {"how": ["not", "not", "dies", "not"]}, cv=3, n_jobs=2, error_score=-1)
    with pytest.warns(FitFailedWarning, match="killed"):
        dead.fit(X, y)
    assert (dead.cv_results_["mean_test_score"] == -1).tolist() == [False, False, True, False]
