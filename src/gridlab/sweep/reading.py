"""YAML text → plain values, the line of every key, and all that is wrong with the text.

Numbers and words are read as YAML 1.2 means them: `1e-3` is a number, `on` and `no` are words, `012` is twelve, dates
stay text; and as in Python, `1_000` is a thousand. Aliases and merge keys work, JSON is YAML too.
"""

from __future__ import annotations

import math
import re
from typing import Any

import yaml

from gridlab.errors import Problem

MOST_VALUES = 100_000
"""Values that a text may hold, aliases written out: a few lines of nested aliases could fill the memory."""


def parse(text: str) -> tuple[Any, dict[str, int], list[Problem]]:
    """YAML text → its value, the line of every key, and all problems but the first syntax error's successors."""
    reader = _Reader()
    try:
        node = yaml.compose(text, Loader=_Loader)
        value = None if node is None else reader.item(node, "")
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        reader.problems.append(Problem(_syntax(error), line=mark.line + 1 if mark else None))
    except yaml.YAMLError as error:
        reader.problems.append(Problem(f"is not YAML: {' '.join(str(error).split())}"))
    except RecursionError:
        reader.problems.append(Problem("is nested too deep"))
    except (ValueError, OverflowError) as error:  # escapes beyond Unicode, numbers beyond reason
        reader.problems.append(Problem(f"is not YAML: {error}"))
    else:
        return value, reader.lines, reader.problems
    return None, reader.lines, reader.problems


def dotted(key: str, part: Any) -> str:
    """The key of a part: `grid` and `dropout` → `grid.dropout`, `grid` and 0 → `grid[0]`."""
    if isinstance(part, int) and not isinstance(part, bool):
        return f"{key}[{part}]"
    return f"{key}.{part}" if key else str(part)


class _Loader(yaml.SafeLoader):
    """Composes nodes by YAML 1.2's core schema; PyYAML's own resolvers are those of YAML 1.1."""

    yaml_implicit_resolvers: dict[str, Any] = {}  # noqa: RUF012  (how PyYAML wants it)


_NUMBER = "-+.0123456789"
_RESOLVED: list[tuple[str, str, str | None]] = [
    ("null", r"(~|null|Null|NULL|)\Z", None),
    ("bool", r"(true|True|TRUE|false|False|FALSE)\Z", "tTfF"),
    ("int", r"[-+]?(0x[0-9a-fA-F]+|0o[0-7]+|[0-9]+(_[0-9]+)*)\Z", _NUMBER),
    ("float", r"[-+]?(\.[0-9]+|[0-9]+(_[0-9]+)*(\.[0-9]*)?)([eE][-+]?[0-9]+)?\Z", _NUMBER),
    ("float", r"([-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN))\Z", _NUMBER),
    ("merge", r"<<\Z", "<"),
]
for _kind, _pattern, _first in _RESOLVED:
    _Loader.add_implicit_resolver(f"tag:yaml.org,2002:{_kind}", re.compile(_pattern), list(_first) if _first else None)


def _integer(text: str) -> int:
    sign, digits = (text[0], text[1:]) if text[:1] in {"-", "+"} else ("", text)
    return int(sign + digits, 0 if digits[:2] in {"0x", "0o"} else 10)


def _finite(text: str) -> float:
    number = float(re.sub(r"\.(?=inf|nan)", "", text.lower()))
    if not math.isfinite(number):
        raise ValueError
    return number


def _text(text: str) -> str:
    """JSON writes characters beyond the first 65,536 as two escapes; half of such a pair is no character."""
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le")


_SCALARS: dict[str, tuple[Any, str]] = {
    "null": (lambda text: None, "nothing"),
    "bool": (lambda text: {"true": True, "false": False}[text.lower()], "truth value"),
    "int": (_integer, "whole number"),
    "float": (_finite, "finite number"),
    "str": (_text, "text of whole characters"),
    "merge": (_text, "text"),
}


