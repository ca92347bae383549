"""`--data train.csv`: other data for a sweep file, said shortly, as the `--set data=…` that it stands for."""

from __future__ import annotations

import gzip
import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from gridlab.errors import GridlabError
from gridlab.sweep.document import read_document

FORMATS: dict[str, str] = {
    r"\.csv(\.gz)?$": "csv",
    r"\.(parquet|pq)$": "parquet",
    r"\.npz$": "npz",
    r"(idx\d?-ubyte|\.idx\d?|\.ubyte)(\.gz)?$": "idx",
}
"""How a file's name ends → the data set that reads it."""

KEPT = ("label", "image_shape", "test_size", "task")
"""Options of the sweep's own data that are kept: what they ask of one data set makes sense of another."""


def data_override(given: str, sweep: Path) -> str:
    """`data=…` for `--set`.

    A file becomes `{name: csv, path: …}` by its name, a folder a folder of images; anything else is a data set's name,
    or a mapping in YAML. The sweep's own label, held-out part and task are kept; where it wants images, so is that,
    whatever the new ones' size. Pixels of Kaggle's files (columns `pixel0`, …) are divided by 255.

    Args:
        given: what stands after `--data`.
        sweep: the sweep file.

    Raises:
        GridlabError: a file of a kind that no data set reads.
    """
    if given.lstrip().startswith("{"):
        return f"data={given}"
    before = _before(sweep)
    name = _format(given)
    value: dict[str, Any] = {"name": given} if name is None else {"name": name, "path": given}
    value |= {key: before[key] for key in KEPT if before.get(key) is not None and (key != "label" or name == "csv")}
    if "image_shape" in value:
        value["image_shape"] = "square"
    if name == "csv" and re.search(r"\bpixel_?\d", _first_line(Path(given))):
        value["scale"] = 255
    return f"data={json.dumps(value, ensure_ascii=False)}"


def _format(given: str) -> str | None:
    """The data set that reads a file of that name; None if it is none."""
    for ending, name in FORMATS.items():
        if re.search(ending, given, re.IGNORECASE):
            return name
    if Path(given).is_dir():
        return "images"
    if Path(given).is_file():
        raise GridlabError(
            f"--data {given}: its name does not tell what it is (.csv, .parquet, .npz, -idx3-ubyte, each but .npz also "
            "with .gz); --data '{name: csv, path: …}' does"
        )
    return None


def _before(sweep: Path) -> Mapping[str, Any]:
    """The options of the sweep's own data; none where there are none, or the file cannot be read."""
    document, _ = read_document(sweep)
    data = document.value.get("data") if isinstance(document.value, Mapping) else None
    return data if isinstance(data, Mapping) else {}


def _first_line(file: Path) -> str:
    """The header, if the file is there; what is wrong with it is said when it is read."""
    try:
        with gzip.open(file) if file.suffix == ".gz" else file.open("rb") as lines:
            return str(lines.readline(2**20), "utf-8", "replace")
    except OSError:
        return ""
