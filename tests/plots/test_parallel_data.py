from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from gridlab.plots.parallel_data import parallel_data
from gridlab.records.results import Results
from gridlab.records.summary import Summary

if TYPE_CHECKING:
    from collections.abc import Callable

    from gridlab.plots.columns import Column
    from gridlab.plots.parallel_data import ParallelData

    Make = Callable[..., Results]


def column(data: ParallelData, name: str) -> Column:
    return next(c for c in data.columns if c.name == name)


def test_axes_stand_in_the_grids_order_and_the_score_last(fc3: Results) -> None:
    data = parallel_data(fc3)
    params = ("batch_norm", "dropout", "learning_rate", "optimizer", "batch_size")
    assert data.axes == (*params, "mean_fit_time", "std_test_score", "mean_test_score")
    assert [column(data, name).kind for name in params] == [
        "categorical",
        "numeric",
        "numericlog",
        "categorical",
        "numeric",
    ]
    assert column(data, "batch_norm").order == ("true", "false")
    assert column(data, "optimizer").order == ("RMSprop", "Adam")


def test_every_candidate_has_a_row_best_first(fc3: Results) -> None:
    data = parallel_data(fc3)
    scores = column(data, "mean_test_score").values
    assert sorted(data.candidates) == list(range(72))
    assert list(scores) == sorted(scores, reverse=True)
    assert fc3.best is not None
    assert data.candidates[0] == fc3.best["index"]
    assert scores[0] == pytest.approx(fc3.best["mean_test_score"], abs=1e-5)


def test_one_candidate_is_the_same_in_every_column(fc3: Results) -> None:
    data = parallel_data(fc3)
    for row in (0, 40, 71):
        params = fc3.params(data.candidates[row])
        assert column(data, "learning_rate").values[row] == params["learning_rate"]
        assert column(data, "batch_norm").values[row] == str(params["batch_norm"]).lower()


def test_a_constant_parameter_is_in_the_table_only(fc3: Results) -> None:
    data = parallel_data(fc3)
    assert column(data, "epochs").text(0) == "20"
    assert "epochs" not in data.axes
    assert data.notes == ("The same for every candidate, so in the table only: epochs 20.",)


def test_splits_are_in_the_table_only(fc3: Results) -> None:
    data = parallel_data(fc3)
    assert {"split0_test_score", "split1_test_score", "split2_test_score"} <= {c.name for c in data.columns}
    assert not [key for key in data.axes if key.startswith("split")]


def test_when_all_went_well_nothing_is_said_of_it(fc3: Results) -> None:
    assert not {"status", "error"} & {c.name for c in parallel_data(fc3).columns}


def test_failed_and_waiting_candidates_are_shown_without_a_score(broken: Results) -> None:
    data = parallel_data(broken)
    assert "status" in data.axes
    status, score = column(data, "status"), column(data, "mean_test_score")
    assert status.order == ("pending", "failed", "partial", "ok")
    silent = [row for row, s in enumerate(score.values) if s is None]
    assert [status.values[row] for row in silent] == ["failed", "partial", "failed", "pending"]
    assert silent == [68, 69, 70, 71]
    assert column(data, "error").text(68) == "loss became NaN in epoch 3"


def test_further_metrics_are_axes_before_the_score(make: Make) -> None:
    results = make({"dropout": [0.2, 0.4]}, scoring={"metrics": ["loss", "accuracy"], "refit": "accuracy"})
    for i, record in enumerate(results.records.values()):
        record.scores["loss"] = 1.0 + i  # type: ignore[index]
    assert parallel_data(results).axes == ("dropout", "mean_test_loss", "std_test_score", "mean_test_score")


def test_one_diverged_candidate_does_not_take_all_the_colours(make: Make) -> None:
    grid = {"dropout": [i / 20 for i in range(20)]}
    data = parallel_data(
        make(grid, score=lambda params, split: 0.1 if params["dropout"] == 0 else 0.9 + params["dropout"] / 20)
    )
    assert data.color is not None
    key, low, high = data.color
    assert (key, high) == ("mean_test_score", pytest.approx(0.9475))
    assert 0.8 < low < 0.91
    assert min(v for v in column(data, key).values if isinstance(v, float)) == pytest.approx(0.1)


