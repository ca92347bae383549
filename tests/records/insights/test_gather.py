"""All insights together: what comes out of sweeps whose scores are known, and what is left out and why."""

from __future__ import annotations

import json
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gridlab.records.insights.gather import insights
from gridlab.records.results import load_results
from tests.records.insights.known import grid_of, results_of

AXES = {
    "batch_norm": [True, False],
    "dropout": [0.2, 0.4],
    "learning_rate": [0.001, 0.01, 0.1],
    "optimizer": ["Adam", "RMSprop"],
}


def score(rng, s, batch_norm, dropout, learning_rate, optimizer):
    """batch_norm is worth 0.1, dropout 0.2 a little, a high rate 0.02 for each factor of 10, the optimizer nothing."""
    rate = 0.02 * (math.log10(learning_rate) + 3)
    return 0.7 + 0.1 * batch_norm + 0.01 * (dropout == 0.2) + rate + 0.002 * s + 0.003 * rng.normal()


@pytest.fixture
def found(sweep):
    rng = np.random.default_rng(0)
    rise = {"test_accuracy": [0.5 + 0.02 * i for i in range(20)]}
    return insights(
        sweep(
            lambda s, **params: score(rng, s, **params),
            AXES,
            n_splits=5,
            rows=(400, 100),
            curves=lambda s, **params: rise,
            fit_time=lambda s, **params: 1.0 + params["dropout"],
        )
    )


def reasons(found):
    return {omitted.kind: omitted.reason for omitted in found.omitted}


def test_the_sentences_that_a_reader_wants_come_out(found):
    (importance,) = found.of("importance")
    assert importance.sentence.startswith("batch_norm explains 90 % of the variance")
    assert (
        "between the 24 candidates, learning_rate 10 %; the other 2 parameters together under 1 %."
        in importance.sentence
    )
    assert importance.numbers["shares"]["batch_norm"] == pytest.approx(
        0.0025 / (0.0025 + 0.0008 / 3 + 2.5e-5), abs=0.03
    )
    (norm,) = found.of("contrast", "batch_norm")
    assert norm.sentence.startswith("batch_norm True is better than False: accuracy higher by 0.1")
    assert "better in 12 of 12 paired comparisons, p < 0.001 adjusted for 6 contrasts" in norm.sentence
    (same,) = found.of("equivalence")
    assert same.sentence.startswith("optimizer makes no difference: Adam and RMSprop are within 0.010 accuracy")
    (trend,) = found.of("trend")
    assert trend.sentence.startswith("Accuracy rises with learning_rate: by 0.040 from 0.001 to 0.1")
    (edge,) = found.of("edge", "learning_rate")
    assert edge.sentence == (
        "The best learning_rate, 0.1, is the highest that was tried (between the edges the best accuracy is "
        f"{edge.numbers['best_inside']:.3f} against "
        f"{found.leaders[0].mean:.3f}): 1 may be better still."
    )
    (last,) = found.of("still_improving")
    assert "from epoch 15 to 19 of 20 the held-out accuracy of the best 10 candidates rose by 0.08" in last.sentence
    assert "in 50 of 50 fits" in last.sentence
    assert len(found.of("margin")) == 4
    assert found.winner.sentences[0].startswith("The best of 24 candidates has accuracy 0.8")


def test_the_most_important_comes_first(found):
    kinds = [insight.kind for insight in found.found]
    assert kinds[0] == "importance"
    assert kinds.index("contrast") < kinds.index("trend") < kinds.index("equivalence") < kinds.index("margin")
    assert [i.about[0] for i in found.of("margin")][:2] == ["batch_norm", "learning_rate"]


def test_everything_is_strict_json_and_charts_are_whole(found):
    told = json.loads(json.dumps(found.to_json(), allow_nan=False))
    assert told["leaders"][0]["mean"] == found.leaders[0].mean
    assert len(told["found"]) == len(found.found)
    for chart in (chart for insight in found.found for chart in insight.charts):
        parallel = [p for p in (chart.y, chart.low, chart.high, chart.series, chart.labels) if p]
        if chart.kind == "heatmap":
            assert (len(chart.z), len(chart.z[0])) == (len(chart.y), len(chart.x))
        else:
            assert {len(p) for p in parallel} == {len(chart.x)}


