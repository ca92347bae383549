from __future__ import annotations

import numpy as np
import pytest

import gridlab
from gridlab.errors import SpecError


@pytest.fixture
def spec():
    X = np.random.default_rng(0).normal(size=(60, 4)).astype("float32")
    model = "sklearn.linear_model:LogisticRegression"
    return gridlab.SweepSpec(
        name="api", data=(X, np.arange(60) % 3), model=model, grid={"C": [0.1, 1.0]}, cv=2, workers=0
    )


def test_a_spec_made_in_python_runs_loads_and_shows_itself(spec, tmp_path, capfd):
    run = gridlab.run(spec, tmp_path, quiet=True)
    assert isinstance(run, gridlab.Run)
    assert run.folder == tmp_path / "api"
    assert capfd.readouterr().err == ""
    loaded = gridlab.load(tmp_path / "api")
    assert loaded.table.equals(run.table)
    assert loaded.best == run.best
    assert "iframe" in loaded.plot()._repr_html_()
    assert loaded._repr_html_() == loaded.plot()._repr_html_()
    found = loaded.insights()
    assert found.winner.corrected is not None
    board = loaded.leaderboard()
    assert board.index[0] == loaded.best["index"]
    assert board["mean_test_score"].tolist() == [leader.mean for leader in found.leaders]
    some = loaded.select(C=0.1)
    assert isinstance(some, gridlab.Run)
    assert some.table["C"].tolist() == [0.1]
    page = loaded.plot().save(tmp_path / "page.html")
    assert page.read_text(encoding="utf-8").lstrip().lower().startswith("<!doctype html>")


def test_a_sweep_file_with_overrides(tmp_path):
    file = tmp_path / "s.yaml"
    file.write_text(
        "name: s\ndata: {name: digits, limit: 100}\nmodel: sklearn.naive_bayes:GaussianNB\n"
        "grid: {var_smoothing: [1e-9, 1e-3]}\ncv: 2\nworkers: 0\n"
    )
    run = gridlab.run(file, tmp_path, overrides=["grid.var_smoothing=[1e-2]"], quiet=True)
    assert run.table["var_smoothing"].tolist() == [0.01]
    assert run.info["source"] == file.read_text()
    assert run.info["overrides"] == ["grid.var_smoothing=[1e-2]"]


def test_what_is_wrong_is_raised(tmp_path):
    with pytest.raises(SpecError, match="did you mean"):
        gridlab.SweepSpec(name="x", data="digits", model="fc3", gird={})
    with pytest.raises(gridlab.GridlabError, match="absent"):
        gridlab.load(tmp_path / "absent")
    with pytest.raises(gridlab.GridlabError, match=r"absent\.yaml"):
        gridlab.run(tmp_path / "absent.yaml", tmp_path)
    assert list(tmp_path.iterdir()) == []
