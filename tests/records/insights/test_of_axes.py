from __future__ import annotations

import pytest

from gridlab.records.insights.of_axes import of_edges, of_margins, of_trends
from gridlab.records.insights.telling import Context


def test_margins_in_words_and_as_a_chart(trials):
    (margin,) = of_margins(Context(trials(lambda s, a: 0.5 + a / 10 + s / 100, {"a": [1, 2]})))
    assert margin.sentence == "a: mean accuracy 0.610 with 1 and 0.710 with 2."
    assert (margin.charts[0].kind, margin.charts[0].x, margin.charts[0].x_scale) == ("intervals", (1, 2), "linear")
    (random,) = of_margins(Context(trials(lambda s, a: a / 100, {"a": range(100)})))
    assert random.sentence == "a: mean accuracy 0.945 with 90 to 99 and 0.045 with 0 to 9 at best and at worst."
    (many,) = of_margins(Context(trials(lambda s, a: a / 100, {"a": range(20)})))
    assert many.sentence == "a: mean accuracy 0.190 with 19 and 0.000 with 0 at best and at worst."


@pytest.mark.parametrize(
    ("score", "metric", "sentence"),
    [
        (lambda s, a: 0.5 - a / 10 - s * a / 1000, "accuracy", "Accuracy falls with a: by 0.202 from 0 to 2 (95 %"),
        (lambda s, a: 0.5 - a / 10 * s, "accuracy", "Accuracy falls by 0.200 with a from 0 to 2; with 3 splits that"),
        (
            lambda s, a: -a - s * a / 9,
            "neg_log_loss",
            "Log loss rises with a: by 2.222 from 0 to 2 (95 % interval 1.349 to",
        ),
        (lambda s, a: a * (3 - a) / 9 + s * a / 1000, "accuracy", "Accuracy rises"),
    ],
)
def test_trends_in_words(trials, score, metric, sentence):
    (trend,), omitted = of_trends(Context(trials(score, {"a": [0, 1, 2]}, metric=metric)))
    assert trend.sentence.startswith(sentence)
    assert omitted == []


def test_an_uneven_trend_says_where_it_is_best(trials):
    (trend,), _ = of_trends(Context(trials(lambda s, a: a * (2.5 - a) / 9 + s * a / 1000, {"a": [0, 1, 2]})))
    assert trend.sentence.endswith("; not steadily, it is best at 1.")


def test_edges_in_words(trials):
    (edge,), _ = of_edges(Context(trials(lambda s, a: a / 10 + a * s / 100, {"a": [1, 2, 3]})))
    assert edge.sentence == (
        "The best a, 3, is the highest that was tried (between the edges the best accuracy is 0.220 against 0.330): "
        "4 may be better still."
    )


def test_values_that_make_no_difference_have_no_edge(trials):
    found, omitted = of_edges(Context(trials(lambda s, a: 0.5 + 0.00001 * a * s, {"a": [1, 2]})))
    assert found == []
    assert omitted[0].kind == "edge"
