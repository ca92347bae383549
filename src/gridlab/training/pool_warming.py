"""Warming: work begins in this process, and worker processes are started only for what is worth their start.

A worker takes one to two seconds until it has imported scikit-learn. A grid of fits that take a millisecond each is
done by then.
"""

from __future__ import annotations

import queue
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from itertools import chain, islice
from typing import Any, Self

from gridlab.training.engines import Unit
from gridlab.training.pool import InProcess, News, Workers

WORTH = 3.0
"""Seconds of work left that are worth starting workers for."""

PATIENCE = 0.5
"""Seconds between two looks at a unit that takes long: workers may start on the others meanwhile."""

BATCH = 0.2
"""Seconds of work that a worker is given at a time."""


class Warming:
    """Trains in this process, until it is clear that workers would be done sooner."""

    def __init__(self, here: InProcess, workers: Callable[[], Workers]) -> None:
        """Begin here.

        Args:
            here: this process.
            workers: makes the workers when they are wanted.
        """
        self._here, self._make = here, workers
        self._left: deque[Unit] = deque()
        self._lock = threading.Lock()
        self._workers: Workers | None = None
        self._done: queue.Queue[News | BaseException | None] = queue.Queue()

    def stream(self, units: Iterable[Unit]) -> Iterator[News]:
        """Train all units."""
        self._left = deque(units)
        self._began, self._trained = time.perf_counter(), 0
        over = threading.Event()
        threading.Thread(target=self._look_on, args=(over,), daemon=True).start()
        try:
            while (unit := self._next()) is not None:
                yield from self._here.stream([unit])
                self._trained += 1
                if self._worth():
                    self._hand_over()
        finally:
            over.set()
        with self._lock:
            started = self._workers is not None
        if started:
            yield from self._collected()

    def call(self, function: str, *args: Any) -> Any:
        """`function(task, *args)`, in this process."""
        return self._here.call(function, *args)

    def _next(self) -> Unit | None:
        with self._lock:
            return self._left.popleft() if self._left else None

    def _look_on(self, over: threading.Event) -> None:
        """While a unit keeps this process busy, the others need not wait for it."""
        while not over.wait(PATIENCE):
            self._hand_over()

    def _worth(self) -> bool:
        """Whether what is left would keep this process busy for long enough."""
        took = time.perf_counter() - self._began
        return took > BATCH and took / max(self._trained, 1) * len(self._left) > WORTH

    def _hand_over(self) -> None:
        """Give all that is left to workers, which a thread waits for."""
        with self._lock:
            if self._workers is not None or not self._left or not self._worth():
                return
            size = max(1, int(BATCH * self._trained / (time.perf_counter() - self._began)))
            units, self._left = batched(self._left, size), deque()
            self._workers = self._make()
        threading.Thread(target=self._wait_for, args=(self._workers, units), daemon=True).start()

    def _wait_for(self, workers: Workers, units: list[Unit]) -> None:
        try:
            for news in workers.stream(units):
                self._done.put(news)
            self._done.put(None)
        except BaseException as error:  # raised again where the search waits
            self._done.put(error)

    def _collected(self) -> Iterator[News]:
        while (found := self._done.get()) is not None:
            if isinstance(found, BaseException):
                raise found
            yield found

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: Any) -> None:
        with self._lock:
            self._left.clear()
            workers = self._workers
        if workers is not None:
            workers.__exit__(*error)


def batched(units: Iterable[Unit], size: int) -> list[Unit]:
    """Units of several fits each, in order.

    >>> batched([("a",), ("b",), ("c",)], 2)
    [('a', 'b'), ('c',)]
    """
    left = iter(units)
    return [tuple(chain(*some)) for some in iter(lambda: list(islice(left, size)), [])]
