from __future__ import annotations

import itertools

from hypothesis import given
from hypothesis import strategies as st

from gridlab.plots.sampling import sample

sizes = st.integers(0, 3000)


@given(sizes, sizes, st.integers(40, 500))
def test_never_more_than_asked_none_twice_and_in_their_order(n_ranked: int, n_unscored: int, limit: int) -> None:
    everyone = list(range(n_ranked + n_unscored))
    found = sample(everyone[:n_ranked], everyone[n_ranked:], limit)
    assert len(found.indices) == min(limit, len(everyone))
    assert found.indices == sorted(set(found.indices))


@given(st.integers(200, 3000), sizes)
def test_the_best_and_the_worst_are_kept(n_ranked: int, n_unscored: int) -> None:
    ranked = list(range(n_ranked))
    found = sample(ranked, [-1] * n_unscored, 100)
    scored = [i for i in found.indices if i >= 0]
    assert scored[: found.best] == ranked[: found.best]
    assert scored[len(scored) - found.worst :] == ranked[len(ranked) - found.worst :]
    assert found.best >= 20
    assert found.worst >= 4


def test_the_others_come_from_every_rank_between() -> None:
    found = sample(range(10_000), [], 1000)
    middle = found.indices[found.best : -found.worst]
    assert max(b - a for a, b in itertools.pairwise(middle)) < 3 * 10_000 / len(middle)


def test_equal_scores_do_not_hide_a_value_of_the_fastest_axis() -> None:
    found = sample(range(10_000), [], 2000)  # all equal: in the grid's order, whose fastest axis has five values
    share = [sum(i % 5 == value for i in found.indices[found.best :]) for value in range(5)]
    assert min(share) > 0.8 * max(share)


def test_failed_candidates_keep_a_place() -> None:
    found = sample(range(100_000), range(100_000, 110_000), 20_000)
    assert sum(i >= 100_000 for i in found.indices) == 1000


def test_the_same_every_time() -> None:
    assert sample(range(5000), [], 100) == sample(range(5000), [], 100)
