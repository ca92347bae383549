from __future__ import annotations

import numpy as np
import pytest

from gridlab.sweep.spec import SweepSpec
from gridlab.training.outline import outline
from gridlab.training.run import run_sweep

X = np.random.default_rng(1).normal(size=(60, 4)).astype("float32")


@pytest.fixture
def spec():
    data = {"arrays": (X, np.arange(60) % 3), "test_size": 0.2}
    model = "sklearn.linear_model:LogisticRegression"
    return SweepSpec(name="p", data=data, model=model, grid={"C": [0.1, 1.0]}, cv=2, workers=0)


def rows(text):
    return {line.split()[0]: line.split(maxsplit=1)[1] for line in text.splitlines()}


def test_before_and_after(spec, tmp_path):
    before = rows(outline(spec, tmp_path))
    assert before["candidates"] == "2"
    assert before["fits"].startswith("4 (2 candidates × 2 splits)")
    assert (before["done"], before["left"]) == ("0", "4")
    assert before["units"].startswith("estimator: 4")
    assert before["workers"].startswith("this process")
    assert before["data"] == "arrays, 48 rows of 4, 12 more held out, 3 classes"
    assert before["grid"] == "C 2"
    assert before["time"] == "unknown until a fit is recorded"
    assert not list(tmp_path.iterdir()), "a plan writes nothing"

    run_sweep(spec, tmp_path)
    after = rows(outline(spec, tmp_path))
    assert (after["done"], after["left"], after["time"]) == ("4", "0", "nothing to train")

    more = rows(outline(spec.model_copy(update={"seed": 3}), tmp_path))
    assert (more["done"], more["left"]) == ("0", "4")
    assert more["time"].startswith("about 0:0"), "judged by the fits of other seeds"


def test_fits_that_failed_are_counted(tmp_path):
    model = "sklearn.linear_model:LogisticRegression"
    data = (X, np.arange(60) % 3)
    spec = SweepSpec(name="p", data=data, model=model, grid={"C": [-1.0, 1.0]}, cv=2, workers=0)
    run_sweep(spec, tmp_path)
    assert rows(outline(spec, tmp_path))["done"] == "4, 2 of them failed"
