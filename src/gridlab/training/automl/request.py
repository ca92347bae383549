"""The data, folds, scoring and seed of an AutoKeras search: as a run had them, or from the command line."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from gridlab.errors import GridlabError, SpecError, unsaid
from gridlab.records.results import load_results
from gridlab.sweep.document import Document
from gridlab.sweep.overrides import override
from gridlab.sweep.reading import parse
from gridlab.sweep.spec import SweepSpec
from gridlab.training.check import check_spec
from gridlab.training.retrain import base_of

SHARED = ("data", "cv", "scoring", "seed")
"""What a search takes over from a run."""
STAND_IN = {"model": "fc3", "grid": {}}
"""A sweep has a model; this one is never trained."""
ENDINGS = {".csv": "csv", ".parquet": "parquet", ".pq": "parquet", ".npz": "npz", ".idx": "idx"}


def requested(
    name: str, data: str | None, like: Path | None, overrides: Iterable[str]
) -> tuple[SweepSpec, dict[str, Any]]:
    """The checked spec of a search, and what `run.json` keeps of where it comes from.

    Args:
        name: the run's.
        data: a data set's name, a file, a folder of images, or what stands under `data:` as YAML.
        like: a run, instead: its data, folds, scoring and seed.
        overrides: `KEY=VALUE`, as `--set` takes them.

    Raises:
        SpecError: everything wrong with it, at once.
        GridlabError: `like` is no run, or one of Python's objects.
    """
    value = _of_run(like) if like is not None else {"data": _read(str(data))}
    file = value.pop("file", "")
    document, problems = override(Document(file or "--data", value={"name": name, **STAND_IN, **value}), overrides)
    spec = SweepSpec.model_validate({"base": document.base, **document.value})
    problems += unsaid(document.placed(check_spec(spec, document)), problems)
    if problems:
        raise SpecError(problems)
    return spec, {"source_file": file, "overrides": list(document.overrides)}


def _of_run(run: Path) -> dict[str, Any]:
    results = load_results(run)
    written: Mapping[str, Any] = results.info.get("spec", {})
    if "data" not in written or "arrays" in written["data"]:
        raise GridlabError(f"{run}: its data are not to be found again; --data names them")
    file = str(base_of(results) / "run")
    return {"file": file, **{key: written[key] for key in SHARED if key in written}}


def _read(text: str) -> Any:
    """What `--data` says, as it would stand under `data:`."""
    if text.lstrip().startswith("{"):
        value, _, problems = parse(text)
        if problems:
            raise SpecError([replace(problem, file="--data", line=None) for problem in problems])
        return value
    path = Path(text)
    ending = Path(path.name.lower().removesuffix(".gz")).suffix
    if path.is_dir():
        return {"name": "images", "path": text}
    return {"name": ENDINGS[ending], "path": text} if ending in ENDINGS else text
