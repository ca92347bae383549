from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from gridlab.plots import leaderboard, notebook
from gridlab.plots.parallel_data import varied
from gridlab.records.insights.gather import insights

if TYPE_CHECKING:
    from collections.abc import Callable

    from gridlab.records.results import Results

    Make = Callable[..., Results]

FRAME = r'<iframe srcdoc="[^"]*" sandbox="allow-scripts allow-downloads" '


def outside(cell: str) -> str:
    """What viewers see that run no scripts."""
    return re.sub(r'srcdoc="[^"]*"', "", cell)


def test_the_picture_is_fenced_in_and_a_table_stands_beside_it(fc3: Results) -> None:
    cell = notebook.plot_html(fc3)
    assert re.search(FRAME, cell)
    assert "<script" not in outside(cell)
    assert outside(cell).count("<tr>") == 16
    assert "best accuracy" in outside(cell)


def test_one_candidate_is_a_table(make: Make) -> None:
    cell = notebook.plot_html(make({"dropout": [0.2]}))
    assert "iframe" not in cell
    assert "best accuracy" in cell


def test_insights_are_charts_in_a_frame_and_sentences_beside_it(fc3: Results) -> None:
    found = insights(fc3)
    cell = notebook.insights_html(found)
    assert re.search(FRAME, cell)
    assert outside(cell).count("<li>") == len(found.found) + len(found.omitted)


def test_curves_are_charts_and_their_ends_a_table(predicted: Results) -> None:
    cell = notebook.curves_html(predicted.curves([0, 1]), {0: "first <b>", 1: "second"})
    assert re.search(FRAME, cell)
    assert "<td>first &lt;b&gt;</td>" in outside(cell)
    assert '<td class="num">0.2</td>' in outside(cell)
    assert notebook.curves_html(predicted.curves([]), {}) == "<div>No learning curves were recorded.</div>"


def test_the_leaderboard_is_a_plain_table(fc3: Results) -> None:
    found = leaderboard.board(insights(fc3), varied(fc3))
    assert found is not None
    cell = notebook.leaderboard_html(found)
    assert "iframe" not in cell
    assert len(cell) < 20_000


@pytest.mark.parametrize(("shown", "limit"), [("plot", 700_000), ("insights", 2_300_000), ("curves", 2_300_000)])
def test_a_cell_weighs_no_more_than_its_library_must(fc3: Results, predicted: Results, shown: str, limit: int) -> None:
    cells = {
        "plot": lambda: notebook.plot_html(fc3),
        "insights": lambda: notebook.insights_html(insights(fc3)),
        "curves": lambda: notebook.curves_html(predicted.curves(), {0: "a", 1: "b", 2: "c"}),
    }
    assert len(cells[shown]()) < limit


def test_hostile_words_stay_inside_the_fence(hostile: Results, hostile_run: Results) -> None:
    cells = [notebook.plot_html(hostile), notebook.insights_html(insights(hostile))]
    cells.append(notebook.curves_html(hostile_run.curves(), {0: "<img>", 1: "<script>", 2: ""}))
    for cell in cells:
        assert not re.search("<script|<img", outside(cell))
