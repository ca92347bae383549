from __future__ import annotations

import dataclasses
import json

import numpy as np
import pytest

from gridlab.errors import StoreError
from gridlab.records.insights.insight import Insights, Leader
from gridlab.reporting import FORMS, as_json, as_markdown, as_text, leader_table, write


def leader(i, mean, params, **more):
    row = Leader(i, i + 1, params, mean, mean - 0.01, mean + 0.01, (mean, mean), 0.5, True, None, False)
    return row._replace(**more)


@pytest.fixture
def found():
    """Two candidates, one of them with text that means something to Markdown."""
    leaders = (
        leader(0, 0.9, {"a": 1, "kind": "x|<b>"}, cheapest=True),
        leader(1, 0.5, {"a": 1, "kind": "y\n# z"}, tied=False, p=0.004),
    )
    return Insights("a sweep", "accuracy", (), (), leaders, None)


def test_the_text(found):
    lines = as_text(found).splitlines()
    assert lines[:4] == ["a sweep: what mattered for accuracy", "", "Leaderboard", "───────────"]
    assert lines[4].split() == ["rank", "accuracy", "95", "%", "interval", "kind", "fit", "s"]
    assert lines[5] == "1     0.900     0.890 to 0.910  x|<b>  0.500  best, cheapest within one standard error"
    assert lines[6].endswith("worse, p = 0.004")
    assert "0 of the other 1 cannot be told from the best with 2 splits" in lines[7]


def test_markdown_keeps_its_table_whole(found):
    rows = [line for line in as_markdown(found).splitlines() if line.startswith("|")]
    assert len(rows) == 4
    assert rows[2].startswith(r"| 1 | 0.900 | 0.890 to 0.910 | x\|&lt;b> |")
    assert rows[3].startswith("| 2 | 0.500 | 0.490 to 0.510 | y # z |")


def test_json_is_whole_and_strict(found):
    assert json.loads(as_json(found), parse_constant=pytest.fail) == found.to_json()
    assert list(FORMS) == ["text", "md", "json"]


def test_names_do_not_reach_the_terminal_s_own_language(found):
    named = dataclasses.replace(found, name="\x1b[31mred")
    assert as_text(named).startswith("\ufffd[31mred: what mattered")
    assert as_markdown(named).startswith("# \ufffd[31mred: what")


def test_nothing_to_tell(found):
    assert as_text(dataclasses.replace(found, leaders=())) == "a sweep: what mattered for accuracy"


def test_writing(found, tmp_path):
    assert write(tmp_path / "r.md", "x\udcff").read_bytes() == b"x\\udcff\n"
    with pytest.raises(StoreError, match=r"cannot write the report: No such file"):
        write(tmp_path / "no" / "r.md", "x")


def test_the_leaderboard_as_a_table():
    rows = [leader(3, 0.9, {"p": 2, "a": None}), leader(1, 0.5, {"p": 1, "low": "x"}, low=None, high=None, time=None)]
    table = leader_table(rows, ["p", "a", "low"])
    assert list(table) == [
        "rank_test_score",
        "param_p",
        "a",
        "param_low",
        "mean_test_score",
        "low",
        "high",
        "split0_test_score",
        "split1_test_score",
        "mean_fit_time",
        "tied",
        "p",
        "cheapest",
    ]
    assert table.index.tolist() == [3, 1]
    assert table["param_p"].tolist() == [2, 1]
    assert np.isnan(table["low"][1])
