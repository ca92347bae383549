"""What goes wrong is said once, completely and kindly."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gridlab.errors import GridlabError, Problem, SpecError, described, did_you_mean, nearest, unsaid


@pytest.mark.parametrize(
    ("problem", "text"),
    [
        (Problem("is missing"), "is missing"),
        (Problem("is missing", "grid"), "grid: is missing"),
        (Problem("is missing", "grid", "a.yaml"), "a.yaml: grid: is missing"),
        (Problem("is odd", "grid.dropout", "a.yaml", 7), "a.yaml:7: grid.dropout: is odd"),
        (Problem("is odd", "cv", "--set cv"), "--set cv: is odd"),
        (Problem("is odd", "cv.folds", "--set cv"), "--set cv: cv.folds: is odd"),
    ],
)
def test_a_problem_says_where_it_stands_and_nothing_twice(problem: Problem, text: str) -> None:
    assert str(problem) == text


def test_a_spec_error_says_all_its_problems_one_a_line() -> None:
    error = SpecError([Problem("is missing", "name"), Problem("is odd", "cv")])
    assert isinstance(error, GridlabError)
    assert str(error) == "name: is missing\ncv: is odd"
    assert [problem.key for problem in error.problems] == ["name", "cv"]


def test_the_nearest_known_word() -> None:
    words = ["dropout", "learning_rate", "batch_norm"]
    assert nearest("learning_rte", words) == "learning_rate"
    assert nearest("Dropout", words) == "dropout"
    assert nearest("adam", ["Adam", "SGD"]) == "Adam"
    assert nearest("xyz", words) is None


def test_did_you_mean_lists_all_that_is_known() -> None:
    assert did_you_mean("lr", ["dropout", "batch_norm"]) == "known: batch_norm, dropout"
    assert did_you_mean("dropuot", ["dropout"], "it takes") == "did you mean dropout? (it takes dropout)"
    assert did_you_mean("x", []) == "known: none"


def test_of_many_known_words_only_the_nearest_are_listed() -> None:
    text = did_you_mean("word7", [f"word{i}" for i in range(100)])
    assert text.startswith("did you mean word7? (known: word7, ")
    assert text.endswith(", …)")
    assert text.count("word") == 9


@given(st.text(), st.lists(st.text()))
def test_did_you_mean_takes_any_words(word: str, known: list[str]) -> None:
    assert isinstance(did_you_mean(word, known), str)


def test_what_was_said_of_a_whole_is_not_said_of_its_parts() -> None:
    said = [Problem("is odd", "grid.dropout"), Problem("is odd", "data")]
    more = [Problem("again", key) for key in ("grid.dropout", "grid.dropout[0]", "data.path", "grid.dropout2", "model")]
    assert [problem.key for problem in unsaid(more, said)] == ["grid.dropout2", "model"]
    assert unsaid(more, [Problem("of the file as such")]) == more


def test_an_exception_in_one_line_has_no_colours():
    assert described(ValueError("\x1b[1mno\nsuch\x1b[0m shape")) == "ValueError: no such shape"
