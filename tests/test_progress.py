from __future__ import annotations

import io
import re
from pathlib import Path

import pytest
from rich.console import Console

from gridlab import progress
from gridlab.progress import Bar, Cell, Lines, Standing, opening, reporter, spelled
from gridlab.records.record import FitRecord
from gridlab.training.plan import Planned


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def record(dropout, score, split=0, status="ok"):
    scores = {} if score is None else {"accuracy": score}
    return FitRecord(f"{dropout}/{split}", {"dropout": dropout, "epochs": 3}, split, status, scores=scores)


def planned(recorded=(), fits=6, workers=2):
    return Planned(Path("results/x"), fits // 2, 2, fits, list(recorded), "accuracy", ("dropout",), workers, "single")


def test_rate_and_time_left_count_from_the_first_fit_of_this_run():
    clock = Clock()
    standing = Standing(planned([record(0.1, 0.5)]), clock)
    assert (standing.done, standing.rate, standing.seconds_left) == (1, None, None)
    assert str(standing) == "1/6 fits"
    clock.now += 60  # starting up
    standing.add(record(0.1, 0.7, 1))
    assert standing.rate is None
    for i in range(2):
        clock.now += 4
        standing.add(record(0.2, 0.5, i))
    assert standing.rate == pytest.approx(0.25)
    assert standing.seconds_left == pytest.approx(8)
    assert str(standing) == "4/6 fits, 0.25 fits/s, 0:08 left, best 0.6000 ± 0.1000  dropout=0.1"


def test_fits_that_come_at_once_have_no_rate():
    standing = Standing(planned(), Clock())
    standing.add(record(0.1, 0.5))
    standing.add(record(0.1, 0.5, 1))
    assert standing.rate is None


def test_fits_under_way_move_the_rate_and_the_time_left_before_any_is_done():
    clock = Clock()
    standing = Standing(planned(), clock)
    standing.progress(0.5)
    assert (standing.rate, str(standing)) == (None, "0/6 fits, 8% of the training")
    clock.now += 10
    standing.progress(1.5)
    assert standing.rate == pytest.approx(0.1)
    assert standing.seconds_left == pytest.approx(45)
    standing.add(record(0.1, 0.5))  # most of what was behind it was counted
    assert standing.completed == pytest.approx(1.5)
    standing.progress(0.0)
    assert (standing.completed, str(standing).partition(",")[0]) == (1, "1/6 fits")


def test_what_is_under_way_is_never_more_than_what_is_left():
    standing = Standing(planned(), Clock())
    standing.progress(99.0)
    for i in range(6):
        standing.add(record(0.1 * i, 0.5))
    assert (standing.completed, standing.begun) == (6, 0)


def test_the_best_is_one_that_was_trained_on_every_split():
    standing = Standing(planned(), Clock())
    standing.add(record(0.1, 0.99))
    assert standing.best == ""
    standing.add(record(0.2, 0.5))
    standing.add(record(0.2, 0.7, 1))
    assert standing.best == "best 0.6000 ± 0.1000  dropout=0.2"
    standing.add(record(0.1, 0.97, 1))
    assert standing.best.startswith("best 0.9800")
    standing.add(record(0.3, 0.2))
    standing.add(record(0.3, 0.2, 1))
    assert standing.best.startswith("best 0.9800")


def test_failed_fits_are_counted_and_never_best():
    standing = Standing(planned(), Clock())
    standing.add(record(0.1, None, 0, "failed"))
    standing.add(record(0.1, 0.9, 1))
    assert str(standing) == "2/6 fits, 1 failed"


def test_a_score_that_is_lower_but_first_goes_when_scores_are_negative():
    standing = Standing(planned(), Clock())
    for dropout, score in ((0.1, -3.0), (0.2, -1.0), (0.3, -2.0)):
        for split in range(2):
            standing.add(record(dropout, score, split))
    assert standing.best.startswith("best -1.0000")


def test_spelled_leaves_out_what_all_share():
    assert spelled({"dropout": 0.1, "epochs": 3, "optimizer": "Adam"}, ("optimizer", "dropout", "absent")) == (
        "optimizer=Adam dropout=0.1"
    )


@pytest.mark.parametrize(
    ("plan", "said"),
    [
        (planned(), "results/x: 3 candidates × 2 splits = 6 fits; engine single, 2 workers"),
        (planned(workers=1), "= 6 fits; engine single, 1 worker"),
        (planned(workers=0), "= 6 fits; engine single, this process"),
        (planned([record(0.1, 0.5)]), "= 6 fits, 1 of them done already; engine single"),
        (planned([record(0.1, 0.5, i) for i in range(2)], fits=2), "= 2 fits, all recorded already: nothing to train"),
    ],
)
def test_the_opening_line(plan, said):
    assert said in opening(plan)
    assert "\n" not in opening(plan)


def test_lines_come_now_and_then_and_at_the_end():
    clock, stream = Clock(), io.StringIO()
    lines = Lines(stream, clock)
    lines.looking(1)
    lines.planned(planned())
    lines.progressed(0.1)
    for i in range(6):
        clock.now += 4
        lines.recorded(record(0.1 * (i // 2), 0.5, i % 2))
    lines.noted("the tail was torn")
    lines.refitting({})
    lines.closed()
    said = stream.getvalue().splitlines()
    assert said[:2] == ["looking at 1 candidate, to choose what trains them", opening(planned())]
    assert [line.split(",")[0] for line in said[2:4]] == ["3/6 fits", "6/6 fits"]
    assert said[4:] == ["note: the tail was torn", "training the best candidate on all training data"]


def run(told, fits=6):
    told.planned(planned(fits=fits))
    told.noted("[bold]<b>a note")
    told.progressed(0.25)
    for i in range(fits):
        told.recorded(record(0.1 * (i // 2), 0.5, i % 2))
    told.refitting({})
    told.closed()


def test_a_bar_in_a_terminal():
    stream = io.StringIO()
    console = Console(file=stream, force_terminal=True, width=200, color_system=None)
    run(Bar(console))
    shown = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", stream.getvalue())
    assert "note: [bold]<b>a note" in shown
    assert "training the best candidate on all training data" in shown
    assert "━" in shown
    last = shown.rstrip().splitlines()[-1]
    assert last.startswith("6/6 fits, ")
    assert last.endswith("best 0.5000 ± 0.0000  dropout=0.0")


def test_long_words_are_cut_and_not_the_bar():
    stream = io.StringIO()
    run(Bar(Console(file=stream, force_terminal=True, width=60, color_system=None)))
    shown = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", stream.getvalue())
    drawn = [line for line in re.split(r"[\r\n]", shown) if "━" in line]
    assert drawn
    assert all(re.match(r".{24} (\d/6 fits|training)", line) for line in drawn)
    assert any(line.rstrip().endswith("…") for line in drawn)


def test_a_bar_is_not_drawn_where_nothing_is_trained_and_stops_when_interrupted():
    stream = io.StringIO()
    console = Console(file=stream, force_terminal=True, width=200)
    done = Bar(console)
    done.planned(planned([record(0.1, 0.5, i) for i in range(2)], fits=2))
    done.closed()
    assert "nothing to train" in stream.getvalue()
    assert "━" not in stream.getvalue()
    stopped = Bar(console)
    stopped.planned(planned())
    stopped.closed()
    stopped.closed()
    assert console._live_stack == []


class Display:
    """Stands for IPython's display: remembers what is shown."""

    def __init__(self) -> None:
        self.shown: list[str] = []

    def __call__(self, thing, display_id):
        assert display_id is True
        self.update(thing)
        return self

    def update(self, thing) -> None:
        self.shown.append(thing._repr_html_())


def test_a_line_in_a_notebook_that_moves():
    display = Display()
    run(Cell(display))
    assert display.shown[1].endswith(opening(planned()))
    shown = " ".join(display.shown)
    assert '<progress value="0.25" max="6"></progress> 0/6 fits, 4% of the training' in shown
    assert '<progress value="3" max="6"></progress> 3/6 fits' in shown
    last = display.shown[-1]
    assert last.startswith("6/6 fits")
    assert "<progress" not in last
    assert last.endswith("<br>note: [bold]&lt;b&gt;a note")


def test_a_line_in_a_notebook_escapes_what_parameters_say():
    display = Display()
    cell = Cell(display)
    cell.planned(planned())
    for split in range(2):
        cell.recorded(record("<script>alert(1)</script>", 0.5, split))
    assert "<script>" not in "".join(display.shown)
    assert "&lt;script&gt;" in display.shown[-1]


def test_which_reporter_fits(monkeypatch):
    monkeypatch.setitem(progress.sys.modules, "ipykernel", None)
    monkeypatch.delitem(progress.sys.modules, "ipykernel")
    monkeypatch.setattr(progress, "Console", lambda stderr: Console(file=io.StringIO(), force_terminal=True))
    assert type(reporter()) is Bar
    monkeypatch.setattr(progress, "Console", lambda stderr: Console(file=io.StringIO(), force_terminal=False))
    assert type(reporter()) is Lines
