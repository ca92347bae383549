"""The command line: exit codes, messages, forms; never a traceback for bad input."""

from __future__ import annotations

import csv
import io
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from gridlab.cli import main

ROOT = Path(__file__).parents[1]

SWEEP = """
name: small
data: {name: digits, limit: 120, test_size: 0.2}
model: "sklearn.linear_model:SGDClassifier"
grid: {alpha: [0.001, 0.01, -1.0], max_iter: [20], tol: [null]}
cv: 2
seed: 4
workers: 0
"""


@pytest.fixture(scope="module")
def ran(tmp_path_factory):
    """A folder with a sweep file and its results."""
    folder = tmp_path_factory.mktemp("cli")
    (folder / "small.yaml").write_text(SWEEP)
    assert main(["run", str(folder / "small.yaml"), "--results", str(folder / "results")]) == 0
    return folder


@pytest.fixture
def gridlab(capsys):
    """Run a command here: exit code, what it printed, what it complained of."""

    def run(*arguments):
        try:
            code = main([str(argument) for argument in arguments])
        except SystemExit as left:
            code = left.code
        said = capsys.readouterr()
        return code, said.out, said.err

    return run


def test_run_says_what_it_does_and_where_things_are(ran, gridlab, tmp_path):
    code, out, err = gridlab("run", ran / "small.yaml", "--results", tmp_path / "results")
    assert code == 0
    folder = tmp_path / "results" / "small"
    assert f"{folder}: 3 candidates × 2 splits = 6 fits; engine estimator, this process" in err
    assert "6/6 fits, 2 failed" in err
    assert f"best model: {folder / 'best.joblib'}, held-out test: accuracy" in out
    assert f"see it: gridlab plot {folder}" in out
    assert "2 of 6 fits failed (gridlab run --retry-failed tries them again)" in out
    assert out.splitlines()[0].split()[:4] == ["rank", "mean", "±", "std"]


def test_run_again_says_that_there_is_nothing_to_train(ran, gridlab):
    code, out, err = gridlab("run", ran / "small.yaml", "--results", ran / "results")
    assert code == 0
    assert "all recorded already: nothing to train" in err
    assert "best model:" in out


def test_run_with_overrides(ran, gridlab, tmp_path):
    code, out, _ = gridlab(
        "run", ran / "small.yaml", "--results", tmp_path, "--set", "grid.alpha=[0.1]", "--set", "name=other"
    )
    assert code == 0
    assert json.loads((tmp_path / "other" / "run.json").read_text())["overrides"] == ["grid.alpha=[0.1]", "name=other"]
    assert "0.1" in out.splitlines()[1]


def test_run_where_every_fit_fails_is_1(ran, gridlab, tmp_path):
    code, out, _ = gridlab("run", ran / "small.yaml", "--results", tmp_path, "--set", "grid.alpha=[-1.0]")
    assert code == 1
    assert "2 failed:" in out or "1 failed:" in out
    assert "best model" not in out


