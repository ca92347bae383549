from __future__ import annotations

import os

import pytest

from gridlab.errors import GridlabError
from gridlab.training.child import in_child


def call(function, *args, log):
    return in_child(function, *args, engine="single", threads=1, log=log)


def test_it_is_another_process_that_says_nothing_here(tmp_path, capfd):
    assert call("os:getpid", log=tmp_path / "log") != os.getpid()
    assert call("builtins:print", "said", log=tmp_path / "log") is None
    assert capfd.readouterr().out == ""
    assert "said" in (tmp_path / "log").read_text()


def test_what_it_raises_is_raised_here(tmp_path):
    with pytest.raises(ZeroDivisionError):
        call("operator:truediv", 1, 0, log=tmp_path / "log")


def test_when_it_dies_it_is_said_in_one_sentence(tmp_path):
    with pytest.raises(GridlabError, match=r"the process that was asked died .*; .*log may tell more"):
        call("os:_exit", 7, log=tmp_path / "log")
