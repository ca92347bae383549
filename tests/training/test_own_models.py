"""Models that people bring along: builders as they stand in notebooks, scikit-learn's estimators, pipelines."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest

from gridlab.records.best import read_account
from gridlab.training.check import checked
from gridlab.training.run import run_sweep

MY_MODEL = '''
import keras
from keras.layers import BatchNormalization, Dense, Dropout
from my_sizes_of_a_test import UNITS


def create_model(optimizer="Adam", lr=0.01, batch_norm=False, activation="relu", dropout=0.2):
    """As people have it in their notebooks."""
    model = keras.Sequential()
    model.add(keras.Input(shape=(64,)))
    model.add(Dense(UNITS, activation=activation))
    if batch_norm:
        model.add(BatchNormalization())
    model.add(Dropout(dropout))
    model.add(Dense(10, activation="softmax"))
    chosen = getattr(keras.optimizers, optimizer)(learning_rate=lr)
    model.compile(optimizer=chosen, loss="sparse_categorical_crossentropy", metrics=["accuracy"])
    return model


def one_hot(units=16):
    model = keras.Sequential([keras.Input((64,)), Dense(units, "relu"), Dense(10, "softmax")])
    model.compile("adam", "categorical_crossentropy", metrics=["accuracy"])
    return model


def with_meta(meta, units=16):
    model = keras.Sequential([keras.Input(meta["X_shape_"][1:]), Dense(units), Dense(meta["n_classes_"], "softmax")])
    model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
    return model
'''

HEAD = "name: own\ndata: {name: digits, limit: 200, test_size: 0.2}\ncv: 2\nworkers: 0\nseed: 1\n"
FIT = "fit: {epochs: 3, batch_size: 32}\n"


def run(folder, text):
    (folder / "my_model.py").write_text(MY_MODEL)
    (folder / "my_sizes_of_a_test.py").write_text("UNITS = 32\n")
    (folder / "own.yaml").write_text(HEAD + text)
    spec, _ = checked(folder / "own.yaml")
    results = run_sweep(spec, folder / "results")
    assert results.n_failed == 0, results.table["error"].tolist()
    assert results.n_done == results.n_fits
    return results


@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
@pytest.mark.parametrize(
    "model",
    [
        'model: "sklearn.neural_network:MLPClassifier"\n',
        'model: {pipeline: ["sklearn.preprocessing:StandardScaler", "sklearn.neural_network:MLPClassifier"]}\n',
    ],
    ids=["alone", "pipeline"],
)
def test_scikit_learn_s_own_network(tmp_path, model):
    results = run(tmp_path, model + "grid: {hidden_layer_sizes: [[8], [8, 8]], max_iter: [200]}\n")
    assert results.table["hidden_layer_sizes"].map(str).nunique() == 2
    assert results.best["mean_test_score"] > 0.3
    assert read_account(results.folder)["file"] == "best.joblib"


@pytest.mark.slow
def test_a_builder_from_a_notebook_unchanged(tmp_path):
    grid = "grid: {optimizer: [Adam, SGD], lr: [0.01], batch_norm: [true, false], activation: [tanh], dropout: [0.1]}\n"
    results = run(tmp_path, 'model: "./my_model.py:create_model"\n' + grid + FIT)
    assert len(results) == 4
    assert results.best["mean_test_score"] > 0.3
    import keras

    model = keras.models.load_model(results.folder / "best.keras")
    account = read_account(results.folder)
    from gridlab.training.plan import make_plan

    data = make_plan(checked(tmp_path / "own.yaml")[0]).task.dataset
    right = model.predict(data.X_test, verbose=0).argmax(axis=1) == data.y_test
    assert np.mean(right) == pytest.approx(account["test_scores"]["accuracy"])
    assert account["parameters"] == model.count_params()


@pytest.mark.slow
@pytest.mark.parametrize("builder", ["one_hot", "with_meta"])
def test_builders_of_other_habits(tmp_path, builder):
    results = run(tmp_path, f'model: "./my_model.py:{builder}"\ngrid: {{units: [16]}}\n' + FIT.replace("3", "60", 1))
    assert results.best["mean_test_score"] > 0.5
    curves = results.curves(0, 0)
    assert curves["test_accuracy"].iloc[-1] == pytest.approx(results.best["split0_test_score"], abs=1e-6)


@pytest.mark.slow
def test_a_builder_in_a_pipeline_and_its_model_loaded_by_another_process(tmp_path):
    model = 'model: {pipeline: ["sklearn.preprocessing:StandardScaler", "./my_model.py:create_model"]}\n'
    results = run(tmp_path, model + "grid: {lr: [0.01], standardscaler__with_mean: [true]}\n" + FIT)
    assert results.best["mean_test_score"] > 0.3
    code = (
        "import joblib, sys, numpy as np\n"
        "model = joblib.load(sys.argv[1])\n"
        "assert model.predict_proba(np.zeros((3, 64), 'float32')).shape == (3, 10)\n"
    )
    best = results.folder / read_account(results.folder)["file"]
    shown = subprocess.run([sys.executable, "-c", code, best], capture_output=True, text=True, cwd="/", check=False)
    assert shown.returncode == 0, shown.stderr[-2000:]


NOTEBOOK = """
import sys
import gridlab

def build(units=4):
    import keras
    model = keras.Sequential([keras.Input((64,)), keras.layers.Dense(units), keras.layers.Dense(10, "softmax")])
    model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
    return model

if __name__ == "__main__":
    data = {"name": "digits", "limit": 100}
    spec = gridlab.SweepSpec(
        name="cell", data=data, model=build, grid={"units": [4, 8]}, cv=2, workers=WORKERS, fit={"epochs": 2},
        engine="single",
    )
    run = gridlab.run(spec, sys.argv[1], quiet=True)
    assert run.n_failed == 0, run.table["error"].tolist()
    assert (run.folder / "best.keras").exists()
    for record in run.records.values():
        print(record.key, dict(record.scores), list(record.curves["loss"]))
"""


@pytest.mark.slow
def test_a_function_of_a_notebook_goes_to_workers_and_gives_the_numbers_of_this_process(tmp_path):
    shown = []
    for count in (0, 2):
        (tmp_path / f"notebook{count}.py").write_text(NOTEBOOK.replace("WORKERS", str(count)))
        command = [sys.executable, str(tmp_path / f"notebook{count}.py"), str(tmp_path / str(count))]
        ran = subprocess.run(command, capture_output=True, text=True, check=False, cwd=tmp_path)
        assert ran.returncode == 0, ran.stderr[-3000:]
        shown.append(sorted(ran.stdout.splitlines()))
    assert len(shown[0]) == 4
    assert shown[0] == shown[1]