def test_ctrl_c_is_130_and_one_line(monkeypatch, gridlab, ran):
    def interrupted(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr("gridlab.api.run", interrupted)
    code, out, err = gridlab("run", ran / "small.yaml")
    assert (code, out) == (130, "")
    assert err == "interrupted: finished fits are kept; the same command goes on from there\n"


def test_check(ran, gridlab, tmp_path):
    assert gridlab("check", ran / "small.yaml") == (0, "1 sweep file checked: nothing wrong\n", "")
    assert gridlab("check", ran / "small.yaml", ran / "small.yaml")[1] == "2 sweep files checked: nothing wrong\n"
    bad = tmp_path / "bad.yaml"
    bad.write_text(SWEEP.replace("alpha", "alhpa").replace("cv: 2", "cv: 1"))
    code, out, _ = gridlab("check", ran / "small.yaml", bad)
    assert code == 2
    assert len(out.splitlines()) == 2
    assert all(line.startswith(f"{bad}:") for line in out.splitlines())
    assert "did you mean alpha?" in out


def test_the_sweeps_of_the_repository_have_nothing_wrong(gridlab):
    assert gridlab("check", *sorted((ROOT / "sweeps").glob("*.yaml")))[0] == 0


def test_plan(ran, gridlab, tmp_path):
    code, out, _ = gridlab("plan", ran / "small.yaml", "--results", ran / "results")
    assert code == 0
    assert "6 (3 candidates × 2 splits)" in out
    assert "nothing to train" in out
    code, out, _ = gridlab("plan", ran / "small.yaml", "--results", tmp_path, "--set", "cv=3")
    assert "9 (3 candidates × 3 splits)" in out
    assert list(tmp_path.iterdir()) == []


def test_show(ran, gridlab):
    run = ran / "results" / "small"
    code, out, _ = gridlab("show", run)
    assert code == 0
    assert "the same for all: max_iter=20" in out
    assert "failed" in out
    code, out, _ = gridlab("show", run, "--top", "1")
    assert "2 more candidates: --top 0 shows all" in out
    rows = list(csv.DictReader(io.StringIO(gridlab("show", run, "--csv")[1])))
    assert len(rows) == 3
    assert rows[0]["rank_test_score"] == "1"
    assert {"alpha", "mean_test_score", "split0_test_score", "status", "error"} <= rows[0].keys()
    rows = json.loads(gridlab("show", run, "--json", "--top", "2")[1])
    assert [row["rank_test_score"] for row in rows] == [1, 2]
    assert rows[0] in json.loads((run / "results.json").read_text())


def test_show_sorted(ran, gridlab):
    run = ran / "results" / "small"
    by_alpha = [row["alpha"] for row in json.loads(gridlab("show", run, "--json", "--sort", "alpha")[1])]
    assert by_alpha == sorted(by_alpha)
    reverse = [row["alpha"] for row in json.loads(gridlab("show", run, "--json", "--sort=-alpha")[1])]
    assert reverse == by_alpha[::-1]
    code, _, err = gridlab("show", run, "--sort", "alhpa")
    assert code == 2
    assert "did you mean alpha?" in err


def test_report(ran, gridlab, tmp_path):
    run = ran / "results" / "small"
    code, out, _ = gridlab("report", run)
    assert code == 0
    assert out.startswith("small: what mattered for accuracy\n\nHow good is the winner?")
    assert "held-out samples, which no candidate has seen" in out
    assert "1 of 3 have no score on every split" in out
    code, out, _ = gridlab("report", run, "--format", "md", "--out", tmp_path / "report.md")
    assert (code, out) == (0, f"{tmp_path / 'report.md'}\n")
    assert (tmp_path / "report.md").read_text().startswith("# small: what mattered for accuracy\n")
    told = json.loads(gridlab("report", run, "--format", "json")[1])
    assert told["winner"]["low"] < told["winner"]["corrected"] < told["winner"]["high"]
    assert gridlab("report", run, "--format", "html")[0] == 2
    code, _, err = gridlab("report", run, "--out", tmp_path)
    assert code == 2
    assert f"{tmp_path}: cannot write the report" in err


def test_ls(ran, gridlab, tmp_path):
    code, out, _ = gridlab("ls", ran / "results")
    assert code == 0
    assert out.splitlines()[1].split()[:4] == ["small", "digits", "3", "6/6"]
    assert gridlab("ls", tmp_path) == (0, f"{tmp_path}: no runs yet; gridlab run sweeps/fc3.yaml makes one\n", "")


def test_plot(ran, gridlab, tmp_path):
    code, out, _ = gridlab("plot", ran / "results", "--out", tmp_path)
    assert code == 0
    pages = [Path(line) for line in out.splitlines()]
    assert pages
    assert all(page.read_text(encoding="utf-8").lstrip().lower().startswith("<!doctype html>") for page in pages)


def test_plot_opens_the_page(ran, gridlab, tmp_path, monkeypatch):
    opened = []
    monkeypatch.setattr("webbrowser.open", opened.append)
    code, out, _ = gridlab("plot", ran / "results" / "small", "--out", tmp_path, "--open")
    assert code == 0
    assert opened == [Path(out.splitlines()[0]).resolve().as_uri()]


def test_predict_writes_a_submission_and_says_what_it_would_send(ran, gridlab, tmp_path):
    out = tmp_path / "out.csv"
    rows = "".join(f"{','.join(['1'] * 64)}\n" for _ in range(3))
    (tmp_path / "test.csv").write_text(",".join(f"pixel{i}" for i in range(64)) + "\n" + rows)
    (tmp_path / "sample.csv").write_text("ImageId,Label\n1,0\n2,0\n3,0\n")
    asked = ["predict", ran / "results" / "small", "--data", tmp_path / "test.csv", "--out", out]
    code, said, err = gridlab(
        *asked, "--like", tmp_path / "sample.csv", "--from", "folds", "--submit", "digits", "-m", "m"
    )
    assert (code, err) == (0, "")
    first, second = said.splitlines()
    assert first.startswith(f"{out}: 3 rows of ImageId, Label, by the mean of the folds' models (alpha=")
    assert second.startswith("would send, with --yes")
    assert [line.split(",")[0] for line in out.read_text().splitlines()] == ["ImageId", "1", "2", "3"]
    code, _, err = gridlab(*asked, "--like", tmp_path / "none.csv")
    assert code == 2
    assert "none.csv: no such file" in err
    assert gridlab(*asked, "--from", "nowhere")[0] == 2


def damaged(folder, content):
    run = folder / "damaged"
    run.mkdir(exist_ok=True)
    (run / "run.json").write_text(content)
    return run


WHOLE = {"format": 1, "name": "x", "axes": [], "plan": [], "scoring": {"metrics": ["a"]}, "n_splits": 2}
BAD = {
    "cut": '{"format": 1, "name": "x", "pl',
    "list": "[1, 2]",
    "empty": "{}",
    "format": '{"format": 99, "name": "x"}',
    **{
        name: json.dumps(WHOLE | part)
        for name, part in {
            "plan": {"plan": 3},
            "scoring": {"scoring": {}},
            "metrics": {"scoring": {"metrics": []}},
            "axes": {"axes": {"a": 1}},
            "keys": {"plan": [{"params": {}}]},
            "splits": {"n_splits": "two"},
        }.items()
    },
}


@pytest.mark.parametrize("what", BAD)
@pytest.mark.parametrize("command", ["show", "plot", "ls", "report"])
def test_a_damaged_run_is_said_in_a_line(gridlab, tmp_path, what, command):
    run = damaged(tmp_path, BAD[what])
    code, out, err = gridlab(command, run)
    assert code == (0 if command == "ls" else 2), (out, err)
    said = out + err
    assert str(run) in said
    assert "Traceback" not in said


@pytest.mark.parametrize("command", ["run", "check", "plan"])
@pytest.mark.parametrize(
    "content",
    [
        None,
        "",
        "a: [",
        "- 1",
        "name: x",
        "\xff\xfe",
        "name: x\nname: y",
        "name: [1]\ndata: 3\nmodel: 4\ngrid: 5\ncv: 6",
    ],
    ids=["absent", "empty", "broken", "list", "little", "binary", "twice", "types"],
)
def test_bad_sweep_files_are_refused(gridlab, tmp_path, command, content):
    file = tmp_path / "s.yaml"
    if content is not None:
        file.write_bytes(content.encode("latin-1"))
    code, out, err = gridlab(command, file)
    assert code == 2
    assert "s.yaml" in out + err
    assert not (tmp_path / "results").exists()


@pytest.mark.parametrize("command", ["run", "check", "plan"])
def test_a_folder_is_no_sweep_file(gridlab, tmp_path, command):
    code, out, err = gridlab(command, tmp_path)
    assert code == 2
    assert str(tmp_path) in out + err


@pytest.mark.parametrize("command", ["show", "plot", "ls", "report"])
def test_what_is_not_there(gridlab, tmp_path, command):
    code, _, err = gridlab(command, tmp_path / "absent")
    assert code == 2
    assert "absent" in err


@pytest.mark.parametrize("command", ["show", "plot", "report"])
def test_a_folder_without_runs(gridlab, tmp_path, command):
    code, _, err = gridlab(command, tmp_path)
    assert code == 2
    assert str(tmp_path) in err


def test_a_run_folder_of_an_earlier_level_names_those_below(ran, gridlab):
    code, _, err = gridlab("show", ran / "results")
    assert code == 2
    assert str(ran / "results" / "small") in err


def test_results_that_cannot_be_written(ran, gridlab, tmp_path):
    (tmp_path / "file").touch()
    code, _, err = gridlab("run", ran / "small.yaml", "--results", tmp_path / "file")
    assert code == 2
    assert str(tmp_path / "file") in err
    code, _, err = gridlab("plot", ran / "results", "--out", tmp_path / "file")
    assert code == 2
    assert str(tmp_path / "file") in err


def test_unknown_commands_and_options_are_2(gridlab):
    assert gridlab("rnu")[0] == 2
    assert gridlab()[0] == 2
    assert gridlab("run", "x.yaml", "--wrokers", "3")[0] == 2
    assert gridlab("show", "x", "--csv", "--json")[0] == 2


def test_help_and_version(gridlab):
    code, out, _ = gridlab("--help")
    assert code == 0
    for command in ("run", "check", "plan", "show", "report", "ls", "plot", "serve", "export", "predict", "automl"):
        assert command in out
    assert gridlab("--version")[1].startswith("gridlab ")


def test_older_notebooks_records(gridlab, tmp_path):
    file = tmp_path / "old.json"
    file.write_text(json.dumps([{"lr": 0.1, "mean_test_score": 0.5, "std_test_score": 0.1, "mean_fit_time": 2.0}]))
    code, out, _ = gridlab("show", file)
    assert code == 0
    assert "0.5000 ± 0.1000" in out
    code, out, _ = gridlab("report", file)
    assert code == 0
    assert "The only candidate has score 0.5, mean of its splits." in out
    file.write_text(json.dumps([{"lr": 0.1, "mean_test_score": None}]))
    assert gridlab("report", file)[0] == 1, "no candidate has a score"


def test_a_reader_that_has_seen_enough(ran):
    command = [sys.executable, "-m", "gridlab", "show", str(ran / "results" / "small"), "--json"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        process.stdout.close()
        assert process.stderr.read() == b""
    assert process.returncode == 0


@pytest.mark.slow
def test_the_smoke_sweep_itself(tmp_path):
    command = [sys.executable, "-m", "gridlab", "run", str(ROOT / "sweeps" / "smoke.yaml")]
    environment = {**os.environ, "PYTHONWARNINGS": "default"}
    first = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
    assert first.returncode == 0, first.stderr
    run = tmp_path / "results" / "smoke"
    assert "4 candidates × 2 splits = 8 fits" in first.stderr
    assert "8/8 fits" in first.stderr
    assert "Traceback" not in first.stderr
    assert "tensorflow" not in first.stderr.lower(), "its chatter is off"
    assert "best model: results/smoke/best.keras, held-out test: accuracy" in first.stdout
    rows = json.loads((run / "results.json").read_text())
    assert [row["status"] for row in rows] == ["ok"] * 4
    again = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert again.returncode == 0
    assert "nothing to train" in again.stderr
    assert again.stdout == first.stdout
    plot = [sys.executable, "-m", "gridlab", "plot", "results"]
    drawn = subprocess.run(plot, cwd=tmp_path, capture_output=True, text=True, check=True)
    assert (tmp_path / drawn.stdout.splitlines()[0]).is_file()


def test_export(ran, gridlab, tmp_path):
    run, table = ran / "results" / "small", tmp_path / "r.csv"
    assert gridlab("export", run, "--to", "csv", table) == (0, f"{table}: 3 candidates × 11 columns\n", "")
    code, out, err = gridlab("export", run, "--to", "csv", table)
    assert (code, out, err) == (2, "", f"{table}: is there already; --overwrite replaces it\n")
    assert gridlab("export", run, "--to", "csv", table, "--overwrite")[0] == 0
    code, _, err = gridlab("export", run, "--to", "excel", table)
    assert (code, err) == (2, "--to excel: known: csv, optuna, parquet, tensorboard\n")
    assert gridlab("export", run, "--to", "csv")[0] == 2


def test_other_data_by_its_short_name(ran, gridlab, tmp_path):
    code, out, _ = gridlab("plan", ran / "small.yaml", "--results", tmp_path, "--data", "{name: digits, limit: 50}")
    assert code == 0
    assert "digits, 50 rows" in out
    code, out, _ = gridlab("check", ran / "small.yaml", "--data", tmp_path / "none.csv")
    assert code == 2
    assert "none.csv" in out
    code, _, err = gridlab("plan", ran / "small.yaml", "--data", ran / "small.yaml")
    assert (code, err.startswith("--data ")) == (2, True)


def test_a_picture_of_what_is_not_augmented(ran, gridlab):
    code, _, err = gridlab("show", "--augment", ran / "small.yaml")
    assert (code, "there is no augment in it" in err) == (2, True)
