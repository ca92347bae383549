"""Predictions of a run: by which model, of which rows, and what is refused."""

from __future__ import annotations

import json
from pathlib import Path

import joblib
import numpy as np
import pandas as pd
import pytest
from sklearn.datasets import load_diabetes, load_digits
from sklearn.linear_model import LogisticRegression

from gridlab.errors import GridlabError
from gridlab.records.store import RunStore
from gridlab.sweep.spec import load_spec
from gridlab.training.check import checked
from gridlab.training.plan import make_plan
from gridlab.training.predict import predict_rows
from gridlab.training.run import run_sweep

WORDS = np.array(["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"])


def write(folder, **more):
    """A sweep file in the folder."""
    wanted = {"name": "r", "cv": 2, "seed": 4, "workers": 0, "grid": {}, **more}
    (folder / "r.yaml").write_text(json.dumps(wanted))
    return folder / "r.yaml"


def run(folder, **more):
    spec, origin = checked(write(folder, **more))
    return run_sweep(spec, folder / "results", origin=origin).folder


@pytest.fixture(scope="module")
def digits(tmp_path_factory):
    """Some digits as Kaggle has them: 300 with text for labels, 100 without."""
    folder = tmp_path_factory.mktemp("digits")
    X, y = load_digits(return_X_y=True)
    table = pd.DataFrame(X).add_prefix("pixel")
    table[:300].assign(label=WORDS[y[:300]]).to_csv(folder / "train.csv", index=False)
    table[300:400].to_csv(folder / "test.csv", index=False)
    return folder, WORDS[y[300:400]]


DATA = {"name": "csv", "path": "train.csv", "scale": 16, "test_size": 0.2}


@pytest.fixture(scope="module")
def ran(digits):
    grid = {"C": [0.01, 1.0]}
    return run(digits[0], data=DATA, model="sklearn.linear_model:LogisticRegression", grid=grid)


def test_the_refitted_best_gives_the_labels_as_they_were(ran, digits):
    folder, truth = digits
    found = predict_rows(ran, folder / "test.csv")
    model = joblib.load(ran / "best.joblib")
    X = pd.read_csv(folder / "test.csv").to_numpy(np.float32) / np.float32(16)
    assert found.values.tolist() == model.predict(X).tolist()
    np.testing.assert_array_equal(found.proba, model.predict_proba(X))
    assert found.classes == tuple(sorted(WORDS))
    assert (found.values == truth).mean() > 0.85
    assert found.told == "the refitted best (C=1.0)"
    assert found.label == "label"


def test_the_folds_are_the_very_models_of_the_run(ran, digits):
    folder, _ = digits
    found = predict_rows(ran, folder / "test.csv", "folds")
    plan = make_plan(load_spec(folder / "r.yaml"))
    data = plan.task.dataset
    X = pd.read_csv(folder / "test.csv").to_numpy(np.float32) / np.float32(16)
    fits = [fit for fit in plan.fits if fit.candidate.params["C"] == 1.0]
    models = [
        LogisticRegression(random_state=fit.seed).fit(data.X[rows], data.y[rows])
        for fit, (rows, _) in zip(fits, plan.task.splits.indices, strict=True)
    ]
    np.testing.assert_allclose(found.proba, np.mean([model.predict_proba(X) for model in models], axis=0))
    assert found.values.tolist() == np.array(found.classes)[found.proba.argmax(axis=1)].tolist()


def test_the_last_training_sees_the_rows_that_were_held_out(ran, digits):
    folder, _ = digits
    found = predict_rows(ran, folder / "test.csv", "last")
    data = make_plan(load_spec(folder / "r.yaml")).task.dataset
    X = pd.read_csv(folder / "test.csv").to_numpy(np.float32) / np.float32(16)
    model = LogisticRegression().fit(np.concatenate([data.X, data.X_test]), np.concatenate([data.y, data.y_test]))
    np.testing.assert_allclose(found.proba, model.predict_proba(X), rtol=1e-6)
    assert not np.allclose(found.proba, predict_rows(ran, folder / "test.csv").proba)


@pytest.mark.parametrize("source", ["best", "folds"])
def test_a_pipeline_whose_end_gives_no_probabilities_votes(digits, tmp_path, source):
    folder, truth = digits
    steps = ["sklearn.preprocessing:StandardScaler", "sklearn.linear_model:RidgeClassifier"]
    data = {**DATA, "path": str(folder / "train.csv")}
    found = predict_rows(run(tmp_path, data=data, model={"pipeline": steps}), folder / "test.csv", source)
    assert found.proba is None
    assert (found.values == truth).mean() > 0.7


@pytest.mark.parametrize("source", ["best", "folds", "last"])
def test_regression_gives_numbers(tmp_path, source):
    frame = load_diabetes(as_frame=True).frame
    frame[:300].to_csv(tmp_path / "train.csv", index=False)
    frame[300:].drop(columns="target").to_csv(tmp_path / "test.csv", index=False)
    data = {"name": "csv", "path": "train.csv", "label": "target", "test_size": 0.1, "task": "regression"}
    folder = run(tmp_path, data=data, model="sklearn.linear_model:LinearRegression")
    found = predict_rows(folder, tmp_path / "test.csv", source)
    assert (found.proba, found.classes, found.label) == (None, (), "target")
    assert np.corrcoef(found.values, frame.target[300:])[0, 1] > 0.6


