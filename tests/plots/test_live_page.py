from __future__ import annotations

import json

from gridlab.plots.live_page import TOP, View, line_of, list_content, list_page, run_content, run_page


def test_a_list_without_runs_says_so():
    assert "results: no runs yet" in list_content("results", [])["parts"]["runs"]


def test_a_run_on_the_list(broken):
    content = list_content("results", [line_of("a b/fc3", broken)])
    assert 'href="/run/a%20b/fc3"' in content["parts"]["runs"]
    assert f"{broken.n_done}/{broken.n_fits}" in content["parts"]["runs"]


def test_what_a_run_shows_is_plain_json_with_the_best_on_top(fc3):
    content = json.loads(json.dumps(run_content(fc3), allow_nan=False))
    assert content["title"] == "216/216 fc3"
    assert content["parts"]["best"].count("<tr>") == 1 + TOP
    assert f"{fc3.best['mean_test_score']:.4f}" in content["parts"]["best"].split("</tr>")[1]
    assert content["parallel"]["axes"][-1] == "mean_test_score"
    assert 'id="plot"' in content["picture"]


def test_a_page_knows_where_it_comes_from_and_connects_there(fc3):
    page = run_page("a b", View("7", run_content(fc3)))
    assert '"from":"/data/a%20b"' in page
    assert '"tag":"\\"7\\""' in page
    assert "connect-src 'self'" in page


def test_one_candidate_has_no_picture_and_needs_nothing_to_draw_it_with(make):
    content = run_content(make({"dropout": [0.1]}))
    page = run_page("r", View("1", content))
    assert '"drawn":false' in page
    assert "library-hiplot" not in page
    assert "connect-src" in list_page("results")
