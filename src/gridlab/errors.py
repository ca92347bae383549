"""What can go wrong, said once, completely and kindly; imports nothing of gridlab."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass


class GridlabError(Exception):
    """Anything gridlab refuses: the command line prints its text, without a traceback, and exits with 2."""


class DataError(GridlabError):
    """A data set that cannot be used, in one sentence naming the file and the place in it."""


class StoreError(GridlabError):
    """A run folder that cannot be read or written."""


class RunLockedError(StoreError):
    """Another process is writing this run."""


@dataclass(frozen=True)
class Problem:
    """One thing wrong with a sweep file: where it stands, and what goes instead."""

    message: str
    key: str = ""
    file: str = ""
    line: int | None = None

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}" if self.file and self.line else self.file
        key = "" if place == f"--set {self.key}" else self.key
        return ": ".join(part for part in (place, key, self.message) if part)


class SpecError(GridlabError):
    """A sweep that cannot run; `problems` holds everything wrong with it, not only the first."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(map(str, self.problems)))


def unsaid(problems: Iterable[Problem], said: Iterable[Problem]) -> list[Problem]:
    """The problems without those whose key, or a part that it belongs to, has been complained of already."""
    keys = {problem.key for problem in said if problem.key}
    return [p for p in problems if not any(p.key == key or p.key.startswith((f"{key}.", f"{key}[")) for key in keys)]


def nearest(word: str, known: Iterable[str]) -> str | None:
    """The known word that this one was probably meant to be, if any is near.

    >>> nearest("learning_rte", ["dropout", "learning_rate"])
    'learning_rate'
    """
    folded = {other.casefold(): other for other in known}
    near = difflib.get_close_matches(word.casefold(), sorted(folded), n=1, cutoff=0.6)
    return folded[near[0]] if near else None


def did_you_mean(word: str, known: Iterable[str], intro: str = "known:", most: int = 16) -> str:
    """'did you mean learning_rate? (known: batch_norm, …)': the nearest known word, and all, or the nearest of many.

    >>> did_you_mean("learning_rte", ["dropout", "learning_rate"])
    'did you mean learning_rate? (known: dropout, learning_rate)'
    """
    words = sorted(set(known))
    near = nearest(word, words)
    if len(words) > most:
        words = [*difflib.get_close_matches(word, words, n=most // 2, cutoff=0), "…"]
    listed = f"{intro} {', '.join(words) or 'none'}"
    return f"did you mean {near}? ({listed})" if near else listed


def described(error: BaseException) -> str:
    """An exception in one line, without the colours that some libraries put into theirs."""
    text = " ".join(re.sub(r"\x1b\[[0-9;]*m", "", str(error)).split())
    return f"{type(error).__name__}: {text}"[:500] if text else type(error).__name__
