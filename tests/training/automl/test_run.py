"""AutoKeras' trials as a run: what can be told without it, and (slow) one small search itself."""

from __future__ import annotations

import importlib.util
import json
import sys

import numpy as np
import pandas as pd
import pytest
from sklearn.datasets import load_digits

from gridlab.cli import main
from gridlab.errors import GridlabError
from gridlab.records.best import read_account
from gridlab.records.record import FitRecord
from gridlab.records.results import load_results
from gridlab.training.automl.asked import task_for
from gridlab.training.automl.request import requested
from gridlab.training.automl.run import axes, run_automl
from gridlab.training.plan import make_plan
from gridlab.training.predict import predict_rows
from gridlab.training.run import Reporter

DATA = "{name: digits, limit: 400, test_size: 0.25, image_shape: [8, 8]}"


class Ear(Reporter):
    def __init__(self):
        self.heard = []

    def recorded(self, record):
        self.heard.append(record)


def test_without_autokeras_the_extra_is_named(monkeypatch, tmp_path, capsys):
    monkeypatch.setitem(sys.modules, "autokeras", None)
    assert main(["automl", "--data", "digits", "--results", str(tmp_path)]) == 2
    assert capsys.readouterr().err == (
        "automl needs autokeras, which is not installed here: pip install 'gridlab[autokeras]'\n"
    )
    assert list(tmp_path.iterdir()) == []


def test_numbers_of_trials_are_whole_and_positive(capsys):
    for wrong in ("0", "-1", "many"):
        with pytest.raises(SystemExit):
            main(["automl", "--data", "digits", "--max-trials", wrong])
        assert "--max-trials" in capsys.readouterr().err


def test_tasks():
    assert task_for("regression", (8, 8, 1)) == "ImageRegressor"
    assert task_for("classification", (64,)) == "StructuredDataClassifier"


def test_axes_are_what_the_trials_have_tried():
    trials = [
        FitRecord("a", {"optimizer": "adam", "units": 64, "augment": False}, 0, "ok"),
        FitRecord("b", {"optimizer": "adam", "units": 32, "zoom": 0.1}, 0, "ok"),
    ]
    found = [(axis.name, axis.values, axis.scale) for axis in axes(trials)]
    assert found == [
        ("units", (32, 64), "linear"),
        ("optimizer", ("adam",), "categorical"),
        ("augment", (False,), "categorical"),
        ("zoom", (0.1,), "linear"),
    ]
    assert list(axes([])) == []


@pytest.mark.slow
def test_a_search_is_a_run_that_is_shown_drawn_predicted_with_and_gone_on_with(tmp_path, capsys):
    if importlib.util.find_spec("autokeras") is None:
        pytest.skip("AutoKeras is not installed")
    spec, origin = requested("auto", DATA, None, ["cv=4"])
    asked = {"max_trials": 1, "epochs": 1, "origin": origin}
    ear = Ear()
    found = run_automl(spec, tmp_path, **asked, reporter=ear)
    assert len(ear.heard) == len(found) == 1
    [record] = found.records.values()
    assert (record.status, record.split, record.n_train, record.n_test) == ("ok", 0, 225, 75)
    assert record.params["image_block_1/block_type"] == "vanilla"
    assert set(record.curves) == {"loss", "accuracy", "val_loss", "val_accuracy"}
    assert record.scores["accuracy"] == pytest.approx(record.curves["val_accuracy"][-1], abs=1e-6)
    task = make_plan(spec).task
    _, rows = task.splits.indices[0]
    [kept] = found.predictions(0).values()
    assert (kept["label"] == task.dataset.y[rows]).mean() == pytest.approx(record.scores["accuracy"])

    again = Ear()
    assert len(run_automl(spec, tmp_path, **asked, reporter=again)) == 1
    assert again.heard == [], "what is recorded is not trained again"

    account = read_account(tmp_path / "auto")
    assert account["file"] == "best.keras"
    assert set(account["test_scores"]) == {"accuracy"}
    X, y = load_digits(return_X_y=True)
    pd.DataFrame(X[:200]).to_csv(tmp_path / "test.csv", index=False)
    predictions = predict_rows(tmp_path / "auto", tmp_path / "test.csv")
    assert (predictions.values == y[:200]).mean() > 0.3
    np.testing.assert_allclose(predictions.proba.sum(axis=1), 1, atol=1e-4)
    with pytest.raises(GridlabError, match="AutoKeras"):
        predict_rows(tmp_path / "auto", tmp_path / "test.csv", "folds")

    assert main(["show", str(tmp_path / "auto")]) == 0
    assert main(["plot", str(tmp_path / "auto"), "--out", str(tmp_path / "pages")]) == 0
    capsys.readouterr()
    info = json.loads((tmp_path / "auto" / "run.json").read_text())
    assert info["split"] == {"number": 0, "of": task.splits.definition}
    assert load_results(tmp_path / "auto").info["spec"]["model"]["name"] == "autokeras:ImageClassifier"
