from __future__ import annotations

import numpy as np
import pytest
from sklearn.datasets import load_breast_cancer, load_digits
from sklearn.naive_bayes import GaussianNB

from gridlab.records.misread import read_misread
from gridlab.records.results import load_results
from gridlab.sweep.spec import SweepSpec
from gridlab.training.misread import LARGEST, misread, pictures
from gridlab.training.run import run_sweep
from gridlab.training.search import SweepSearchCV
from tests.plots.conftest import make_predicted, make_results

X = np.linspace(0, 1, 12 * 64, dtype=np.float32).reshape(12, 8, 8, 1)


@pytest.fixture(scope="module")
def results(tmp_path_factory):
    return make_predicted(tmp_path_factory.mktemp("misread") / "run")


def test_the_surest_mistakes_of_the_best_come_first(results):
    found = misread(X, results)
    assert (found.candidate, found.total, found.of) == (0, 3, 12)
    assert found.rows.tolist() == [1, 7, 0]
    assert found.truth.tolist() == [0, 1, 0]
    assert found.label.tolist() == [1, 2, 1]
    assert found.proba == pytest.approx([0.55, 0.55, 0.5], abs=1e-3)
    assert (found.images == np.round(X[found.rows] * 255)).all()


def test_large_pictures_are_thinned(results):
    found = misread(np.zeros((12, 3 * LARGEST, 100, 3)), results)
    assert found.images.shape == (3, LARGEST, 34, 3)


def test_a_run_and_a_search_leave_them_in_their_folders(tmp_path):
    digits = load_digits(n_class=3)
    data, grid = (digits.data[:200], digits.target[:200]), {"var_smoothing": [1.0]}
    model = "sklearn.naive_bayes:GaussianNB"
    spec = SweepSpec(name="r", data=data, model=model, grid=grid, cv=2, workers=0)
    kept = read_misread(run_sweep(spec, tmp_path).folder)
    assert kept.images.shape[1:] == (8, 8, 1)
    assert kept.total == kept.of - round(kept.of * load_results(tmp_path / "r").best["mean_test_score"])
    search = SweepSearchCV(GaussianNB(), grid, cv=2, journal=tmp_path / "s")
    search.fit(*data)
    assert read_misread(tmp_path / "s").of == 200


def test_what_is_no_picture_is_not_kept(results):
    assert misread(np.zeros((12, 5)), results) is None
    assert misread(np.zeros((12, 8, 8, 2)), results) is None
    assert misread([["a", "b"]], results) is None
    assert misread(X, make_results({"a": [1, 2]})) is None  # nothing was predicted


def test_damaged_predictions_keep_no_run_from_its_end(tmp_path):
    results = make_predicted(tmp_path / "run")
    (tmp_path / "run" / "predictions.bin").write_bytes(b"")
    assert misread(X, results) is None


def test_flat_rows_are_pictures_where_neighbours_are_alike():
    digits = load_digits().data
    assert pictures(digits).shape == (1797, 8, 8, 1)
    assert pictures(np.random.default_rng(0).permutation(digits, axis=1)) is None
    assert pictures(digits[:, :63]) is None
    assert pictures(load_breast_cancer().data) is None
    assert pictures(np.random.default_rng(0).normal(size=(100, 64))) is None
