"""A sweep file as it stands: its text, its values, and the line on which each of them was written."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from gridlab.errors import Problem, nearest
from gridlab.sweep.plain import shown
from gridlab.sweep.reading import parse


@dataclass(frozen=True)
class Document:
    """What a file says, and where."""

    file: str
    """Its path, as the user named it."""
    text: str = ""
    """The file, verbatim."""
    value: Any = field(default_factory=dict)
    """Plain values: dict, list, str, int, float, bool, None."""
    lines: Mapping[str, int] = field(default_factory=dict)
    """Dotted key (`grid.dropout`, `grid[0].dropout[1]`) → its line, counted from 1."""
    overrides: tuple[str, ...] = ()
    """`KEY=VALUE` of each `--set`, in order; `value` has them in it."""

    @property
    def base(self) -> Path:
        """The folder of the file, from which it names others."""
        return Path(self.file).parent

    def placed(self, problems: Iterable[Problem]) -> list[Problem]:
        """The same problems, each knowing the file and line, or the `--set`, that it comes from; first lines first."""
        found = [self._placed(problem) for problem in problems]
        return sorted(found, key=lambda problem: problem.line or 0)

    def _placed(self, problem: Problem) -> Problem:
        for key in reversed([text.partition("=")[0] for text in self.overrides]):
            within = problem.key == key or problem.key.startswith((f"{key}.", f"{key}["))
            if within or (problem.key not in self.lines and key.startswith(f"{problem.key}.")):
                return replace(problem, file=f"--set {key}", line=None)
        return replace(problem, file=self.file, line=problem.line or self._line(problem.key))

    def _line(self, key: str) -> int | None:
        while key not in self.lines:
            above = re.sub(r"(\.[^.\[]*|\[\d+\])$", "", key)
            if above == key:
                return None
            key = above
        return self.lines[key]


def read_document(path: str | Path) -> tuple[Document, list[Problem]]:
    """The file at `path`, and everything that keeps it from being read."""
    file = str(path)
    try:
        text = Path(path).read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        found = f"byte 0x{error.object[error.start]:02x} is not UTF-8; save the file as UTF-8 text"
        return Document(file, value=None), [Problem(found, file=file, line=line)]
    except (OSError, ValueError) as error:
        return Document(file, value=None), [Problem(_why_not(Path(path), error), file=file)]
    value, lines, problems = parse(text.replace("\t", " ") if file.endswith(".json") else text)
    document = Document(file, text, value, lines)
    if not problems and not isinstance(value, dict):
        came = "is empty" if value is None else f"holds {shown(value)}"
        problems = [Problem(f"{came}; a sweep file holds keys: name, data, model, grid, …")]
    return document, document.placed(problems)


def _why_not(path: Path, error: Exception) -> str:
    if isinstance(error, FileNotFoundError):
        beside = [p.name for p in path.parent.glob("*") if p.suffix in {".yaml", ".yml", ".json"}]
        near = nearest(path.name, beside)
        return f"there is no such file{f'; did you mean {path.parent / near}?' if near else ''}"
    if isinstance(error, IsADirectoryError):
        return "is a folder; name a sweep file in it"
    return f"cannot be read: {(error.strerror if isinstance(error, OSError) else None) or error}"
