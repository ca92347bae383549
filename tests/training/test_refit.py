from __future__ import annotations

import joblib
import numpy as np
import pytest

from gridlab.sweep.spec import SweepSpec
from gridlab.training.plan import make_plan
from gridlab.training.refit import refit

X = np.random.default_rng(1).normal(size=(90, 4)).astype("float32")
Y = np.arange(90) % 3


def task(model="sklearn.linear_model:LogisticRegression", **given):
    wanted = {"name": "r", "data": {"arrays": (X + Y[:, None], Y), "test_size": 0.2}, "model": model, "grid": {}}
    return make_plan(SweepSpec(**{**wanted, **given})).task


def test_the_best_is_trained_on_all_rows_that_are_not_held_out_and_tested_on_those(tmp_path):
    asked = task(scoring=["accuracy", "neg_log_loss"])
    told = refit(asked, {"C": 0.5}, 7, tmp_path)
    model = joblib.load(tmp_path / told["file"])
    assert (model.C, model.random_state) == (0.5, 7)
    again = type(model)(C=0.5, random_state=7).fit(asked.dataset.X, asked.dataset.y)
    np.testing.assert_array_equal(again.coef_, model.coef_)
    assert told["test_scores"]["accuracy"] == model.score(asked.dataset.X_test, asked.dataset.y_test)
    assert set(told["test_scores"]) == {"accuracy", "neg_log_loss"}
    assert told["refit_time"] > 0
    assert [path.name for path in tmp_path.iterdir()] == ["best.joblib"], "nothing unfinished is left"


def test_the_model_of_an_earlier_sweep_of_that_name_does_not_stay(tmp_path):
    (tmp_path / "best.keras").write_bytes(b"another's")
    refit(task(), {}, 7, tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["best.joblib"]


def test_without_held_out_rows_there_are_no_test_scores(tmp_path):
    assert refit(task(data=(X, Y)), {}, 7, tmp_path)["test_scores"] == {}


@pytest.mark.slow
def test_a_network_that_diverges_is_not_saved(tmp_path):
    with pytest.raises(ValueError, match="diverged"):
        refit(task("mlp", fit={"epochs": 2}), {"learning_rate": 1e38, "optimizer": "SGD"}, 7, tmp_path)
    assert not list(tmp_path.iterdir())


@pytest.mark.slow
def test_a_network_is_saved_as_keras_does_and_repeats_to_the_bit(tmp_path):
    import keras

    found = []
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        told = refit(task("mlp", fit={"epochs": 2}), {"hidden": [4]}, 7, tmp_path / name)
        assert told["file"] == "best.keras"
        assert told["parameters"] == 4 * 4 + 4 + 4 * 3 + 3
        found.append(keras.models.load_model(tmp_path / name / "best.keras").get_weights())
    for one, other in zip(*found, strict=True):
        np.testing.assert_array_equal(one, other)
