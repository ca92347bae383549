from __future__ import annotations

from typing import Any, ClassVar

import numpy as np
import pytest

from gridlab.sweep.grid import Beside
from gridlab.training.engines import Progress, Trained
from gridlab.training.engines.vmap.engine import VmapEngine
from tests.training.engines.contract import NetworkContract, Outcome, numbers, three_classes

pytestmark = pytest.mark.slow


class TestVmap(NetworkContract):
    engine = "vmap"
    fit: ClassVar[dict[str, Any]] = {"epochs": 2, "batch_size": 16}

    def assert_same(self, one: Any, other: Any) -> None:
        """A lane's numbers are rounded in another order among other lanes."""
        (mine, arrays), (theirs, other_arrays) = numbers(one), numbers(other)
        assert mine["status"] == theirs["status"]
        assert mine["scores"] == pytest.approx(theirs["scores"], abs=2e-3)
        for name, curve in mine["curves"].items():
            np.testing.assert_allclose(curve, theirs["curves"][name], rtol=1e-3, atol=2e-3)
        np.testing.assert_allclose(arrays["proba"], other_arrays["proba"], atol=2e-3)


ask = TestVmap()
WIDE = {"hidden": [[4]], "learning_rate": [0.01, 0.02, 0.03, 0.04, 0.05], "epochs": [2]}


def trained_by(engine: VmapEngine, plan: Any) -> list[Trained]:
    return [each for each in engine.train(plan.fits) if isinstance(each, Trained)]


def outcome(engine: VmapEngine, plan: Any) -> Outcome:
    return {(each.record.params["learning_rate"], each.record.split): each for each in trained_by(engine, plan)}


def test_chunks_of_two_give_what_one_chunk_of_five_gives():
    plan = ask.plan(three_classes(), grid=WIDE)
    whole, cut = VmapEngine(plan.task), VmapEngine(plan.task)
    expected = outcome(whole, plan)
    guessed = 0

    def two_at_a_time(*_: Any) -> int:
        nonlocal guessed
        guessed += 1
        return cut._budget // 2

    import gridlab.training.engines.vmap.memory as module

    before, module.guess = module.guess, two_at_a_time
    try:
        found = outcome(cut, plan)
    finally:
        module.guess = before
    assert guessed
    assert found.keys() == expected.keys()
    for at, trained in found.items():
        ask.assert_same(trained, expected[at])


def test_fits_beside_others_keep_their_places_and_are_not_recorded_again():
    plan = ask.plan(three_classes(), grid=WIDE)
    whole = {each.record.key: each for each in trained_by(VmapEngine(plan.task), plan)}
    left = {fit.key for fit in plan.fits[3:5]}
    unit = [fit if fit.key in left else Beside.of(fit) for fit in plan.fits]
    news = list(VmapEngine(plan.task).train(unit))
    again = {each.record.key: each for each in news if isinstance(each, Trained)}
    assert again.keys() == left
    for key, each in again.items():
        assert dict(each.record.curves) == dict(whole[key].record.curves), "to the last bit"
        np.testing.assert_array_equal(each.predictions["proba"], whole[key].predictions["proba"])
    assert max(each.begun for each in news if isinstance(each, Progress)) <= len(left)


def test_where_all_are_recorded_nothing_is_trained():
    plan = ask.plan(three_classes(), grid=WIDE)
    assert list(VmapEngine(plan.task).train([Beside.of(fit) for fit in plan.fits])) == []


def test_out_of_memory_halves_the_lanes_and_loses_nothing(monkeypatch):
    plan = ask.plan(three_classes(), grid=WIDE)
    engine = VmapEngine(plan.task)
    run, widths = engine._run, []

    def no_room_for_more_than_two(compiled: Any, rows: Any, Y: Any) -> Any:
        widths.append(compiled.program.shape.lanes)
        if widths[-1] > 2:
            raise RuntimeError("RESOURCE_EXHAUSTED: Out of memory allocating 1 bytes")
        return run(compiled, rows, Y)

    monkeypatch.setattr(engine, "_run", no_room_for_more_than_two)
    found = outcome(engine, plan)
    assert len(found) == 10
    assert {trained.record.status for trained in found.values()} == {"ok"}
    assert widths[0] == 5
    assert set(widths[1:]) <= {1, 2}


def test_a_lane_that_does_not_fit_goes_through_single(monkeypatch):
    plan = ask.plan(three_classes(), grid={"hidden": [[4]]})
    engine = VmapEngine(plan.task)

    def no_room(*_: Any) -> Any:
        raise RuntimeError("RESOURCE_EXHAUSTED: Out of memory")

    monkeypatch.setattr(engine, "_run", no_room)
    found = trained_by(engine, plan)
    assert [trained.record.status for trained in found] == ["ok", "ok"]
    assert {trained.record.engine for trained in found} == {"single"}


def test_the_program_is_measured_against_the_budget():
    plan = ask.plan(three_classes(), grid=WIDE)
    engine = VmapEngine(plan.task)
    engine._budget = 100_000  # bytes: less than five lanes take, and no guess knows what lies between
    found = outcome(engine, plan)
    assert len(found) == 10
    assert {trained.record.status for trained in found.values()} == {"ok"}


def test_progress_is_told_after_every_epoch():
    plan = ask.plan(three_classes(), grid={"hidden": [[4]], "learning_rate": [0.01, 0.02], "epochs": [2, 4]})
    engine = VmapEngine(plan.task)
    said = [each for each in engine.train(plan.fits) if isinstance(each, Progress)]
    # two lanes a split, each with a fit that ends after two epochs and one that ends after four
    assert [each.begun for each in said] == pytest.approx([1.5, 1.0, 1.5, 0.0] * 2)


def test_independent_noise_gives_other_numbers_than_common_noise():
    grid = {"hidden": [[8]], "dropout": [0.5], "learning_rate": [0.01, 0.0100001], "epochs": [3]}
    common = ask.train(ask.plan(three_classes(), grid=grid))
    apart = ask.train(ask.plan(three_classes(), grid=grid, common_random_numbers=False))
    assert {trained.record.status for trained in apart.values()} == {"ok"}
    assert numbers(common[0, 0])[0]["curves"] != numbers(apart[0, 0])[0]["curves"]


def test_splits_of_one_grid_share_a_program_though_their_sizes_differ_by_a_row(monkeypatch):
    X, y = three_classes(n=91)
    plan = ask.plan((X, y), grid={"hidden": [[4]]}, cv=3)
    engine = VmapEngine(plan.task)
    compiled = []
    submit = engine._compiler._compile

    def counted(*given: Any) -> Any:
        compiled.append(given)
        return submit(*given)

    monkeypatch.setattr(engine._compiler, "_compile", counted)
    found = trained_by(engine, plan)
    assert len(found) == 3
    assert {len(trained.predictions["label"]) for trained in found} == {30, 31}
    assert len(compiled) == 1
