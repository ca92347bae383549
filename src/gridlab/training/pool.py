"""Where units are trained: in this process, or in worker processes; finished fits stream back.

Every worker process is an executor of its own (loky's, the one joblib uses, with one worker). A process that is killed
breaks all futures of its executor, so this way it takes nothing along but its own unit, and a process that has grown
too large is replaced without waiting for the others. `joblib.Parallel` would lose the whole batch.
"""

from __future__ import annotations

import os
import sys
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, wait
from concurrent.futures.process import BrokenProcessPool
from pickle import PicklingError
from types import TracebackType
from typing import Any, Protocol, Self

from joblib.externals.loky import process_executor
from threadpoolctl import threadpool_limits

from gridlab.errors import GridlabError, described
from gridlab.sweep.grid import Beside, Fit
from gridlab.training import worker
from gridlab.training.engines import ENGINES, Engine, Lost, Progress, Trained, Unit
from gridlab.training.loading import load_object
from gridlab.training.task import Task
from gridlab.training.worker import Report, Setup

News = Trained | Progress | Lost
"""What a pool has to say while it trains."""


class Pool(Protocol):
    """Trains units and streams their fits back in the order in which they finish."""

    def stream(self, units: Iterable[Unit]) -> Iterator[News]:
        """Train all units: `Trained` for every fit, or `Lost` for those that killed what trained them; and `Progress`
        of all that is under way.
        """

    def call(self, function: str, *args: Any) -> Any:
        """`function(task, *args)` of a "module:function", imported only where the engine's libraries are loaded."""

    def __enter__(self) -> Self: ...

    def __exit__(self, kind: type[BaseException] | None, error: object, traceback: TracebackType | None) -> None: ...


class InProcess:
    """Trains in this process: nothing to start, nothing to protect it."""

    def __init__(self, task: Task, engine: str, threads: int, quiet: bool) -> None:
        self._task = task
        if ENGINES[engine].backend and "keras" not in sys.modules:  # else it runs as it was loaded
            os.environ.update(worker.environment(engine, threads, quiet))
        self._limits = threadpool_limits(threads)  # numpy has been loaded, and looks at no variable any more
        self._engine: Engine = worker.load_engine(engine, task)

    def stream(self, units: Iterable[Unit]) -> Iterator[News]:
        """Train unit after unit."""
        for unit in units:
            yield from self._engine.train(unit)

    def call(self, function: str, *args: Any) -> Any:
        """`function(task, *args)`."""
        return load_object(function)(self._task, *args)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._limits.restore_original_limits()


class Workers:
    """Trains in worker processes of this machine."""

    def __init__(
        self, setup: Setup, count: int, memory: int, apart: Callable[[Unit], Iterable[Unit]] = lambda unit: [unit]
    ) -> None:
        """Prepare that many workers; they start with their first unit.

        Args:
            setup: what each is started with.
            count: how many.
            memory: bytes to which a worker may grow before it is replaced.
            apart: the units that one is tried again as; for units that are a handful of fits for speed alone.
        """
        self._apart = apart
        self._workers = [_Worker(setup, memory) for _ in range(count)]

    def stream(self, units: Iterable[Unit]) -> Iterator[News]:
        """Train all units; what is left of one whose worker dies is tried again once, alone, after the others."""
        again: list[Unit] = []
        for news in self._spread(units, self._workers):
            if isinstance(news, Lost):
                again.extend(self._apart(news.fits))
            else:
                yield news
        yield from self._spread(again, self._workers[:1])

    def call(self, function: str, *args: Any) -> Any:
        """`function(task, *args)`, in the first worker."""
        return self._workers[0].submit(worker.call, function, *args).result().value

    def call_each(self, function: str, items: Sequence[Any]) -> list[Any]:
        """`function(task, some)` in every worker at once, for an equal part of the items each."""
        n = len(self._workers)
        futures = [one.submit(worker.call, function, items[i::n]) for i, one in enumerate(self._workers)]
        return [future.result().value for future in futures]

    def _spread(self, units: Iterable[Unit], workers: list[_Worker]) -> Iterator[News]:
        waiting, idle = deque(units), deque(workers)
        running: dict[Future[Report], _Worker] = {}
        while waiting or running:
            while waiting and idle:
                one = idle.popleft()
                running[one.begin(waiting.popleft())] = one
            for future in wait(running, return_when=FIRST_COMPLETED).done:
                one = running.pop(future)
                news = one.news(future)
                if one.left:  # it goes on while we see to what it has done
                    running[one.go_on()] = one
                else:
                    idle.append(one)
                yield from [*news, Progress(sum(each.begun for each in workers))]

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for one in self._workers:
            one.end()


