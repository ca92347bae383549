from __future__ import annotations

import numpy as np
import pytest

from gridlab.errors import GridlabError, SpecError
from gridlab.sweep.spec import SweepSpec
from gridlab.training.automl.request import requested
from gridlab.training.check import checked
from gridlab.training.run import run_sweep

SWEEP = """
name: hand-made
data: {name: csv, path: train.csv, test_size: 0.2}
model: "sklearn.linear_model:LogisticRegression"
grid: {C: [1.0]}
cv: {folds: 4, shuffle: true}
scoring: [f1_macro, accuracy]
seed: 7
workers: 0
"""


@pytest.mark.parametrize(
    ("said", "name", "options"),
    [
        ("digits", "digits", {}),
        ("keras:mnist", "keras:mnist", {}),
        ("openml:mnist_784", "openml:mnist_784", {}),
        ("{name: digits, limit: 100, image_shape: [8, 8]}", "digits", {"limit": 100, "image_shape": [8, 8]}),
        ("train.csv", "csv", {"path": "train.csv"}),
        ("train.csv.gz", "csv", {"path": "train.csv.gz"}),
        ("folder", "images", {"path": "folder"}),
    ],
)
def test_data_as_one_says_them(tmp_path, monkeypatch, said, name, options):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "train.csv").touch()
    (tmp_path / "train.csv.gz").touch()
    (tmp_path / "folder").mkdir()
    spec, _ = requested("automl", said, None, ["cv=5", "seed=3"])
    assert (spec.name, spec.data.name, spec.data.options) == ("automl", name, options)
    assert (spec.cv.folds, spec.seed) == (5, 3)


def test_as_a_run_had_them(tmp_path):
    rows = "".join(f"{i % 3},{i}\n" for i in range(60))
    (tmp_path / "train.csv").write_text(f"label,x\n{rows}")
    (tmp_path / "s.yaml").write_text(SWEEP)
    spec, origin = checked(tmp_path / "s.yaml")
    folder = run_sweep(spec, tmp_path / "results", origin=origin).folder
    found, kept = requested("automl", None, folder, [])
    for name in ("data", "cv", "scoring", "seed"):
        assert getattr(found, name) == getattr(spec, name)
    assert found.base == tmp_path
    assert requested("a", None, folder, ["seed=8"])[0].seed == 8
    assert kept["overrides"] == []


@pytest.mark.parametrize(
    ("data", "overrides", "said"),
    [
        ("digist", [], "there is no data set 'digist'; did you mean digits?"),
        ("{name: digits, tset_size: 0.1}", [], "digits takes no such option; did you mean test_size"),
        ("{name: ", [], "--data"),
        ("digits", ["scoring=acuracy"], "has no scorer 'acuracy'; did you mean accuracy"),
        ("digits", ["sead=1"], "there is no such key; did you mean seed"),
        ("none.csv", [], r"none\.csv: no such file"),
    ],
)
def test_what_is_wrong_is_said(data, overrides, said):
    with pytest.raises(SpecError, match=said):
        requested("automl", data, None, overrides)


def test_a_run_of_pythons_arrays_has_nothing_to_take_over(tmp_path):
    data = (np.arange(20.0).reshape(10, 2), np.arange(10) % 2)
    spec = SweepSpec(name="r", data=data, model="sklearn.linear_model:LogisticRegression", grid={}, cv=2, workers=0)
    folder = run_sweep(spec, tmp_path).folder
    with pytest.raises(GridlabError, match="its data are not to be found again; --data names them"):
        requested("automl", None, folder, [])