def test_lists_of_grids_leave_gaps(make: Make) -> None:
    results = make({"optimizer": ["SGD", "Adam"], "momentum": [0.1, 0.9]})
    for candidate in results.info["plan"]:
        if candidate["params"]["optimizer"] == "Adam":
            del candidate["params"]["momentum"]
    data = parallel_data(results)
    rows = dict(zip(column(data, "optimizer").values, column(data, "momentum").values, strict=True))
    assert rows["Adam"] is None
    assert rows["SGD"] is not None


def test_a_parameter_called_like_a_result_keeps_its_place(make: Make) -> None:
    data = parallel_data(make({"status": ["a", "b"], "uid": [1, 2]}, scales={"status": "categorical"}))
    assert data.axes[:2] == ("param_status", "param_uid")
    assert column(data, "param_status").parameter


def test_an_axis_of_too_many_labels_is_in_the_table_only(make: Make) -> None:
    names = [f"kind {i}" for i in range(201)]
    data = parallel_data(make({"kind": names, "x": [1, 2]}, splits=1, scales={"kind": "categorical"}))
    assert "kind" not in data.axes
    assert "kind has 201 values: in the table only." in data.notes
    assert data.drawn


def test_too_many_candidates_are_sampled_and_the_page_says_so(make: Make) -> None:
    data = parallel_data(make({"a": list(range(100)), "b": list(range(30))}, splits=1), limit=1000)
    assert (len(data.candidates), data.total) == (1000, 3000)
    assert data.notes[0].startswith("Of 3,000 candidates 1,000 are shown: the 250 best, the 50 worst, and a sample")
    assert all(len(c.values) == 1000 for c in data.columns)


@pytest.mark.parametrize(
    ("grid", "options", "drawn", "note"),
    [
        ({"dropout": [0.2]}, {}, False, "There is one candidate: nothing to compare it with yet."),
        ({"dropout": [0.2, 0.4]}, {"pending": lambda i, s: True}, True, "No candidate has a score yet."),
        (
            {"dropout": [0.2, 0.4]},
            {"failed": lambda i, s: True},
            True,
            "Every candidate failed. The first one says: loss became NaN in epoch 3",
        ),
        (
            {"dropout": [0.2, 0.4]},
            {"score": lambda p, s: 0.5},
            True,
            "All 2 candidates that have a score have the same one.",
        ),
    ],
)
def test_little_to_show_is_said_in_a_sentence(
    make: Make, grid: dict[str, Any], options: dict[str, Any], drawn: bool, note: str
) -> None:
    data = parallel_data(make(grid, **options))
    assert data.drawn is drawn
    assert note in data.notes


def test_no_candidates_at_all() -> None:
    nothing: Any = np.array([], dtype=float)
    summary = Summary([], {"accuracy": nothing}, {"accuracy": nothing}, {}, {}, nothing, {}, [], [])
    info = {"name": "x", "axes": [], "plan": [], "scoring": {"metrics": ["accuracy"]}}
    data = parallel_data(Results(info, {}, None, summary))
    assert not data.drawn
    assert data.notes == ("There are no candidates yet.",)


def test_hostile_names_and_values_are_all_there(hostile: Results) -> None:
    data = parallel_data(hostile)
    assert len(data.candidates) == 128
    labels = set(itertools.chain.from_iterable(c.order for c in data.columns))
    assert {
        "</script><script>window.pwned=1</script>",
        "constructor",
        "__proto__",
        "(empty)",
        '"1"',
        "[64, 128]",
    } <= labels
    assert {"param_uid", "__proto__", "constructor", "", "한글"} <= {c.name for c in data.columns}
    assert not {"uid", "__proto__", "constructor", ""} & {c.key for c in data.columns}
