from __future__ import annotations

from gridlab.plots import findings
from gridlab.plots.findings import OPEN, Charts, flat_numbers
from gridlab.records.insights.insight import Chart, Insight, Insights, Omitted

CHART = Chart("bars", "Share <b>", "parameter", "share", ("a",), (0.5,))
FOUND = Insight("importance", ("a", "b", "c"), "a matters <script>most</script>.", {"share": 0.5}, (CHART, CHART))


def told(*found: Insight, omitted: tuple[Omitted, ...] = ()) -> Insights:
    return Insights("run", "accuracy", found, omitted, (), None)


def test_each_is_a_sentence_with_its_charts_and_numbers() -> None:
    charts = Charts()
    page = findings.findings(told(FOUND), charts)
    assert "a matters &lt;script&gt;most&lt;/script&gt;." in page
    assert [chart["title"] for chart in charts.values] == ["Share <b>", "Share <b>"]
    assert 'data-chart="0"' in page
    assert 'data-chart="1"' in page
    assert "<dt>share</dt><dd>0.5</dd>" in page
    assert "<b>" not in page


def test_a_finding_on_one_or_two_parameters_names_them() -> None:
    page = findings.findings(told(Insight("interaction", ("a", "<i>"), "Together.")), Charts())
    assert "Interaction <b>a × &lt;i&gt;</b>" in page


def test_many_are_folded() -> None:
    page = findings.findings(told(*[FOUND] * (OPEN + 3)), Charts())
    assert page.count('<article class="finding">') == OPEN + 3
    assert "3 more findings" in page
    assert "more findings" not in findings.findings(told(*[FOUND] * OPEN), Charts())


def test_what_is_left_out_comes_with_its_reason() -> None:
    page = findings.findings(told(omitted=(Omitted("trend", "no ordered parameter"),)), Charts())
    assert "Left out, and why (1)" in page
    assert "<b>Trend</b> no ordered parameter" in page
    assert "Nothing can be said yet." in page


def test_plain_sentences_have_no_charts() -> None:
    page = findings.plain(told(FOUND))
    assert "&lt;script&gt;" in page
    assert "data-chart" not in page


def test_nested_numbers_become_names_with_dots() -> None:
    numbers = {"p": 0.041234, "shares": {"x": None}, "pairs": [{"n": 3, "told": True}, {"n": 4}], "list": [1, 2.5]}
    assert [*flat_numbers(numbers)] == [
        ("p", "0.04123"),
        ("shares.x", "–"),
        ("pairs.0.n", "3"),
        ("pairs.0.told", "yes"),
        ("pairs.1.n", "4"),
        ("list", "1, 2.5"),
    ]