def test_bundled_data_have_names_as_well(tmp_path):
    folder = run(tmp_path, data="iris", model={"name": "sklearn.linear_model:LogisticRegression", "max_iter": 1000})
    from sklearn.datasets import load_iris

    load_iris(as_frame=True).data.to_parquet(tmp_path / "test.parquet")
    assert predict_rows(folder, tmp_path / "test.parquet").values.tolist()[:3] == [0, 0, 0]


def edit(folder, change):
    with RunStore(folder, write=True) as store:
        store.write_info({**store.info, **change(store.info)})


def test_what_has_changed_since_is_not_trained_again(digits, tmp_path):
    data = {**DATA, "path": "train.csv"}
    (tmp_path / "train.csv").write_bytes((digits[0] / "train.csv").read_bytes())
    folder = run(tmp_path, data=data, model="sklearn.linear_model:LogisticRegression")
    test = digits[0] / "test.csv"
    (tmp_path / "train.csv").write_text((tmp_path / "train.csv").read_text().replace("zero", "none"))
    for source in ("folds", "last"):
        with pytest.raises(GridlabError, match=r"the data, the model's code or gridlab have changed since"):
            predict_rows(folder, test, source)
    assert len(predict_rows(folder, test).values) == 100, "the model that is there still predicts"
    (tmp_path / "train.csv").unlink()
    with pytest.raises(GridlabError, match=r"train\.csv: no such file"):
        predict_rows(folder, test, "folds")


def test_a_run_of_pythons_objects_predicts_by_its_best_alone(tmp_path):
    from gridlab.sweep.spec import SweepSpec

    X, y = load_digits(return_X_y=True)
    spec = SweepSpec(
        name="r", data={"arrays": (X[:200], y[:200])}, model=LogisticRegression(), grid={"C": [1.0]}, cv=2, workers=0
    )
    folder = run_sweep(spec, tmp_path).folder
    pd.DataFrame(X[200:210]).to_csv(tmp_path / "test.csv", index=False)
    assert len(predict_rows(folder, tmp_path / "test.csv").values) == 10
    with pytest.raises(GridlabError, match="was made in Python, and its data or model are not there; use --from best"):
        predict_rows(folder, tmp_path / "test.csv", "folds")


def test_what_is_refused(ran, digits, tmp_path):
    test = digits[0] / "test.csv"
    with pytest.raises(GridlabError, match="no such run"):
        predict_rows(tmp_path / "none", test)
    folder = tmp_path / "run"
    folder.mkdir()
    for file in ("run.json", "fits.jsonl", "best.json"):
        (folder / file).write_bytes((ran / file).read_bytes())
    with pytest.raises(GridlabError, match="holds no refitted model; `gridlab run` again makes it"):
        predict_rows(folder, test)
    (folder / "best.joblib").write_bytes(b"damaged")
    with pytest.raises(GridlabError, match=r"best\.joblib: cannot be used here \(.*\); --from folds"):
        predict_rows(folder, test)
    (folder / "best.joblib").write_bytes((ran / "best.joblib").read_bytes())
    edit(folder, lambda info: {"plan": info["plan"][:1]})
    with pytest.raises(GridlabError, match="the saved model is not the best candidate's"):
        predict_rows(folder, test)
    edit(folder, lambda info: {"data": {k: v for k, v in info["data"].items() if k != "scale"}})
    with pytest.raises(GridlabError, match="an earlier gridlab made this run; `gridlab run` again"):
        predict_rows(folder, test)


@pytest.mark.slow
def test_a_network_predicts_too_and_its_folds_repeat_the_run(digits, tmp_path):
    """By the models in the worker process that trains; of the very rows that were scored, so that the record tells."""
    from gridlab.training.again import on_split

    folder, truth = digits
    data = {**DATA, "path": str(folder / "train.csv"), "image_shape": [8, 8, 1]}
    # engine single: the compiled engine draws other random numbers than a fold that is trained by itself
    made = run(tmp_path, data=data, model="fc3", fit={"epochs": 8, "batch_size": 16}, workers=1, engine="single")
    found = {source: predict_rows(made, folder / "test.csv", source) for source in ("best", "folds")}
    for predictions in found.values():
        assert (predictions.values == truth).mean() > 0.7
        np.testing.assert_allclose(predictions.proba.sum(axis=1), 1, atol=1e-4)
    plan, store = make_plan(load_spec(tmp_path / "r.yaml")), RunStore(made)
    for fit in plan.fits:
        _, rows = plan.task.splits.indices[fit.split]
        again = on_split(plan.task, fit.candidate.params, fit.seed, plan.task.dataset.X[rows], fit.split)
        recorded = store.predictions(store.records[fit.key])
        np.testing.assert_allclose(again.proba, recorded["proba"], atol=2e-3)


@pytest.mark.slow
def test_layers_of_ones_own_are_found_again(digits, tmp_path):
    (tmp_path / "mine.py").write_text(Path(__file__).with_name("own_layers.py").read_text())
    data = {**DATA, "path": str(digits[0] / "train.csv")}
    made = run(tmp_path, data=data, model="./mine.py:build", fit={"epochs": 1}, workers=1)
    assert len(predict_rows(made, digits[0] / "test.csv").values) == 100
