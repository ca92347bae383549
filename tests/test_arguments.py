from __future__ import annotations

from pathlib import Path

import pytest

from gridlab.arguments import parser
from gridlab.cli import COMMANDS


def test_every_command_is_done_by_something(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        parser().parse_args(["--help"])
    told = capsys.readouterr().out
    assert all(f"\n    {name} " in told for name in COMMANDS)
    for name in COMMANDS:
        with pytest.raises(SystemExit) as end:
            parser().parse_args([name, "--help"])
        assert end.value.code == 0


def test_what_is_not_said_has_a_default() -> None:
    run = parser().parse_args(["run", "a.yaml"])
    assert (run.command, run.sweep, run.results, run.data, run.set) == (
        "run",
        Path("a.yaml"),
        Path("results"),
        None,
        [],
    )
    assert parser().parse_args(["serve"]).port == 8000
    assert parser().parse_args(["predict", "r", "--data", "x", "--out", "y"]).source == "best"


@pytest.mark.parametrize(
    "words",
    [
        ["serve", "--port", "70000"],
        ["export", "r", "--to", "csv"],
        ["automl", "--data", "digits", "--like", "r"],
        ["automl", "--data", "digits", "--max-trials", "0"],
        ["show", "r", "--csv", "--json"],
        [],
    ],
    ids=str,
)
def test_what_cannot_be_is_refused(words: list[str]) -> None:
    with pytest.raises(SystemExit) as end:
        parser().parse_args(words)
    assert end.value.code == 2