class _Worker:
    """One worker process, replaced when it dies or has grown too large."""

    def __init__(self, setup: Setup, memory: int) -> None:
        self._setup, self._memory = setup, memory
        self._executor: process_executor.ProcessPoolExecutor | None = None
        self._over = False
        self._lock = threading.Lock()
        self._last: Future[Report] | None = None
        self._unit: Unit = ()
        self.left: dict[str, Fit] = {}
        """Fits of its unit that are not done yet, by key."""
        self.begun = 0.0
        """How much of them is, in fits."""

    def begin(self, unit: Unit) -> Future[Report]:
        """Train a unit; `news` tells what comes of it."""
        self._unit, self.left = unit, {fit.key: fit for fit in unit if not isinstance(fit, Beside)}
        return self.submit(worker.train, unit)

    def go_on(self) -> Future[Report]:
        """Train the unit further."""
        try:
            return self._submitted(worker.go_on)
        except BrokenProcessPool as error:  # it has died since its last answer; a new one knows nothing of the unit
            died: Future[Report] = Future()
            died.set_exception(error)
            return died

    def news(self, future: Future[Report]) -> list[Trained | Lost]:
        """What is done since; all that was left of the unit, if the worker died of it."""
        found, self.begun = self._outcome(future), 0.0
        if isinstance(found, str):
            fits = [self.left.get(fit.key) or Beside.of(fit) for fit in self._unit]
            if not ENGINES[self._setup.engine].together:
                fits = [*self.left.values()]
            self.left = {}
            return [Lost(fits, found)]
        trained = [one for one in found.value if not isinstance(one, Progress)]
        self.begun = sum(one.begun for one in found.value if isinstance(one, Progress))
        done = {one.record.key for one in trained}
        self.left = {} if found.over else {key: fit for key, fit in self.left.items() if key not in done}
        return trained

    def submit(self, function: Callable[..., Report], *args: Any) -> Future[Report]:
        try:
            return self._submitted(function, *args)
        except BrokenProcessPool:  # it died while it had nothing to do
            self.stop()
            return self._submitted(function, *args)

    def _submitted(self, function: Callable[..., Report], *args: Any) -> Future[Report]:
        with self._lock:  # whoever leaves the pool may stop this worker from another thread
            self._last = self._submit(function, *args)
            return self._last

    def _submit(self, function: Callable[..., Report], *args: Any) -> Future[Report]:
        if self._over:
            raise GridlabError("the workers have been stopped")
        setup = self._setup
        if self._executor is None:
            self._executor = process_executor.ProcessPoolExecutor(
                max_workers=1,
                initializer=_start,
                initargs=(setup, os.getpid()),
                env=worker.environment(setup.engine, setup.threads, setup.log is not None, setup.task.task.workers),
            )
        try:
            future: Future[Report] = self._executor.submit(function, *args)
        except (TypeError, AttributeError, PicklingError) as error:  # what pickle raises for what it cannot take
            raise GridlabError(
                f"the model cannot be sent to a worker process ({described(error)}); workers: 0 trains in this process"
            ) from error
        return future

    def _outcome(self, future: Future[Report]) -> Report | str:
        """What the worker answered, or why it died."""
        try:
            report = future.result()
        except BrokenProcessPool as error:
            self.stop()
            return _cause(error)
        except GridlabError:
            raise
        except Exception as error:  # an engine that gave up on a unit; the others go on
            return described(error)
        if report.over and report.memory > self._memory:
            self.stop()
        return report

    def end(self) -> None:
        """Stop, and never start again."""
        self._over = True
        self.stop()

    def stop(self) -> None:
        with self._lock:
            if self._executor is not None:
                self._taken_up()
                self._executor.shutdown(kill_workers=True)
                self._executor = None

    def _taken_up(self) -> None:
        """Wait until the executor has taken its last unit up, in a moment: loky trips over one left lying."""
        patience = time.monotonic() + 1
        while self._last and not (self._last.running() or self._last.done()) and time.monotonic() < patience:
            time.sleep(0.005)


def _start(setup: Setup, parent: int) -> None:
    # loky replaces workers that have grown by a fixed 300 MB, with a warning to the user; how far one may grow is ours
    # to say, and less than TensorFlow's import.
    process_executor._USE_PSUTIL = False
    worker.start(setup, parent)


def _cause(error: BaseException) -> str:
    """Why a worker died, from loky's account of it."""
    text = str(error)
    for code, cause in (("SIGKILL", "killed (SIGKILL: out of memory?)"), ("SIGSEGV", "crashed (SIGSEGV)")):
        if code in text:
            return f"the worker process was {cause}" if "killed" in cause else f"the worker process {cause}"
    return "the worker process died: " + " ".join(text.split())[:300]
