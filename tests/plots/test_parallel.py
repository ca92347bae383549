from __future__ import annotations

import re
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from gridlab.plots.columns import INVISIBLE
from gridlab.plots.parallel import hiplot_props, picture
from gridlab.plots.parallel_data import parallel_data

if TYPE_CHECKING:
    from collections.abc import Callable

    from gridlab.records.results import Results


def test_hiplot_gets_every_candidate_and_its_numbers(fc3: Results) -> None:
    given = hiplot_props(parallel_data(fc3))["experiment"]["datapoints_compressed"]
    rows = {row[0]: dict(zip(given["columns"], row[2:], strict=True)) for row in given["rows"]}
    assert set(rows) == {str(i) for i in range(72)}
    for i, expected in enumerate(fc3.rows()):
        assert rows[str(i)]["learning_rate"] == expected["learning_rate"]
        assert rows[str(i)]["mean_test_score"] == pytest.approx(expected["mean_test_score"], abs=1e-5)


def test_hiplot_is_told_types_order_colour_and_sorting(fc3: Results) -> None:
    data = parallel_data(fc3)
    experiment = hiplot_props(data)["experiment"]
    assert {k: v["type"] for k, v in experiment["parameters_definition"].items()}["learning_rate"] == "numericlog"
    assert experiment["colorby"] == "mean_test_score"
    shown = experiment["display_data"]
    assert shown["PARALLEL_PLOT"]["order"] == [*data.axes][::-1]
    assert {"uid", "from_uid", "epochs", "split0_test_score"} <= set(shown["PARALLEL_PLOT"]["hide"])
    assert shown["TABLE"]["order_by"] == [["mean_test_score", "desc"]]


def test_what_hiplot_orders_by_and_colours_by_is_there(make: Callable[..., Results]) -> None:
    for options in ({}, {"pending": lambda i, s: True}, {"failed": lambda i, s: True}):
        props = hiplot_props(parallel_data(make({"dropout": [0.2, 0.4]}, **options)))
        columns = props["experiment"]["datapoints_compressed"]["columns"]
        assert props["experiment"]["colorby"] in columns
        assert props["experiment"]["display_data"]["TABLE"]["order_by"][0][0] in columns


def test_every_label_has_a_colour_of_its_own_as_rgb(hostile: Results) -> None:
    for definition in hiplot_props(parallel_data(hostile))["experiment"]["parameters_definition"].values():
        assert (definition["type"] == "categorical") == (definition["colors"] is not None)
        assert all(re.fullmatch(r"rgb\(\d+, \d+, \d+\)", c) for c in (definition["colors"] or {}).values())


def test_names_that_javascript_knows_come_with_a_mark(hostile: Results) -> None:
    columns = hiplot_props(parallel_data(hostile))["experiment"]["datapoints_compressed"]["columns"]
    assert INVISIBLE + "__proto__" in columns
    assert INVISIBLE + "constructor" in columns
    assert "한글" in columns


def test_one_candidate_needs_no_picture(make: Callable[..., Results]) -> None:
    assert picture(parallel_data(make({"dropout": [0.2]})), "accuracy") == ""


def test_only_a_page_that_can_show_a_candidate_says_click(fc3: Results) -> None:
    data = parallel_data(fc3)
    assert "Click a line" in picture(data, "accuracy")
    assert "Click a line" not in picture(data, "accuracy", alone=True)


def test_drawing_loads_neither_hiplot_nor_plotly_nor_keras() -> None:
    heavy = ("hiplot", "flask", "plotly", "keras", "tensorflow", "jax")
    code = f"import sys, gridlab.plots.report; print([m for m in {heavy} if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
