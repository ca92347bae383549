from __future__ import annotations

import numpy as np
import pytest

from gridlab.records.insights.measures import MEASURES
from gridlab.records.insights.selection import bbc, bias_corrected
from gridlab.records.insights.trials import make_trials
from gridlab.records.record import FitRecord
from gridlab.records.results import load_results
from gridlab.records.store import RunStore
from gridlab.records.truth import Truth, write_truth

ACCURACY = MEASURES["accuracy"]


def drawn(rng, chances, n):
    """Out-of-fold predictions of candidates that are right with these chances, the apparent winner's first."""
    right = rng.random((len(chances), n)) < np.asarray(chances)[:, np.newaxis]
    order = np.argsort(-right.mean(axis=1), kind="stable")
    return right[order].astype(np.uint8), np.asarray(chances)[order]


@pytest.mark.parametrize("kind", ["equal", "spread"])
def test_where_the_truth_is_known(kind):
    """The naive estimate flatters; BBC-CV does not, and its intervals hold the truth as often as they say.

    As in the simulations of Tsamardinos et al. (2018): candidates are right with known chances, so what the selected
    one will do on new samples is known.
    """
    rng = np.random.default_rng(0)
    chances = np.full(60, 0.8) if kind == "equal" else rng.uniform(0.7, 0.85, 60)
    naive, corrected, covered = [], [], []
    for _ in range(150):
        table, true = drawn(rng, chances, 150)
        found = bbc(table, np.ones(150, dtype=np.uint8), np.arange(150), ACCURACY, bootstraps=150)
        naive.append(found.pooled - true[0])
        corrected.append(found.score - true[0])
        covered.append(found.low <= true[0] <= found.high)
    assert np.mean(naive) > 0.02
    assert abs(np.mean(corrected)) < 0.01
    assert np.mean(covered) >= 0.95


def test_a_sample_predicted_repeatedly_is_drawn_as_one():
    """Three repeats that agree hold no more than one: the interval stays as wide."""
    rng = np.random.default_rng(1)
    table, _ = drawn(rng, [0.8, 0.7], 100)
    once = bbc(table, np.ones(100), np.arange(100), ACCURACY)
    thrice = bbc(np.tile(table, 3), np.ones(300), np.tile(np.arange(100), 3), ACCURACY)
    assert thrice.samples == once.samples == 100
    assert (thrice.score, thrice.low, thrice.high) == pytest.approx((once.score, once.low, once.high))


def test_one_candidate_has_nothing_to_correct():
    table, _ = drawn(np.random.default_rng(2), [0.8], 400)
    found = bbc(table, np.ones(400), np.arange(400), ACCURACY)
    assert found.score == pytest.approx(found.pooled, abs=0.005)
    assert found.stable == 1


LABELS = np.arange(24) % 2
TRUTH = Truth(LABELS, (np.arange(24)[::-2], np.arange(24)[::2]))


@pytest.fixture
def recorded(run, fit):
    """A run of two candidates on two splits, with the label predictions given."""

    def make(right, name="accuracy"):
        folder = run([{"a": 0}, {"a": 1}], [], n_splits=2, metrics=[name])
        with RunStore(folder, write=True) as store:
            for i, (s, rows) in ((i, pair) for i in range(2) for pair in enumerate(TRUTH.rows)):
                said = np.where(np.isin(rows, right[i]), LABELS[rows], 1 - LABELS[rows]).astype(np.uint8)
                score = float((said == LABELS[rows]).mean())
                store.append(fit(key=f"{i}/{s}", params={"a": i}, split=s, scores={name: score}), {"label": said})
        return folder

    return make


def told(folder):
    results = load_results(folder)
    return bias_corrected(results, make_trials(results))


def test_predictions_meet_the_truth_row_by_row(recorded):
    folder = recorded([range(18), [4]])
    write_truth(folder, TRUTH)
    found = told(folder)
    assert (found.candidates, found.samples) == (2, 24)
    assert found.pooled == pytest.approx(18 / 24)


def test_why_it_cannot_be_told(recorded, sweep, tmp_path):
    folder = recorded([[0, 1, 2], [4]])
    assert "the true labels" in told(folder)
    write_truth(folder, Truth(LABELS, (TRUTH.rows[0][1:], TRUTH.rows[1])))
    assert told(folder) == "2 of 2 candidates have no out-of-fold predictions on record"
    write_truth(folder, Truth(LABELS[:6], (np.arange(3), np.arange(3, 6))))
    assert told(folder) == "6 samples are too few to draw from"
    write_truth(folder, TRUTH)
    (folder / "predictions.bin").unlink()
    assert "the predictions of this run are gone" in told(folder)
    results = sweep(lambda s, a: 0.1 * a, {"a": [0, 1]})
    assert bias_corrected(results, make_trials(results)) == "out-of-fold predictions are not recorded"
    odd = sweep(lambda s, a: 0.1 * a, {"a": [0, 1]}, metric="top_k_accuracy")
    assert "not computed for top_k_accuracy" in bias_corrected(odd, make_trials(odd))


def test_a_record_without_predictions(recorded, fit):
    folder = recorded([[0], [1]])
    write_truth(folder, TRUTH)
    with RunStore(folder, write=True) as store:
        store.append(FitRecord("1/1", {"a": 1}, 1, "ok", {"accuracy": 0.5}))
    assert told(folder) == "1 of 2 candidates have no out-of-fold predictions on record"
