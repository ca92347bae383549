"""How the pages grow: sweeps of 100 to 100,000 made-up candidates; what a page takes to build, to store and to draw.

    python benchmarks/report.py [candidates …]

Each sweep is written as a run folder (3 splits, 20 epochs of curves, no predictions) and read back, as `gridlab plot`
does; each page is opened offline in a headless Chromium, whose memory is that of the page's process.
"""

from __future__ import annotations

import itertools
import math
import random
import shutil
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import psutil
from playwright.sync_api import Page, sync_playwright

from gridlab.plots.parallel_data import LIMIT
from gridlab.plots.run_page import run_data, written
from gridlab.records.journal import encode
from gridlab.records.record import FitRecord
from gridlab.records.results import load_results
from gridlab.records.store import RunStore

SIZES = (100, 1_000, 10_000, 100_000)
SPLITS = 3
EPOCHS = 20
GRID: dict[str, list[Any]] = {
    "batch_norm": [True, False],
    "optimizer": ["Adam", "RMSprop", "SGD", "Nadam", "Lion"],
    "dropout": [0.1, 0.2, 0.3, 0.4, 0.5],
    "learning_rate": [10 ** (-4 + i / 4) for i in range(10)],
    "batch_size": [2**i for i in range(4, 14)],
    "width": [16 * (i + 1) for i in range(20)],
}


def main(sizes: list[int]) -> None:
    """Print a row for each size."""
    print("candidates   read s  gather s   write s   page MB   drawn s  charts s  memory MB")
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as play:
        chromium = shutil.which("chromium") or "/usr/bin/chromium"
        for size in sizes:
            path = Path(folder) / "page.html"
            run = make_run(Path(folder) / f"run-{size}", size)
            took = build(run, path)
            browser = play.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
            drawn = look(browser.new_context(offline=True).new_page(), path, size)
            browser.close()
            numbers = (*took, path.stat().st_size / 1e6, *drawn)
            print(f"{size:10,}" + "".join(f"{number:10.2f}" for number in numbers), flush=True)


def make_run(folder: Path, size: int) -> Path:
    """A run folder with so many candidates, every one done."""
    everything = [*itertools.product(*GRID.values())]
    points = [dict(zip(GRID, everything[i * len(everything) // size], strict=True)) for i in range(size)]
    info = {
        "format": 1,
        "name": f"{size:,} candidates",
        "scoring": {"metrics": ["accuracy"], "refit": "accuracy"},
        "n_splits": SPLITS,
        "axes": [{"name": n, "scale": _scale(n), "values": v} for n, v in GRID.items()],
        "plan": [{"params": p, "keys": [f"{i}-{s}" for s in range(SPLITS)]} for i, p in enumerate(points)],
    }
    with RunStore(folder, write=True) as store:
        store.write_info(info)
    lines = (_line(i, params, split) for i, params in enumerate(points) for split in range(SPLITS))
    with (folder / "fits.jsonl").open("wb") as journal:  # at once: the store waits for the disk after every fit
        journal.writelines(lines)
    return folder


def build(run: Path, path: Path) -> tuple[float, float, float]:
    """Seconds to read a run, to gather its page, and to write it."""
    times = [time.perf_counter()]
    results = load_results(run)
    times.append(time.perf_counter())
    found = run_data(results)
    times.append(time.perf_counter())
    path.write_text(written(found, results), encoding="utf-8")
    times.append(time.perf_counter())
    first, second, third = (after - before for before, after in itertools.pairwise(times))
    return first, second, third


def look(page: Page, path: Path, size: int) -> tuple[float, float, float]:
    """Seconds from asking for the page until every line is painted, and until the first chart is drawn, which waits for
    the lines; megabytes the page holds then.
    """
    page.set_default_timeout(120_000)
    page.goto(path.as_uri())
    page.locator(f"html[data-lines='{min(size, LIMIT)}']").wait_for(state="attached")
    page.locator("[data-chart]").first.scroll_into_view_if_needed()
    page.locator("[data-chart][data-drawn]").first.wait_for()
    when = "name => performance.getEntriesByName(name)[0].startTime / 1000"
    return page.evaluate(when, "picture"), page.evaluate(when, "chart"), _memory()


def _memory() -> float:
    """Resident megabytes of the largest renderer that this program has started."""
    children = psutil.Process().children(recursive=True)
    return max(p.memory_info().rss for p in children if "--type=renderer" in p.cmdline()) / 1e6


def _line(index: int, params: dict[str, Any], split: int) -> bytes:
    draw = random.Random(f"{index} {split}")
    best = 0.93 + 0.03 * params["batch_norm"] - 0.02 * (math.log10(params["learning_rate"]) + 2.5) ** 2
    score = best - 0.05 * (params["dropout"] - 0.2) + draw.gauss(0, 0.004)
    curves = {
        name: [round(score * (1 - math.exp(-(e + 1) / 4)) + shift, 6) for e in range(EPOCHS)]
        for name, shift in {"accuracy": 0.01, "test_accuracy": 0.0, "loss": 0.1, "test_loss": 0.15}.items()
    }
    seconds = 1 + 200 / params["batch_size"] + params["width"] / 100
    return encode(
        FitRecord(f"{index}-{split}", params, split, "ok", {"accuracy": score}, curves=curves, fit_time=seconds)
    )


def _scale(name: str) -> str:
    return {"batch_norm": "categorical", "optimizer": "categorical", "learning_rate": "log"}.get(name, "linear")


if __name__ == "__main__":
    main([int(size) for size in sys.argv[1:]] or list(SIZES))
