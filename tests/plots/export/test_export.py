from __future__ import annotations

import sys

import pytest

from gridlab.errors import GridlabError
from gridlab.plots.export import EXPORTS, export


def test_an_unknown_kind_is_answered_with_the_nearest(fc3, tmp_path):
    with pytest.raises(GridlabError, match=r"--to tensorbord: did you mean tensorboard\? \(known: csv, optuna"):
        export(fc3, "tensorbord", tmp_path)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(("kind", "library"), [("parquet", "pyarrow"), ("tensorboard", "tensorboard")])
def test_a_missing_library_is_said_with_the_extra_that_brings_it(fc3, tmp_path, monkeypatch, kind, library):
    for name in [*sys.modules]:
        if name.startswith((EXPORTS[kind].writer.partition(":")[0], "gridlab.plots.export.hparams", f"{library}.")):
            monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, library, None)
    with pytest.raises(GridlabError, match=rf"--to {kind} needs {library}.*: pip install 'gridlab\[{kind}\]'"):
        export(fc3, kind, tmp_path / "x")


@pytest.mark.parametrize(
    ("kind", "where"), [("csv", "r.csv"), ("parquet", "r.parquet"), ("tensorboard", "tb"), ("optuna", "o.db")]
)
def test_what_is_there_stays_unless_it_may_be_replaced(make, tmp_path, kind, where):
    results = make({"dropout": [0.1, 0.2]}, splits=1)
    where = f"sqlite:///{tmp_path / where}" if kind == "optuna" else tmp_path / where
    said = export(results, kind, where)
    assert said.startswith(f"{where}: ")
    assert "2 " in said
    with pytest.raises(GridlabError, match="already; --overwrite replaces"):
        export(results, kind, where)
    assert export(results, kind, where, overwrite=True) == said
