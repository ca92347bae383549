from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import jax
import pytest

from gridlab.training.engines.vmap.lanes import group
from gridlab.training.engines.vmap.memory import CACHED, guess, lanes_at_a_time, measured

GRID = {"hidden": [[32, 16]], "learning_rate": [0.1, 0.2], "epochs": [1]}


def groups(make_task: Any, batch_size: int = 32, **settings: Any) -> Any:
    task, fits = make_task("mlp", {**GRID, "batch_size": [batch_size]}, **settings)
    (found,), _ = group(task, fits)
    return found


def test_a_processor_is_given_the_lanes_whose_activations_lie_in_its_caches(make_task: Any) -> None:
    found = groups(make_task)
    wide = lanes_at_a_time(found, budget=10**12)
    outputs = CACHED / (4 * 32 * wide)  # numbers that a lane's layers give for a row: 32 + 16 + 3, and some twice
    assert 51 <= outputs <= 110
    assert lanes_at_a_time(groups(make_task, batch_size=16), budget=10**12) == pytest.approx(2 * wide, abs=1)


def test_what_lies_before_the_first_weights_is_shared_and_does_not_count(make_task: Any) -> None:
    narrow, wide = (groups(make_task, shape=(n,)) for n in (12, 3000))
    assert lanes_at_a_time(narrow, budget=10**12) == lanes_at_a_time(wide, budget=10**12)


def test_a_card_takes_what_its_memory_holds(make_task: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    found = groups(make_task)
    monkeypatch.setattr(jax, "default_backend", lambda: "gpu")
    assert lanes_at_a_time(found, budget=10**12) == 10**12 // guess(found)


def test_one_lane_is_always_tried(make_task: Any) -> None:
    assert lanes_at_a_time(groups(make_task), budget=1) == 1


def test_bytes_of_a_lane_are_rounded_up() -> None:
    shape = SimpleNamespace(rows=2, lanes=3)
    assert measured(SimpleNamespace(memory=13, program=SimpleNamespace(shape=shape))) == 3  # type: ignore[arg-type]
