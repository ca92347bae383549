from __future__ import annotations

import json
import re
from functools import partial
from html.parser import HTMLParser
from typing import TYPE_CHECKING, Any

import pytest

from gridlab.plots.libraries import hiplot, plotly
from gridlab.plots.parallel_data import parallel_data
from gridlab.plots.run_page import run_data, run_page
from gridlab.records.results import load_results
from tests.plots.conftest import make_predicted

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from gridlab.records.results import Results

    Make = Callable[..., Results]


def embedded(page: str) -> dict[str, Any]:
    found = re.search(r'<script type="application/json" id="data">(.*?)</script>', page)
    assert found
    value: dict[str, Any] = json.loads(found[1])
    return value


def own(page: str) -> str:
    """The page without what others wrote."""
    return page.replace(hiplot().packed, "").replace(plotly().packed, "")


def sections(page: str) -> list[str]:
    return re.findall(r'<section class="card" id="([a-z]+)"', page)


def test_everything_has_its_place_in_order(predicted: Results) -> None:
    page = run_page(predicted)
    order = ["picture", "insights", "leaderboard", "winner", "candidate", "mistakes", "provenance"]
    assert sections(page) == order
    assert re.findall(r'<a href="#([a-z]+)">', page) == order


def test_what_is_not_known_has_no_place(fc3: Results, make: Make) -> None:
    assert "mistakes" not in sections(run_page(fc3))
    waiting = run_page(make({"dropout": [0.2, 0.4]}, pending=lambda i, s: True))
    assert {"leaderboard", "winner"}.isdisjoint(sections(waiting))
    assert "No candidate has a score yet." in waiting


def test_the_page_holds_every_candidate_and_what_can_be_seen_of_it(predicted: Results) -> None:
    given = embedded(run_page(predicted))
    assert len(given["parallel"]["experiment"]["datapoints_compressed"]["rows"]) == 3
    candidates = given["candidates"]
    assert candidates["order"] == [0, 1, 2]
    assert candidates["curves"]["0"]["series"]["loss"][0][:2] == [1.0, 0.5]
    assert candidates["confusion"]["0"] == [[2, 2, 0], [0, 3, 1], [0, 0, 4]]
    assert candidates["splits"] == ["split0_test_score", "split1_test_score"]
    assert candidates["heads"] == ["rank_test_score", "mean_test_score"]
    assert candidates["varied"] == ["dropout"]


def test_why_candidates_failed_stands_there_without_scripts(broken: Results) -> None:
    assert "loss became NaN in epoch 3 (3)" in run_page(broken)


def test_a_candidate_that_can_be_looked_at_is_one_that_is_drawn(
    predicted: Results, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gridlab.plots.run_page.parallel_data", partial(parallel_data, limit=2))
    assert {*embedded(run_page(predicted))["candidates"]["curves"]} == {"0", "1"}


def test_hostile_words_add_no_element(
    hostile: Results, hostile_run: Results, hostile_failures: Results, fc3: Results
) -> None:
    def tags(page: str) -> dict[str, int]:
        parser, found = HTMLParser(), []
        parser.handle_starttag = lambda tag, attrs: found.append(tag)  # type: ignore[method-assign]
        parser.feed(own(page))
        return {tag: found.count(tag) for tag in ("script", "img", "iframe")}

    plain = {"script": 8, "img": 0, "iframe": 0}
    assert tags(run_page(hostile)) == tags(run_page(fc3)) == plain
    assert tags(run_page(hostile_run)) == {**plain, "img": 3}  # the pictures that were misread
    assert tags(run_page(hostile_failures)) == plain


def test_the_page_asks_nobody_for_anything(predicted: Results) -> None:
    page, sources = own(run_page(predicted)), []
    parser = HTMLParser()
    parser.handle_starttag = lambda tag, attrs: sources.append(dict(attrs).get("src"))  # type: ignore[method-assign]
    parser.feed(page)
    assert {str(source)[:5] for source in sources if source} == {"data:"}
    assert not re.search(r"https?://|<link|@import", page)


def test_one_candidate_needs_no_picture(make: Make) -> None:
    page = run_page(make({"dropout": [0.2]}))
    assert "There is one candidate" in page
    assert "picture" not in sections(page)
    assert hiplot().packed not in page


def test_a_list_of_records_has_a_page(tmp_path: Path) -> None:
    rows = [{"dropout": d, "mean_test_score": 0.9 + d / 10} for d in (0.2, 0.3, 0.4)]
    (tmp_path / "old.json").write_text(json.dumps(rows), "utf-8")
    page = run_page(load_results(tmp_path / "old.json"))
    assert {"picture", "leaderboard"} <= set(sections(page))
    assert embedded(page)["candidates"]["splits"] == []


def test_a_title_of_ones_own(fc3: Results) -> None:
    page = run_page(fc3, title="A < B")
    assert "<title>A &lt; B</title>" in page
    assert "<h1>A &lt; B</h1>" in page


def test_the_index_gets_the_datas_fingerprint(fc3: Results) -> None:
    assert run_data(fc3).fingerprint == "8f1c"


def test_a_large_sweep_stays_a_small_page(make: Make) -> None:
    results = make({"a": list(range(150)), "b": list(range(140))}, splits=1)
    assert len(run_page(results)) < 6_000_000


def test_damaged_predictions_do_not_keep_the_page(tmp_path: Path) -> None:
    make_predicted(tmp_path / "run")
    (tmp_path / "run" / "predictions.bin").write_bytes(b"")
    page = run_page(load_results(tmp_path / "run"))
    assert {"picture", "leaderboard", "candidate"} <= set(sections(page))
    assert "mistakes" not in sections(page)