class _Reader:
    """Turns composed nodes into values, keeping lines and problems."""

    def __init__(self) -> None:
        self.lines: dict[str, int] = {}
        self.problems: list[Problem] = []
        self._within: set[int] = set()
        self._read = 0

    def read(self, node: yaml.Node, key: str) -> Any:
        """The value of a node, and of all below it; the line of the node itself is known."""
        self._read += 1
        if self._read > MOST_VALUES:
            raise ValueError(f"it holds more than {MOST_VALUES:,} values")
        if isinstance(node, yaml.ScalarNode):
            return self._scalar(node, key)
        if id(node) in self._within:
            return self._refuse(node, key, "refers to itself")
        self._within.add(id(node))
        try:
            if isinstance(node, yaml.SequenceNode) and node.tag.endswith(":seq"):
                return [self.item(child, dotted(key, i)) for i, child in enumerate(node.value)]
            if isinstance(node, yaml.MappingNode) and node.tag.endswith(":map"):
                return self._mapping(node, key)
        finally:
            self._within.discard(id(node))
        return self._refuse(node, key, _tagged(node))

    def item(self, node: yaml.Node, key: str) -> Any:
        """The value of a node that has no key's line."""
        self.lines[key] = node.start_mark.line + 1
        return self.read(node, key)

    def _mapping(self, node: yaml.MappingNode, key: str) -> dict[Any, Any]:
        values: dict[Any, Any] = {}
        for name_node, child in node.value:
            if name_node.tag.endswith(":merge"):
                values = {**self._merged(child, key), **values}
        written: dict[Any, int] = {}
        for name_node, child in node.value:
            if name_node.tag.endswith(":merge"):
                continue
            name = self._name(name_node, key)
            place, line = dotted(key, str(name)), name_node.start_mark.line + 1
            if name in written:
                self._refuse(name_node, place, f"stands here again; it is on line {written[name]} already")
                continue
            written[name] = self.lines[place] = line
            values[name] = self.read(child, place)
        return values

    def _merged(self, node: yaml.Node, key: str) -> dict[Any, Any]:
        parts = node.value if isinstance(node, yaml.SequenceNode) else [node]
        values: dict[Any, Any] = {}
        for part in parts:
            found = self.read(part, key) if isinstance(part, yaml.MappingNode) else None
            if not isinstance(found, dict):
                self._refuse(part, key, "<< takes a mapping, or a list of mappings")
                continue
            values = {**found, **values}
        return values

    def _name(self, node: yaml.Node, key: str) -> Any:
        if isinstance(node, yaml.ScalarNode):
            return self._scalar(node, key)
        self._refuse(node, key, "a key is a word; here stands a list or a mapping")
        return f"line {node.start_mark.line + 1}"

    def _scalar(self, node: yaml.ScalarNode, key: str) -> Any:
        convert, what = _SCALARS.get(node.tag.removeprefix("tag:yaml.org,2002:"), (None, ""))
        if convert is None:
            return self._refuse(node, key, _tagged(node))
        try:
            return convert(node.value)
        except (ValueError, KeyError):
            return self._refuse(node, key, f"{_short(node.value)} is no {what}")

    def _refuse(self, node: yaml.Node, key: str, message: str) -> None:
        self.problems.append(Problem(message, key=key, line=node.start_mark.line + 1))


def _tagged(node: yaml.Node) -> str:
    return f"the tag {node.tag.replace('tag:yaml.org,2002:', '!!')} is not read here: a sweep file holds plain values"


def _short(text: str) -> str:
    return repr(text if len(text) <= 40 else f"{text[:40]}…")


def _syntax(error: yaml.MarkedYAMLError) -> str:
    said = ", ".join(" ".join(part.split()) for part in (error.context, error.problem) if part)
    if r"'\t'" in said:
        return "is not YAML: here stands a tab; indent with spaces"
    return f"is not YAML: {said}"
