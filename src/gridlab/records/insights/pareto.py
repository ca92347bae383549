"""Score against time: which candidates are beaten in both by another one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray


def pareto_front(score: NDArray[np.float64], time: NDArray[np.float64]) -> NDArray[np.int64]:
    """The candidates that no other dominates, the fastest first.

    One dominates another when it is as good in both and better in one; of equals all stay. NaN is never on the front.

    Args:
        score: (n,), greater is better.
        time: (n,), less is better.
    """
    known = np.flatnonzero(~np.isnan(score) & ~np.isnan(time))
    order = known[np.lexsort((-score[known], time[known]))]
    front: list[int] = []
    for row in order:
        last = front[-1] if front else None
        if last is None or score[row] > score[last] or (score[row] == score[last] and time[row] == time[last]):
            front.append(int(row))
    return np.array(front, dtype=np.int64)
