"""Provenance, as a page shows it: the sweep file word for word, versions, machine, data, command."""

from __future__ import annotations

import json
import shlex
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import yaml

from gridlab.plots.page import escape

if TYPE_CHECKING:
    from gridlab.records.results import Results


def origin(results: Results) -> dict[str, str]:
    """Where the numbers come from: what it is → its text; what is not known is left out."""
    info, known = results.info, results.info.get("provenance") or {}
    data, versions = info.get("data") or {}, known.get("versions") or {}
    git = known.get("git") or {}
    facts = {
        "Command": shlex.join(map(str, known.get("command") or ())),
        "Overrides": ", ".join(map(str, info.get("overrides") or ())),
        "Data": str(data.get("name") or ""),
        "Data fingerprint": str(data.get("fingerprint") or ""),
        "Processor": _joined(known.get("cpu"), known.get("cores") and f"{known['cores']} cores"),
        "Memory": f"{known['memory_gb']} GB" if known.get("memory_gb") else "",
        "GPU": "; ".join(map(str, known.get("gpu") or ())) or ("none" if known else ""),
        "System": _joined(known.get("platform"), known.get("python") and f"Python {known['python']}"),
        "Versions": ", ".join(
            f"{name} {version}" for name, version in {"gridlab": known.get("gridlab"), **versions}.items() if version
        ),
        "Code": f"git {git['revision']}{', with changes that are not committed' * bool(git.get('dirty'))}"
        if git.get("revision")
        else "",
        "Started": str(known.get("started") or ""),
        "Finished": str(known.get("finished") or ""),
    }
    return {name: text for name, text in facts.items() if text}


def source(results: Results) -> tuple[str, str]:
    """The sweep as a file, and its name: word for word where it came from one, else written out from its spec."""
    info = results.info
    if info.get("source"):
        return str(info["source"]), str(info.get("source_file") or "sweep.yaml")
    spec = info.get("spec")
    if not spec:
        return "", ""
    try:
        return yaml.safe_dump(_plain(spec), sort_keys=False, allow_unicode=True), "made in Python; as YAML"
    except yaml.YAMLError:
        return json.dumps(spec, indent=2, ensure_ascii=False), "made in Python; as JSON"


def written(results: Results) -> str:
    """The section of a page, as HTML."""
    facts = "".join(
        f"<div><dt>{escape(name)}</dt><dd>{escape(text)}</dd></div>" for name, text in origin(results).items()
    )
    text, name = source(results)
    file = (
        f"<details><summary>Sweep file <small>{escape(name)}</small></summary><pre>{escape(text)}</pre></details>"
        if text
        else ""
    )
    return f'<dl class="origin">{facts}</dl>{file}'


def _plain(spec: Mapping[str, Any]) -> Any:
    return json.loads(json.dumps(spec))


def _joined(*parts: Any) -> str:
    return ", ".join(str(part) for part in parts if part)