def test_an_error_is_told_as_an_error(sweep):
    errors = insights(sweep(lambda s, a: -1.0 - a - 0.01 * s, {"a": [0, 1, 2]}, metric="neg_mean_squared_error"))
    assert errors.winner.sentences[0] == "The best of 3 candidates has mean squared error 1.010, mean of its splits."
    (contrast,) = errors.of("contrast")
    assert contrast.sentence.startswith("a 0 did better than 2: mean squared error lower by 2.000 on average")
    (trend,) = errors.of("trend")
    assert trend.sentence.startswith("Mean squared error rises by 2.000 with a from 0 to 2")
    assert errors.leaders[0].mean == pytest.approx(-1.01), "numbers stay the scorer's own"


@pytest.mark.parametrize(
    ("score", "params", "more", "kind", "reason"),
    [
        (lambda s, a: 0.5, {"a": [0, 1]}, {}, "importance", "all candidates have the same score"),
        (lambda s, a: a / 9, {"a": [0, 1]}, {"n_splits": 1}, "contrast", "there is one split: differences have no"),
        (lambda s, a: a / 9, {"a": [0, 1]}, {"n_splits": 1}, "leaderboard", "one split: no intervals"),
        (lambda s, a: a / 9, {"a": [3]}, {}, "importance", "the candidates that have a score differ in no parameter"),
        (lambda s, a: a / 9, {"a": [3]}, {}, "pareto", "there is one candidate"),
        (lambda s, a: None, {"a": [0, 1]}, {}, "winner", "no candidate has a score on every split"),
        (lambda s, a: None if a else 0.5, {"a": [0, 1]}, {}, "candidates", "1 of 2 have no score on every split"),
        (lambda s, a: len(a) / 9, {"a": ["x", "yy"]}, {}, "edge", "no parameter that varies is a number"),
        (lambda s, a: len(a) / 9, {"a": ["x", "yy"]}, {}, "trend", "no parameter has three numbers or more"),
        (lambda s, a: -abs(a - 1.0), {"a": [0, 1, 2]}, {}, "edge", "no parameter has its best value, both on average"),
        (lambda s, a: a / 9, {"a": [0, 1]}, {}, "top", "2 candidates are too few for a top tenth"),
        (lambda s, a: a / 9, {"a": [0, 1]}, {}, "still_improving", "no learning curves"),
        (lambda s, a: a / 9, {"a": [0, 1]}, {}, "winner", "out-of-fold predictions are not recorded"),
        (lambda s, a: a / 9, {"a": [0, 1]}, {}, "test_score", "no part of the data was held out"),
        (
            lambda s, a, b: a / 9,
            [{"a": i, "b": i} for i in range(5)],
            {},
            "contrast",
            "no two candidates differ in a alone",
        ),
        (
            lambda s, a, b: a / 9,
            [{"a": i, "b": i} for i in range(5)],
            {},
            "importance",
            "5 candidates that are no full grid are too few",
        ),
    ],
)
def test_what_does_not_apply_is_left_out_with_a_reason(sweep, score, params, more, kind, reason):
    found = insights(sweep(score, params, **more))
    assert any(o.kind == kind and o.reason.startswith(reason) for o in found.omitted), reasons(found)
    json.dumps(found.to_json(), allow_nan=False)


def test_a_file_of_records_tells_what_means_can(tmp_path):
    rows = [{**p, "mean_test_score": p["a"] / 10, "mean_fit_time": 1.0} for p in grid_of(a=[1, 2, 3], b=["x", "y"])]
    (tmp_path / "old.json").write_text(json.dumps(rows))
    found = insights(load_results(tmp_path / "old.json"))
    assert found.of("importance")[0].sentence.startswith("a explains 100 % of the variance between the 6 candidates; b")
    assert found.of("contrast", "a")[0].sentence.startswith("a 3 did better than 1: score higher by 0.2")
    assert found.of("edge", "a")[0].numbers["next"] == 4
    assert "means alone" in reasons(found)["leaderboard"]
    assert found.leaders[0].low is None
    json.dumps(found.to_json(), allow_nan=False)


values = st.sampled_from([0, 1, 2.5, -3, True, None, "x", "y|<b>", [1, 2]])


@settings(max_examples=60)
@given(
    st.lists(st.dictionaries(st.sampled_from("abc"), values), max_size=12),
    st.integers(1, 4),
    st.sampled_from(["accuracy", "neg_log_loss", "r2", "odd"]),
    st.randoms(use_true_random=False),
)
def test_whatever_a_sweep_holds_there_is_an_answer(params, n_splits, metric, random):
    scores = [None, 0.0, 0.5, 0.5, 1.0, -1e30, 1e-30]
    found = insights(results_of(params, lambda s, **_: random.choice(scores), n_splits, metric))
    told = json.dumps(found.to_json(), allow_nan=False)
    assert "NaN" not in told
    assert all(insight.sentence and "nan" not in insight.sentence for insight in found.found)
