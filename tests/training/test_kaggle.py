"""Submitting, to a stand-in for Kaggle's client on the PATH."""

from __future__ import annotations

import json
import sys

import pytest

from gridlab.errors import GridlabError
from gridlab.training.kaggle import submit


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "a submission.csv"
    path.write_text("id,label\n1,2\n")
    return path


@pytest.fixture
def client(tmp_path, monkeypatch):
    """Put a client on the PATH that notes its arguments and then does `what`."""
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setenv("PATH", str(folder))

    def client(what):
        path = folder / "kaggle"
        noted = f"open({str(tmp_path / 'asked.json')!r}, 'w').write(json.dumps([sys.argv[1:], sys.stdin.read()]))"
        path.write_text(f"#!{sys.executable}\nimport json, sys\n{noted}\n{what}\n")
        path.chmod(0o755)

    return client


def test_the_client_gets_its_arguments_as_a_list(client, file, tmp_path):
    client("print('Successfully submitted to Digit Recognizer')")
    message = 'it\'s; $(mine) -- \n"really"'
    assert submit("digit-recognizer", file, message, yes=True) == "kaggle: Successfully submitted to Digit Recognizer"
    arguments, typed = json.loads((tmp_path / "asked.json").read_text())
    assert arguments == ["competitions", "submit", "digit-recognizer", f"--file={file}", f"--message={message}"]
    assert typed == "", "nobody is there to answer questions"


def test_without_yes_it_only_says_what_it_would_do(client, file, tmp_path):
    client("")
    told = submit("digit-recognizer", file, "it is mine", yes=False)
    assert told == (
        "would send, with --yes (13 bytes): kaggle competitions submit digit-recognizer "
        f"'--file={file}' '--message=it is mine'"
    )
    assert not (tmp_path / "asked.json").exists()


@pytest.mark.parametrize(
    ("what", "said"),
    [
        (
            "sys.exit('OSError: Could not find kaggle.json.\\nMake sure it is located in ~/.config')",
            r"kaggle says: OSError: Could not find kaggle.json. Make sure it is located in ~/.config$",
        ),
        ("print('403 - Forbidden'); sys.exit(1)", "kaggle says: 403 - Forbidden$"),
        ("sys.exit(3)", "kaggle says: nothing, and ends with 3$"),
    ],
)
def test_a_client_that_fails_speaks_for_itself(client, file, what, said):
    client(what)
    with pytest.raises(GridlabError, match=rf"a submission\.csv is not sent: {said}"):
        submit("digit-recognizer", file, "m", yes=True)


def test_no_client(client, file):
    with pytest.raises(GridlabError, match="is not sent: Kaggle's client is not installed here"):
        submit("digit-recognizer", file, "m", yes=True)


@pytest.mark.parametrize("name", ["", "--help", "a b", "../x", "a;b"])
def test_what_is_no_competition_is_refused(client, file, name):
    client("")
    for yes in (True, False):
        with pytest.raises(GridlabError, match="--submit: a competition's name as in its address goes here"):
            submit(name, file, "m", yes=yes)
