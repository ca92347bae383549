from __future__ import annotations

import json

import numpy as np
import pytest

from gridlab.records.insights.of_winner import of_winner
from gridlab.records.insights.telling import Context
from gridlab.records.insights.trials import make_trials
from gridlab.records.results import load_results
from gridlab.records.store import RunStore
from gridlab.records.truth import truth_of, write_truth


def told(results):
    return of_winner(results, Context(make_trials(results)))


def reasons(results):
    return {left_out.kind: left_out.reason for left_out in told(results)[1]}


def test_the_winner_beside_its_test_score(run, fit):
    labels = np.arange(60) % 2
    rows = [np.arange(0, 60, 2), np.arange(1, 60, 2)]
    data = {"data": {"n_test": 100}}
    folder = run([{"a": 0}, {"a": 1}], [], n_splits=2, **data)
    with RunStore(folder, write=True) as store:
        for i in range(2):
            for s, tested in enumerate(rows):
                said = np.where(np.arange(30) < 20 + 5 * i, labels[tested], 1 - labels[tested]).astype(np.uint8)
                right = float((said == labels[tested]).mean())
                store.append(fit(key=f"{i}/{s}", params={"a": i}, split=s, scores={"accuracy": right}), {"label": said})
    write_truth(folder, truth_of(labels, (0, 1), rows))
    assert reasons(load_results(folder))["test_score"] == "the best candidate has not been refitted"
    (folder / "best.keras").touch()
    account = {"file": "best.keras", "params": {"a": 1}, "test_scores": {"accuracy": 0.9}}
    (folder / "best.json").write_text(json.dumps(account))
    winner = told(load_results(folder))[0]
    assert winner.apparent == pytest.approx(25 / 30)
    assert winner.corrected == pytest.approx(25 / 30, abs=0.02)
    assert winner.low < winner.corrected < winner.high
    assert winner.test == 0.9
    assert winner.sentences[2] == (
        "On 100 held-out samples, which no candidate has seen, it scores 0.900 (95 % interval 0.826 to 0.945)."
    )
    (folder / "best.json").write_text(json.dumps({**account, "params": {"a": 0}}))
    assert reasons(load_results(folder))["test_score"] == "the saved model is that of another candidate"


def test_of_too_many_candidates_the_best_are_looked_at(run, fit, monkeypatch):
    monkeypatch.setattr("gridlab.records.insights.selection.CELLS", 48)
    labels, rows = np.arange(24) % 2, (np.arange(0, 24, 2), np.arange(1, 24, 2))
    folder = run([{"a": i} for i in range(3)], [], n_splits=2)
    with RunStore(folder, write=True) as store:
        for i in range(3):
            for s, tested in enumerate(rows):
                said = np.where(np.arange(12) < 6 + 2 * i, labels[tested], 1 - labels[tested]).astype(np.uint8)
                right = {"accuracy": float((said == labels[tested]).mean())}
                store.append(fit(key=f"{i}/{s}", params={"a": i}, split=s, scores=right), {"label": said})
    write_truth(folder, truth_of(labels, (0, 1), rows))
    winner, _ = told(load_results(folder))
    assert winner.numbers["corrected"]["candidates"] == 2
    assert "BBC-CV among the best 2; redrawing" in winner.sentences[1]


def test_without_predictions_the_flattery_is_said_and_not_measured(sweep):
    winner, omitted = told(sweep(lambda s, a: -a - 0.01 * s, {"a": [1, 2]}, metric="neg_mean_squared_error"))
    assert winner.sentences == (
        "The best of 2 candidates has mean squared error 1.010, mean of its splits.",
        "Chosen by that very score it is flattered, by how much is not known.",
    )
    assert (winner.apparent, winner.corrected, winner.test) == (pytest.approx(-1.01), None, None)
    assert {left_out.kind for left_out in omitted} == {"winner", "test_score"}
