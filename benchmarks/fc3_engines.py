"""The FC3 grid through stock scikit-learn, KerasTuner, Optuna and both engines of gridlab: seconds, memory, ratios.

    python benchmarks/fc3_engines.py                      the grid of 96 candidates on 10,000 Kannada digits: an hour
    python benchmarks/fc3_engines.py --sweep digits       the grid of sweeps/fc3.yaml, on scikit-learn's digits
    python benchmarks/fc3_engines.py --sweep corner       an eighth of that grid, on the same 10,000: ten minutes
    python benchmarks/fc3_engines.py --quick              a corner of the grid on 3,000 digits: minutes
    python benchmarks/fc3_engines.py --only stock vmap    some of the ways

Every way trains the same candidates on the same 3 stratified folds, each in a process of its own and alone on the
machine, imports and worker processes and compilation included. The first vmap run finds no compiled program, the
second one has another seed. Peers that are not installed are skipped by name. The data lies in ../shared/data or
$GRIDLAB_DATA.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import re
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import peers
from grids import FOLDS, GRIDS, IMAGES, LIMITS, candidates
from measure import Measured, measure


def spec(name: str, engine: str, seed: int) -> dict[str, Any]:
    """The sweep, as a file says it."""
    source = "digits" if name == "digits" else {"name": "idx", "path": str(IMAGES), "limit": LIMITS[name]}
    common = {"name": f"{engine}-{seed}", "data": source, "model": "fc3", "grid": GRIDS[name], "cv": FOLDS}
    return {**common, "engine": engine, "seed": seed}


def gridlab(name: str, engine: str, seed: int, folder: Path) -> Measured:
    """`gridlab run`, as a user types it."""
    file = folder / f"{engine}-{seed}.yaml"
    file.write_text(json.dumps(spec(name, engine, seed)), encoding="utf-8")
    command = [sys.executable, "-m", "gridlab", "run", str(file), "--results", str(folder)]
    return measure(command, {"XDG_CACHE_HOME": str(folder)})


def _phases(name: str, _: int) -> None:
    began = time.perf_counter()
    from phases import account

    from gridlab.sweep.spec import SweepSpec
    from gridlab.training.plan import make_plan

    imported = time.perf_counter() - began
    print(account(make_plan(SweepSpec.model_validate(spec(name, "vmap", 1))), imported))


def _arithmetic(name: str, _: int) -> None:
    from arithmetic import peaks

    print(json.dumps(peaks()))


WAYS: dict[str, tuple[str | None, Callable[[str, int], None]]] = {
    "stock": (None, peers.stock),
    "keras_tuner": ("keras_tuner", peers.keras_tuner),
    "optuna": ("optuna", peers.optuna),
    "phases": (None, _phases),
    "arithmetic": (None, _arithmetic),
}
"""What a way needs installed, and what it runs in its own process."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sweep", choices=sorted(GRIDS), default="kannada")
    parser.add_argument("--quick", action="store_true")
    parser.add_argument(
        "--only", nargs="+", default=[], help="stock, stock-all-cores, keras_tuner, optuna, single, vmap"
    )
    parser.add_argument("--alone", choices=sorted(WAYS), help=argparse.SUPPRESS)
    parser.add_argument("--jobs", type=int, default=1, help=argparse.SUPPRESS)
    given = parser.parse_args()
    name = "quick" if given.quick else given.sweep
    if given.alone:
        WAYS[given.alone][1](name, given.jobs)
        return
    compare(name, given.only)


def compare(name: str, only: list[str]) -> None:
    """Run every way and print the table."""
    n = len(list(candidates(name))) * FOLDS
    print(f"{name}: {n} fits ({n // FOLDS} candidates x {FOLDS} folds)")
    found: dict[str, Measured] = {}
    with tempfile.TemporaryDirectory() as folder:
        for way, run in _ways(name, Path(folder)):
            if only and way.split(" ")[0] not in only:
                continue
            found[way] = run()
            one, stock_s = found[way], found.get("stock")
            ratio = f"{stock_s.seconds / one.seconds:6.1f} x stock" if stock_s else ""
            print(
                f"{way:24} {one.seconds:8.1f} s {n / one.seconds:7.2f} fits/s {one.peak / 1e6:7.0f} MB  {ratio}",
                flush=True,
            )
        if "vmap" in found:
            print(_where_time_goes(name, Path(folder), found["vmap"]))


def _where_time_goes(name: str, folder: Path, run: Measured) -> str:
    """Of vmap: the parts of its time, in one process; and the arithmetic that the whole command reached in training."""
    from arithmetic import reached

    parts = _alone(name, "phases", env={"KERAS_BACKEND": "jax", "XDG_CACHE_HOME": str(folder / "phases")}).output
    peaks: dict[str, float] = json.loads(_alone(name, "arithmetic").output.splitlines()[-1])
    said = re.search(r"(\d+) workers?", run.output)
    workers = int(said[1]) if said else 1
    gflops = reached(folder / "vmap-1", 64 if name == "digits" else 784, workers)
    of = ", ".join(f"{gflops / peak:.0%} of the {peak:.0f} of {by}" for by, peak in peaks.items())
    return f"{parts}arithmetic while {workers} workers train: {gflops:.0f} GFLOP/s; in plain matrix products {of}"


def _alone(name: str, way: str, jobs: int = 1, env: dict[str, str] | None = None) -> Measured:
    """A way in a process of its own."""
    command = [sys.executable, __file__, "--sweep", name, "--alone", way, "--jobs", str(jobs)]
    return measure(command, {"TF_CPP_MIN_LOG_LEVEL": "3", **(env or {})})


def _ways(name: str, folder: Path) -> Iterator[tuple[str, Callable[[], Measured]]]:
    yield "stock", lambda: _alone(name, "stock")
    yield "stock-all-cores", lambda: _alone(name, "stock", -1)
    for way in ("keras_tuner", "optuna"):
        needs, _ = WAYS[way]
        if needs and importlib.util.find_spec(needs) is None:
            print(f"{way:24} not installed")
        else:
            yield way, partial(_alone, name, way)
    yield "single", lambda: gridlab(name, "single", 1, folder)
    yield "vmap", lambda: gridlab(name, "vmap", 1, folder)
    yield "vmap (another seed)", lambda: gridlab(name, "vmap", 2, folder)


if __name__ == "__main__":
    main()
