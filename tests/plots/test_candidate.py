from __future__ import annotations

from typing import TYPE_CHECKING

from gridlab.plots import candidate
from gridlab.plots.details import details
from gridlab.plots.parallel_data import parallel_data
from gridlab.records.results import Results

if TYPE_CHECKING:
    from collections.abc import Callable

    Make = Callable[..., Results]


def test_the_panel_gets_what_is_kept_best_first(predicted: Results) -> None:
    given = candidate.values(parallel_data(predicted), details(predicted, [0, 2]), "accuracy", ("a", "b", "c"))
    assert given is not None
    assert given["order"] == [0, 2]
    assert given["curves"][2]["epochs"] == (1, 2, 3, 4, 5)
    assert (given["metric"], given["classes"], given["error"]) == ("accuracy", ("a", "b", "c"), None)


def test_without_curves_the_first_can_be_chosen_all_the_same(make: Make) -> None:
    many = make({"a": list(range(70))})
    given = candidate.values(parallel_data(many), details(many, [0]), "accuracy", ())
    assert given is not None
    assert len(given["order"]) == candidate.LISTED


def test_why_a_candidate_failed_is_told(broken: Results) -> None:
    given = candidate.values(parallel_data(broken), details(broken, [0]), "accuracy", ())
    assert given is not None
    assert given["error"] == "error"


def test_no_candidate_no_panel(fc3: Results) -> None:
    empty = Results({**fc3.info, "plan": []}, {})
    assert candidate.values(parallel_data(empty), details(empty, []), "accuracy", ()) is None
