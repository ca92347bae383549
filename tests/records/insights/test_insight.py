from __future__ import annotations

import json

import numpy as np

from gridlab.records.insights.insight import Chart, Insight, Insights, Omitted


def test_charts_and_findings_are_plain_json():
    chart = Chart("bars", "t", "x", "y", ("a", True), (np.float64(0.5), None))
    assert chart.to_json() == {
        "kind": "bars",
        "title": "t",
        "x_title": "x",
        "y_title": "y",
        "x": ["a", True],
        "y": [0.5, None],
        "x_scale": "categorical",
    }
    insight = Insight("margin", ("a",), "One.", {"p": np.float64(0.1), "odd": float("nan")}, (chart,))
    found = Insights("s", "accuracy", (insight,), (Omitted("edge", "why"),), (), None)
    told = json.loads(json.dumps(found.to_json(), allow_nan=False))
    assert told["found"][0]["numbers"] == {"p": 0.1, "odd": "nan"}
    assert told["omitted"] == [{"kind": "edge", "reason": "why"}]


def test_finding_findings():
    one, two = Insight("contrast", ("a",), "."), Insight("interaction", ("a", "b"), ".")
    found = Insights("s", "accuracy", (one, two), (), (), None)
    assert found.of("contrast") == [one]
    assert found.of("interaction", "b", "a") == [two]
    assert found.of("interaction", "c") == []
