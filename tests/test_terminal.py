from __future__ import annotations

import json

import pytest

from gridlab.errors import GridlabError
from gridlab.records.best import save_account
from gridlab.records.results import load_results
from gridlab.terminal import as_csv, as_json, closing, leaderboard, listing


def flat(tmp_path, rows):
    file = tmp_path / "old.json"
    file.write_text(json.dumps(rows))
    return load_results(file)


@pytest.fixture
def results(tmp_path):
    scores = {"sgd": 0.25, "[red]adam[/red]": 0.75, ":smile:": None}
    rows = [{"optimizer": name, "epochs": 3, "mean_test_score": score} for name, score in scores.items()]
    return flat(tmp_path, rows)


def test_best_first_and_what_does_not_vary_below(results):
    lines = leaderboard(results).splitlines()
    assert lines[0].split()[:5] == ["rank", "mean", "±", "std", "optimizer"]
    assert lines[1].split()[:4] == ["1", "0.7500", "±", "–"]
    assert "the same for all: epochs=3" in lines


def test_values_are_shown_as_they_are(results):
    text = leaderboard(results)
    assert "[red]adam[/red]" in text
    assert ":smile:" in text


def test_top(results):
    assert "1 more candidates: --top 0 shows all" in leaderboard(results, top=2)
    assert len(as_csv(results, top=2).splitlines()) == 3
    assert len(json.loads(as_json(results, top=1))) == 1


@pytest.mark.parametrize(
    ("values", "sort", "wanted"),
    [
        ([3, 1, 2], "x", [1, 2, 3]),
        ([3, 1, 2], "-x", [3, 2, 1]),
        (["b", "a", "c"], "x", ["a", "b", "c"]),
        (["b", 2, None], "x", None),
        ([[2], [1], [1, 5]], "x", None),
        ([True, 0.5, "x"], "-x", None),
    ],
)
def test_any_column_can_be_sorted_by(tmp_path, values, sort, wanted):
    results = flat(tmp_path, [{"x": value, "mean_test_score": 0.5} for value in values])
    shown = [row["x"] for row in json.loads(as_json(results, sort=sort))]
    assert wanted is None or shown == wanted
    assert len(shown) == 3
    assert leaderboard(results, sort=sort)
    assert as_csv(results, sort=sort)


def test_an_unknown_column_is_refused(results):
    with pytest.raises(GridlabError, match="did you mean optimizer"):
        leaderboard(results, sort="optimzer")


def test_a_column_whose_name_begins_with_a_minus(tmp_path):
    results = flat(tmp_path, [{"-x": value, "mean_test_score": 0.5} for value in (2, 1)])
    assert [row["-x"] for row in json.loads(as_json(results, sort="-x"))] == [1, 2]


def test_a_table_is_as_wide_as_it_needs_to_be(tmp_path):
    results = flat(tmp_path, [{"x": letter * 300, "y": letter, "mean_test_score": 0.5} for letter in "ab"])
    assert "a" * 300 in leaderboard(results)


def test_a_list_with_a_run_that_cannot_be_read(tmp_path):
    (tmp_path / "broken").mkdir()
    (tmp_path / "broken" / "run.json").write_text("{")
    text = listing(tmp_path)
    assert str(tmp_path / "broken") in text


def test_the_closing_words_name_the_best_model(tmp_path, results):
    run = tmp_path / "run"
    run.mkdir()
    (run / "best.keras").touch()
    save_account(run, {"file": "best.keras", "test_scores": {"accuracy": 0.5, "roc_auc": None}})
    object.__setattr__(results, "folder", run)
    text = closing(results)
    assert f"best model: {run / 'best.keras'}, held-out test: accuracy 0.5000" in text
    assert "roc_auc" not in text
    assert text.endswith(f"see it: gridlab plot {run}")
