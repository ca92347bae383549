"""What SweepSearchCV costs where there is nothing to win: 2,000 fits of a millisecond, beside stock GridSearchCV.

python benchmarks/search_overhead.py [--repeats 5]

Both do the same fits one after the other, in turns, in one process; then both with two, each in a fresh process, since
joblib keeps its workers. Medians of the repeats are compared.
"""

from __future__ import annotations

import argparse
import statistics
import subprocess
import sys
import time

ALONE, SHARED = 1.5, 1.0
"""What it may take, as a multiple of stock's time, with one process and with two."""

CHILD = "--child"


def measured(kind: str, n_jobs: int) -> float:
    """Seconds of one search."""
    import numpy as np
    from sklearn.datasets import make_classification
    from sklearn.model_selection import GridSearchCV
    from sklearn.naive_bayes import GaussianNB

    from gridlab import SweepSearchCV

    X, y = make_classification(200, 8, random_state=0)
    grid = {"var_smoothing": np.logspace(-12, 0, 400)}
    search = {"stock": GridSearchCV, "sweep": SweepSearchCV}[kind]
    began = time.perf_counter()
    search(GaussianNB(), grid, cv=5, n_jobs=n_jobs).fit(X, y)
    return time.perf_counter() - began


def alone(repeats: int) -> dict[str, list[float]]:
    """Seconds of each search with one process, in turns; the first turn only warms up."""
    seconds: dict[str, list[float]] = {"stock": [], "sweep": []}
    for turn in range(repeats + 1):
        for kind, taken in seconds.items():
            found = measured(kind, n_jobs=1)
            if turn:
                taken.append(found)
    return seconds


def shared(repeats: int) -> dict[str, list[float]]:
    """Seconds of each search with two processes, each in a Python of its own."""
    seconds: dict[str, list[float]] = {"stock": [], "sweep": []}
    for _ in range(repeats):
        for kind, taken in seconds.items():
            child = subprocess.run([sys.executable, __file__, CHILD, kind], capture_output=True, text=True, check=True)
            taken.append(float(child.stdout.split()[-1]))
    return seconds


def told(title: str, seconds: dict[str, list[float]], most: float) -> bool:
    """Print a comparison; whether it is within its bound."""
    stock, sweep = (statistics.median(seconds[kind]) for kind in ("stock", "sweep"))
    ratio = sweep / stock
    print(f"{title}: GridSearchCV {stock:.2f} s, SweepSearchCV {sweep:.2f} s: {ratio:.2f} × (at most {most} ×)")
    return ratio <= most


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument(CHILD, choices=["stock", "sweep"], help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.child:
        print(measured(asked.child, n_jobs=2))
        return 0
    held = [
        told("2,000 fits, one process ", alone(asked.repeats), ALONE),
        told("2,000 fits, two processes", shared(asked.repeats), SHARED),
    ]
    return 0 if all(held) else 1


if __name__ == "__main__":
    sys.exit(main())
