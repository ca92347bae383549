from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from gridlab.plots import details as module
from gridlab.plots.details import details, rounded
from gridlab.records.results import Results

if TYPE_CHECKING:
    from collections.abc import Callable

    Make = Callable[..., Results]


def test_curves_and_confusion_of_every_candidate(predicted: Results) -> None:
    found = details(predicted, [0, 1, 2])
    assert set(found.curves) == set(found.confusion) == {0, 1, 2}
    assert found.curves[0].epochs == (1, 2, 3, 4, 5)
    assert found.curves[0].series["test_loss"] == [[1.0, 0.5, 0.3333, 0.25, 0.2]] * 2
    assert found.confusion[0] == [[2, 2, 0], [0, 3, 1], [0, 0, 4]]
    assert found.note == ""


def test_of_many_candidates_some_are_kept_and_that_is_said(predicted: Results, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_room", lambda results, ranked: 2)
    found = details(predicted, [0, 1, 2])
    assert len(found.curves) == 2
    assert 0 in found.curves
    assert found.note.startswith("Of 3 candidates this page holds the learning curves of 2 and the predictions of 2:")


def test_long_curves_keep_every_few_epochs_and_the_last(make: Make) -> None:
    results = make({"dropout": [0.2]}, splits=2)
    records = {k: replace(r, curves={"loss": list(range(250))}) for k, r in results.records.items()}
    records["k0-1"] = replace(records["k0-1"], curves={"loss": [7.0] * 10})
    curves = details(Results(results.info, records), [0]).curves[0]
    assert len(curves.epochs) <= module.POINTS
    assert curves.epochs[-1] == 250
    assert curves.series["loss"][0][-1] == 249
    assert curves.series["loss"][1][-1] is None  # a split that stopped early


def test_a_split_that_failed_has_no_curve(make: Make) -> None:
    results = make({"dropout": [0.2]}, splits=3, failed=lambda i, s: s == 1)
    records = {k: replace(r, curves={"loss": [1.0, 0.5]} if r.ok else {}) for k, r in results.records.items()}
    assert details(Results(results.info, records), [0]).curves[0].series == {"loss": [[1.0, 0.5], [], [1.0, 0.5]]}


def test_nothing_recorded_is_nothing_kept(fc3: Results) -> None:
    assert details(fc3, [0, 1]) == ({}, {}, "")


def test_many_long_curves_leave_room_for_fewer(predicted: Results, monkeypatch: pytest.MonkeyPatch) -> None:
    assert module._room(predicted, [0, 1, 2]) == module.MOST
    monkeypatch.setattr(module, "NUMBERS", 1500)  # a candidate has 2 splits of 5 epochs, and columns that say which
    assert module._room(predicted, [0, 1, 2]) == 1500 // 50


def test_numbers_have_four_digits_and_are_finite() -> None:
    assert [rounded(v) for v in (0.123456, 1234567.0, float("nan"), float("inf"))] == [0.1235, 1235000.0, None, None]
