from __future__ import annotations

import json
import re
import subprocess
import sys
from html.parser import HTMLParser
from typing import TYPE_CHECKING, Any

import pytest

from gridlab.plots.columns import INVISIBLE
from gridlab.plots.parallel import hiplot_bundle, hiplot_props, notebook_html, parallel_page
from gridlab.plots.parallel_data import parallel_data

if TYPE_CHECKING:
    from collections.abc import Callable

    from gridlab.records.results import Results


def embedded(page: str) -> dict[str, Any]:
    found = re.search(r'<script type="application/json" id="data">(.*?)</script>', page)
    assert found
    value: dict[str, Any] = json.loads(found[1])
    return value


def test_the_page_holds_every_candidate_and_its_numbers(fc3: Results) -> None:
    given = embedded(parallel_page(fc3))["experiment"]["datapoints_compressed"]
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
    columns = embedded(parallel_page(hostile))["experiment"]["datapoints_compressed"]["columns"]
    assert INVISIBLE + "__proto__" in columns
    assert INVISIBLE + "constructor" in columns
    assert "한글" in columns


def test_hostile_words_add_no_element(hostile: Results, fc3: Results) -> None:
    def tags(page: str) -> set[str]:
        parser, found = HTMLParser(), []
        parser.handle_starttag = lambda tag, attrs: found.append(tag)  # type: ignore[method-assign]
        parser.feed(page.replace(hiplot_bundle(), ""))
        return {f"{tag} {found.count(tag)}" for tag in ("script", "img", "iframe")}

    assert tags(parallel_page(hostile)) == tags(parallel_page(fc3)) == {"script 3", "img 0", "iframe 0"}


def test_the_page_asks_nobody_for_anything(fc3: Results) -> None:
    own = parallel_page(fc3).replace(hiplot_bundle(), "")
    assert not re.search(r"https?://|<link|<img|@import|\bsrc=", own)


def test_hiplots_licence_travels_with_it() -> None:
    assert hiplot_bundle().startswith("/*! HiPlot 0.1.")
    assert "MIT License" in hiplot_bundle()[:500]


def test_one_candidate_needs_no_picture(make: Callable[..., Results]) -> None:
    page = parallel_page(make({"dropout": [0.2]}))
    assert "<script" not in page
    assert "There is one candidate" in page
    assert len(page) < 20_000


def test_a_title_of_ones_own(fc3: Results) -> None:
    page = parallel_page(fc3, title="A < B")
    assert "<title>A &lt; B</title>" in page
    assert "<h1>A &lt; B</h1>" in page


def test_a_large_sweep_stays_a_small_page(make: Callable[..., Results]) -> None:
    results = make({"a": list(range(150)), "b": list(range(140))}, splits=1)
    assert len(parallel_page(results)) < 5_000_000


def test_in_a_notebook_the_page_is_fenced_in_and_a_table_stands_beside_it(fc3: Results) -> None:
    cell = notebook_html(fc3)
    assert re.search(r'<iframe srcdoc="[^"]*" sandbox="allow-scripts allow-downloads" ', cell)
    outside = re.sub(r'srcdoc="[^"]*"', "", cell)
    assert "<script" not in outside
    assert outside.count("<tr>") == 11
    assert "best accuracy" in outside


def test_drawing_loads_neither_hiplot_nor_keras() -> None:
    heavy = ("hiplot", "flask", "keras", "tensorflow", "jax")
    code = f"import sys, gridlab.plots.report; print([m for m in {heavy} if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
