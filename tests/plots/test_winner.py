from __future__ import annotations

from gridlab.plots import winner
from gridlab.plots.findings import Charts
from gridlab.plots.winner import estimates
from gridlab.records.insights.insight import Winner

WINNER = Winner(3, {}, 0.97, 0.96, 0.95, 0.972, 0.955, ("Its score <b> is high.",), {})


def test_the_three_estimates_stand_side_by_side() -> None:
    chart = estimates(WINNER, "accuracy")
    assert chart is not None
    assert chart.y == (0.97, 0.96, 0.955)
    assert (chart.low, chart.high) == ((None, 0.95, None), (None, 0.972, None))


def test_alone_its_own_score_is_no_picture() -> None:
    assert estimates(WINNER._replace(corrected=None, test=None), "accuracy") is None
    charts = Charts()
    page = winner.written(WINNER._replace(corrected=None, test=None), "accuracy", charts)
    assert charts.values == []
    assert "Its score &lt;b&gt; is high." in page
