"""SweepSearchCV: gridlab's loop behind the face of scikit-learn's GridSearchCV."""

from __future__ import annotations

import multiprocessing
import numbers
import threading
import warnings
from pathlib import Path
from types import CellType
from typing import Any, ClassVar

import numpy as np
import sklearn
from joblib.parallel import LokyBackend, SequentialBackend, get_active_backend
from sklearn.model_selection import GridSearchCV
from sklearn.utils import Tags, check_random_state
from sklearn.utils._param_validation import StrOptions

from gridlab.errors import GridlabError
from gridlab.records.results import Results
from gridlab.sweep.grid import digest
from gridlab.training.engines import ENGINES
from gridlab.training.estimators import unset_random_states
from gridlab.training.late import LateReporter
from gridlab.training.loading import load_object
from gridlab.training.mended import borrowed, mended
from gridlab.training.run import Reporter
from gridlab.training.search_run import SearchRun
from gridlab.training.search_spec import SearchSpec, Wanted, has_network, metrics_of

RESULTS = "gridlab.api:Run"
REPORTER = "gridlab.progress:reporter"
"""Both stand above the training room; found by name, at run time."""

STOCK = (
    "scikeras' own estimators tell today's scikit-learn neither that they classify nor that they regress; "
    "taken for gridlab.KerasClassifier or gridlab.KerasRegressor"
)

SOON = 2.0
"""Seconds that a search may take without a word."""


