from __future__ import annotations

import pandas as pd

from gridlab.plots.curve_charts import MOST, curve_charts

CURVES = pd.DataFrame(
    [(c, s, e, c + s + e / 10, None if e > 1 else 0.5) for c in (3, 1) for s in (0, 1) for e in (1, 2)],
    columns=["candidate", "split", "epoch", "loss", "test_loss"],
)


def test_several_candidates_are_means_over_their_splits() -> None:
    held_out, training = sorted(curve_charts(CURVES, {1: "best", 3: "other"}), key=lambda chart: chart.title)
    assert (held_out.title, training.title) == ("loss, held out", "loss, training")
    assert training.series == ("candidate 1", "candidate 1", "candidate 3", "candidate 3")
    assert training.x == (1, 2, 1, 2)
    assert training.y == (1.6, 1.7, 3.6, 3.7)
    assert training.labels[0] == "best; epoch 1: 1.6"
    assert held_out.x == (1, 1)  # nothing was measured on held-out rows after the first epoch


def test_one_candidate_is_a_line_a_split() -> None:
    chart = curve_charts(CURVES[CURVES["candidate"] == 3], {3: "it"})[1]
    assert chart.series == ("split 0", "split 0", "split 1", "split 1")
    assert chart.y == (3.1, 3.2, 4.1, 4.2)


def test_held_out_comes_before_training() -> None:
    assert [chart.title for chart in curve_charts(CURVES, {1: "a", 3: "b"})] == ["loss, held out", "loss, training"]


def test_no_more_lines_than_can_be_told_apart() -> None:
    many = pd.DataFrame({"candidate": range(40), "split": 0, "epoch": 1, "loss": 0.5})
    assert len(set(curve_charts(many, {i: str(i) for i in range(40)})[0].series)) == MOST
