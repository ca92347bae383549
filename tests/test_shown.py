from __future__ import annotations

import pandas as pd
import pytest

from gridlab.api import Run
from gridlab.records.insights.insight import Insights
from tests.plots.conftest import make_predicted, make_results


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    results = make_predicted(tmp_path_factory.mktemp("shown") / "run")
    return Run(results.info, results.records, results.folder)


def test_curves_are_a_table_that_is_drawn(run):
    curves = run.curves(top=2)
    assert isinstance(curves, pd.DataFrame)
    assert curves["candidate"].unique().tolist() == [0, 1]
    assert curves.names == {0: "rank 1: dropout 0.2", 1: "rank 2: dropout 0.3"}
    assert "iframe" in curves._repr_html_()
    assert type(curves[["epoch"]]) is pd.DataFrame
    assert type(curves.groupby("epoch").mean()) is pd.DataFrame


def test_the_leaderboard_is_a_table_that_is_drawn(run):
    table = run.leaderboard()
    assert table.index.tolist() == [0, 1, 2]
    assert table.loc[0, "mean_test_score"] == pytest.approx(0.75)
    assert "95 % interval" in table._repr_html_()


def test_insights_are_insights_that_are_drawn_and_printed(run):
    found = run.insights()
    assert isinstance(found, Insights)
    assert "iframe" in found._repr_html_()
    assert str(found).splitlines()[0] == found.found[0].sentence


def test_without_a_score_there_is_a_sentence():
    results = make_results({"a": [1, 2]}, pending=lambda i, s: True)
    run = Run(results.info, results.records)
    assert run.leaderboard()._repr_html_() == "<div>No candidate has a score yet.</div>"
    assert run.curves()._repr_html_() == "<div>No learning curves were recorded.</div>"
    assert "no score" in run.plot()._repr_html_()


def test_save_writes_the_whole_page(run, tmp_path):
    page = run.plot().save(tmp_path / "page.html").read_text("utf-8")
    assert 'id="mistakes"' in page
    assert 'id="provenance"' in page