class SweepSearchCV(GridSearchCV):  # type: ignore[misc]
    """A `GridSearchCV` that can be resumed, survives killed workers, shows itself, and knows Keras.

    It takes what `GridSearchCV` takes and leaves behind what that leaves behind, with the same numbers: any estimator
    or pipeline, `cv_results_`, `best_estimator_` and the rest. Keras models come in a `gridlab.KerasClassifier` or
    `gridlab.KerasRegressor`; then every fit is seeded and keeps its learning curves.

    Args:
        estimator: anything with scikit-learn's `fit`.
        param_grid: parameter name → values, or a list of such grids.
        scoring, n_jobs, refit, cv, verbose, pre_dispatch, error_score, return_train_score: as for `GridSearchCV`.
        engine: "auto"; or what trains: "single" (a Keras model at a time, candidates that differ only in `epochs` as
            one training), "sklearn" (scikit-learn's own fit-and-score, whatever the estimator) or "vmap" (many
            candidates at once as one compiled program, in worker processes whose Keras runs on JAX; `best_estimator_`
            is trained in this process all the same). "auto" never takes "vmap": it begins at once, in this process,
            and its scores are those of `GridSearchCV` to the last bit; "vmap" takes some ten seconds until its first
            program is compiled, draws other random numbers, and pays from some dozens of fits on.
        journal: a folder, made when it is not there, in which every fit is recorded as soon as it is done: calling
            `fit` again trains only what is missing, and `gridlab show` and `gridlab plot` know it. None writes nothing.
        random_state: a seed from which every fit draws one of its own, for everything in the estimator whose
            `random_state` is None. None leaves scikit-learn's estimators unseeded; Keras ones are seeded all the same.

    Attributes:
        results_: a `gridlab.Run`: `.table`, `.best`, `.curves()`, `.plot()`.

    `fit` raises GridlabError where the search cannot be run as it was asked: an engine that cannot train it, a
    journal that another process is writing, a disk that is full.
    """

    _parameter_constraints: ClassVar[dict[str, Any]] = {
        **GridSearchCV._parameter_constraints,
        "engine": [StrOptions({"auto", *ENGINES} - {"estimator"})],
        "journal": [str, Path, None],
        "random_state": ["random_state"],
    }

    def __init__(
        self,
        estimator: Any,
        param_grid: Any,
        *,
        scoring: Any = None,
        n_jobs: int | None = None,
        refit: Any = True,
        cv: Any = None,
        verbose: int = 0,
        pre_dispatch: int | str = "2*n_jobs",
        error_score: Any = np.nan,
        return_train_score: bool = False,
        engine: str = "auto",
        journal: str | Path | None = None,
        random_state: Any = None,
    ) -> None:
        super().__init__(
            estimator=estimator,
            param_grid=param_grid,
            scoring=scoring,
            n_jobs=n_jobs,
            refit=refit,
            cv=cv,
            verbose=verbose,
            pre_dispatch=pre_dispatch,
            error_score=error_score,
            return_train_score=return_train_score,
        )
        self.engine = engine
        self.journal = journal
        self.random_state = random_state

    def __sklearn_tags__(self) -> Tags:
        with borrowed(self, mended(self.estimator)):
            return super().__sklearn_tags__()

    def fit(self, X: Any, y: Any = None, **params: Any) -> SweepSearchCV:
        """Train every candidate on every split, then the best on all rows; see `GridSearchCV.fit`."""
        estimator = mended(self.estimator)
        if estimator is not self.estimator:
            warnings.warn(STOCK, UserWarning, stacklevel=2)
        with borrowed(self, estimator):
            super().fit(X, y, **params)
        return self

    def _run_search(self, evaluate_candidates: Any, *, callback_ctx: Any = None) -> None:
        """Let scikit-learn prepare its fits and digest their answers, and train them ourselves in between."""
        seed = self._seed()
        run = SearchRun(
            self._wanted(seed),
            journal=None if self.journal is None else Path(self.journal),
            n_jobs=self.n_jobs,
            pre_dispatch=self.pre_dispatch,
            reporter=self._reporter(),
            caller=self,
        )
        _local(evaluate_candidates, "parallel").cell_contents = run
        super()._run_search(evaluate_candidates, **({} if callback_ctx is None else {"callback_ctx": callback_ctx}))
        folder = None if self.journal is None else Path(self.journal)
        self.results_: Results = load_object(RESULTS)(run.info, run.records, folder)
        if has_network(self.estimator) or self.random_state is not None:
            base = _local(evaluate_candidates, "base_estimator").cell_contents
            base.set_params(**dict.fromkeys(unset_random_states(base), int(digest(["refit", seed]), 16) % 2**31))

    def _seed(self) -> int:
        if self.random_state is None or isinstance(self.random_state, numbers.Integral):
            return int(self.random_state or 0)
        return int(check_random_state(self.random_state).randint(2**31 - 1))

    def _wanted(self, seed: int) -> Wanted:
        metrics = metrics_of(self.scoring, self.estimator)
        refit = self.refit if isinstance(self.refit, str) and self.refit in metrics else metrics[0]
        name = "search" if self.journal is None else Path(self.journal).name
        backend, _ = get_active_backend()
        return Wanted(
            SearchSpec(name, self.estimator, self.param_grid, metrics, refit, seed),
            many=self.scoring is not None and not isinstance(self.scoring, str) and not callable(self.scoring),
            engine=self.engine,
            random_state=self.random_state,
            keep=self.journal is not None,
            local=isinstance(backend, LokyBackend | SequentialBackend) or self.n_jobs == 1,
        )

    def _reporter(self) -> Reporter:
        """Says nothing of a search that is done in a moment, nor within another search's workers."""
        if multiprocessing.parent_process() is not None or threading.current_thread() is not threading.main_thread():
            return Reporter()
        return LateReporter(lambda: load_object(REPORTER)(), after=SOON if self.journal is None else 0.0)


def _local(function: Any, name: str) -> CellType:
    """The cell of a variable of the method that `function` was defined in.

    `BaseSearchCV.fit` leaves its subclasses no say in what runs its fits: it keeps a `joblib.Parallel` in a variable,
    which this reaches. All of scikit-learn's own preparation and evaluation stay as they are that way, whatever its
    version, where a copy of its `fit` would grow old.

    Raises:
        GridlabError: this scikit-learn has no such variable.
    """
    cells: dict[str, CellType] = dict(zip(function.__code__.co_freevars, function.__closure__ or (), strict=True))
    if name not in cells:
        raise GridlabError(
            f"SweepSearchCV does not know its way around scikit-learn {sklearn.__version__} (1.7 to 1.9)"
        )
    return cells[name]
