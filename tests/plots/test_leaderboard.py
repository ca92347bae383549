from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gridlab.plots import leaderboard
from gridlab.plots.leaderboard import Board, board, failures, seconds
from gridlab.records.insights.insight import Insights, Leader

if TYPE_CHECKING:
    from gridlab.records.results import Results

BEST = Leader(4, 1, {"a": 1, "b": "<i>"}, 0.91, 0.90, 0.92, (0.9, 0.92), 12.0, True, None, False)
CHEAP = Leader(2, 2, {"a": 2}, 0.905, 0.89, 0.92, (0.9, 0.91), 3.0, True, 0.4, True)
WORST = Leader(0, 3, {"a": 3, "b": "x"}, 0.5, None, None, (0.5, None), None, False, 0.001, False)


def told(*leaders: Leader, top: int = 15) -> Board:
    found = board(Insights("run", "accuracy", (), (), leaders, None), ["a", "b"], top)
    assert found is not None
    return found


def test_ties_and_totals_are_counted_over_all_candidates() -> None:
    found = told(BEST, CHEAP, WORST, top=1)
    assert [leader.candidate for leader in found.leaders] == [4, 2]  # the cheapest comes on top of those asked for
    assert (found.tied, found.total, found.digits) == (2, 3, 4)
    assert "and 1 more candidates" in leaderboard.written(found)


def test_the_summary_names_ties_and_the_cheap_one() -> None:
    words = leaderboard.summary(told(BEST, CHEAP, WORST))
    assert words.startswith("1 of the 2 others cannot be told from the best by these splits.")
    assert words.endswith("is rank 2: 0.9050 in 3 s a fit.")
    assert leaderboard.summary(told(BEST, WORST)) == "The best is better than each of the 1 others."
    assert leaderboard.summary(told(BEST)) == ""


def test_what_could_not_be_tested_is_not_called_tied() -> None:
    unknown = [leader._replace(tied=None, p=None, cheapest=False) for leader in (BEST, CHEAP)]
    assert told(*unknown).tied is None
    assert "tied" not in leaderboard.written(told(*unknown))


def test_a_row_has_score_marks_interval_splits_parameters_and_time() -> None:
    page = leaderboard.written(told(BEST, CHEAP, WORST))
    rows = page.split("<tbody>")[1].split("</tr>")
    assert 'data-candidate="4"' in rows[0]
    assert all(part in rows[0] for part in (">best<", "0.9000 to 0.9200", "0.9100", "&lt;i&gt;", ">12<"))
    assert all(part in rows[1] for part in (">tied<", ">cheapest<", '<td class="">–</td>', "adjusted p = 0.4"))
    assert rows[2].count("–") == 2  # a split and the time


def test_many_splits_are_dots_only() -> None:
    page = leaderboard.written(told(BEST._replace(splits=(0.9,) * 10)))
    assert "split 3" not in page
    assert page.count("<s ") == 10


def test_the_plain_table_needs_no_style() -> None:
    page = leaderboard.plain(told(BEST, CHEAP))
    assert "strip" not in page
    assert "tied, cheapest" in page
    assert "&lt;i&gt;" in page


def test_without_a_score_there_is_no_board() -> None:
    assert board(Insights("run", "accuracy", (), (), (), None), []) is None


def test_why_candidates_failed_is_said_once_for_each_reason(broken: Results, fc3: Results) -> None:
    assert failures(broken) == [("loss became NaN in epoch 3", 3)]
    assert failures(fc3) == []


def test_seconds_have_three_figures() -> None:
    times: list[Any] = [seconds(value) for value in (0.0123, 12.345, 1234.5)]
    assert times == ["0.0123 s", "12.3 s", "1,234 s"]
