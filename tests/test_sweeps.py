"""Every sweep file that ships has nothing wrong with it, is called as its file, and says what it is about."""

from __future__ import annotations

from pathlib import Path

import pytest

from gridlab.sweep.grid import candidates
from gridlab.sweep.spec import load_spec
from gridlab.training.check import check

SWEEPS = sorted((Path(__file__).parents[1] / "sweeps").glob("*.yaml"))

COMPARISONS = {
    "fc3",
    "activations",
    "initializers",
    "optimizers",
    "regularization",
    "momentum",
    "early-stopping",
    "mlp-sizes",
    "mlp",
    "cnn30",
    "cnn-depth",
    "sopcnn",
    "vgg",
    "vgg-sop",
}
"""Those that the studies made."""


def test_none_is_missing():
    assert {path.stem for path in SWEEPS} >= COMPARISONS


@pytest.mark.parametrize("path", SWEEPS, ids=lambda path: path.stem)
def test_nothing_is_wrong_with_it(path):
    assert check(path) == []
    spec = load_spec(path)
    assert spec.name == path.stem
    assert spec.description
    assert path.read_text(encoding="utf-8").startswith("# ")
    assert spec.data.name == "digits", "runs without a file and without a network"
    assert len(candidates([{n: a.values for n, a in grid.items()} for grid in spec.grid])) > 1


@pytest.mark.parametrize("path", SWEEPS, ids=lambda path: path.stem)
def test_it_takes_other_data(path, tmp_path):
    (tmp_path / "train.csv").write_text("label,pixel0\n")
    from gridlab.training.datasets.shorthand import data_override

    assert check(path, [data_override(str(tmp_path / "train.csv"), path)]) == []
