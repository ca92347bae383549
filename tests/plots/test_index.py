from __future__ import annotations

from gridlab.plots.headline import Headline
from gridlab.plots.index import Entry, groups, index_page
from gridlab.records.insights.insight import Winner

TOLD = Headline(
    "run", "about <b>", "accuracy", "0.9 ± 0.1", "0.8", "0.7", (("a", "1"),), "3", 0, "digits", "e", "5 s", "", ""
)
WINNER = Winner(0, {}, 0.9, 0.8, 0.7, 0.85, 0.75, (), {})


def entry(place: str, data: str, best: float | None, **more: str) -> Entry:
    winner = None if best is None else WINNER._replace(corrected=best)
    return Entry(place, TOLD._replace(name=place, **more), "", data, winner)


def test_runs_on_the_same_data_stand_together_best_first() -> None:
    found = groups([entry("a", "x", 0.5), entry("b", "y", 0.9), entry("c", "x", 0.8), entry("d", "x", None)])
    assert [[e.place for e in group.entries] for group in found] == [["c", "a", "d"], ["b"]]


def test_other_scorers_and_unknown_data_are_not_compared() -> None:
    runs = [entry("a", "x", 0.5), entry("b", "x", 0.6, metric="roc_auc"), entry("c", "", 0.7), entry("d", "", 0.8)]
    assert len(groups(runs)) == 4


def test_a_run_that_cannot_be_read_is_in_no_group() -> None:
    assert groups([Entry("torn", None, "not readable")]) == []
    assert "not readable" in index_page("results", [Entry("torn", None, "not readable")])


def test_the_page_tells_score_certainty_cost_and_needs_no_script() -> None:
    page = index_page("results", [entry("a&b", "x", 0.8)])
    assert all(part in page for part in ("<b>0.9 ± 0.1</b>", "a 1", "about &lt;b&gt;", ">0.7<", "5 s", "digits"))
    assert 'href="a%26b/report.html"' in page
    assert "<script" not in page
    assert page.count('class="strip"') == 1
