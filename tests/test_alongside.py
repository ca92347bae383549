from __future__ import annotations

import pytest

import gridlab
from gridlab.alongside import FOLDER, TensorBoardReporter
from gridlab.training.run import Reporter, run_sweep

SPEC = """
name: small
data: {name: digits, limit: 120}
model: "sklearn.linear_model:SGDClassifier"
grid: {alpha: [0.001, 0.01, -1.0], max_iter: [20], tol: [null]}
cv: 2
workers: 0
tensorboard: true
"""


class Heard(Reporter):
    def __init__(self, folder):
        self.notes, self.fits, self.folder, self.files = [], 0, folder, []

    def recorded(self, record):
        self.files.append(len(files(self.folder)))
        self.fits += 1

    def noted(self, note):
        self.notes.append(note)


def files(folder):
    return [path for path in folder.rglob("*tfevents*") if path.parent.name.startswith("split-")]


@pytest.fixture
def spec(tmp_path):
    from gridlab.sweep.spec import load_spec

    (tmp_path / "s.yaml").write_text(SPEC)
    return load_spec(tmp_path / "s.yaml")


def test_fits_are_there_for_tensorboard_while_the_sweep_runs(spec, tmp_path):
    heard = Heard(tmp_path / "small" / FOLDER)
    run_sweep(spec, tmp_path, reporter=TensorBoardReporter(heard))
    assert heard.notes == []
    assert heard.files == [0, 1, 2, 3, 4, 5]
    assert len(files(tmp_path / "small" / FOLDER)) == 6


def test_a_sweep_that_asks_for_it_gets_it_also_when_nothing_is_left_to_train(spec, tmp_path):
    gridlab.run(spec.model_copy(update={"tensorboard": False}), tmp_path, quiet=True)
    assert not (tmp_path / "small" / FOLDER).exists()
    gridlab.run(tmp_path / "s.yaml", tmp_path, quiet=True)
    assert len(files(tmp_path / "small" / FOLDER)) == 6


def test_what_goes_wrong_there_is_a_note_and_the_run_goes_on(spec, tmp_path):
    (tmp_path / "small").mkdir()
    (tmp_path / "small" / FOLDER).write_text("in the way")
    heard = Heard(tmp_path)
    found = run_sweep(spec, tmp_path, reporter=TensorBoardReporter(heard))
    assert (found.n_done, heard.fits) == (6, 6)
    (note,) = heard.notes
    assert note.startswith("nothing more is written for TensorBoard: ")
    assert "a file stands where a folder should be" in note


def test_everything_that_a_reporter_is_told_is_passed_on():
    methods = [name for name, value in vars(Reporter).items() if callable(value) and not name.startswith("_")]
    assert "progressed" in methods
    assert set(methods) <= set(vars(TensorBoardReporter))
