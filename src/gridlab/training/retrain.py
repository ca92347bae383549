"""The best candidate trained again, on the splits or on every row, to predict: planned and started here."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gridlab.errors import GridlabError, described
from gridlab.records.results import Results
from gridlab.sweep.spec import SweepSpec
from gridlab.training.choosing import choose
from gridlab.training.engines import ENGINES
from gridlab.training.machine import share
from gridlab.training.plan import Plan, make_plan
from gridlab.training.pool import InProcess, Pool, Workers
from gridlab.training.run import LOG
from gridlab.training.scoring import Predicted, mean_of
from gridlab.training.worker import Setup

ON_SPLIT = "gridlab.training.again:on_split"
ON_EVERYTHING = "gridlab.training.again:on_everything"


def ask_again(results: Results, X: NDArray[np.float32], *, last: bool) -> Predicted:
    """What the best candidate says of X, trained again: once a split, the mean of it, or once on every row.

    Raises:
        GridlabError: the data, the code or the settings are no longer those of the run.
    """
    assert results.best is not None, "there is something to be trained again"
    index, plan = results.best["index"], _plan(results)
    candidate, fits = plan.candidates[index], [fit for fit in plan.fits if fit.candidate.index == index]
    with _pool(plan, results) as pool:
        try:
            if last:
                said: Predicted = pool.call(ON_EVERYTHING, candidate.params, plan.refit_seed(candidate), X)
                return said
            found = [pool.call(ON_SPLIT, candidate.params, fit.seed, X, fit.split) for fit in fits]
        except GridlabError:
            raise
        except Exception as error:
            raise GridlabError(
                f"{results.folder}: the best candidate could not be trained again ({described(error)})"
            ) from error
    return mean_of(found, classes_of(results))


def _plan(results: Results) -> Plan:
    """The run's plan once more, if all that affects its best candidate is as it was."""
    assert results.best is not None, "there is something to be trained again"
    written = results.info["spec"]
    model = written.get("model", {})
    if results.info["plan"][results.best["index"]]["engine"] not in ENGINES:
        raise GridlabError(f"{results.folder}: AutoKeras' trials are not trained again here; use --from best")
    if "arrays" in written.get("data", {}) or any("object" in part for part in model.get("pipeline") or [model]):
        raise GridlabError(
            f"{results.folder}: was made in Python, and its data or model are not there; use --from best"
        )
    made = make_plan(SweepSpec.model_validate({**written, "base": base_of(results)}))
    plan = choose(made, results.info, lambda fits: "only the run itself looks at models")
    index = results.best["index"]
    if [fit.key for fit in plan.fits if fit.candidate.index == index] != results.info["plan"][index]["keys"]:
        raise GridlabError(
            f"{results.folder}: the data, the model's code or gridlab have changed since; `gridlab run` again trains "
            "what has changed, --from best predicts with the model that is there"
        )
    return plan


@contextmanager
def _pool(plan: Plan, results: Results) -> Iterator[Pool]:
    """One worker, or this process where the run's own were here."""
    assert results.folder is not None
    assert results.best is not None, "there is something to be trained again"
    engine = plan.choices[results.best["index"]].engine
    layout = share(plan.spec.workers, plan.spec.threads, 1, plan.task.dataset.nbytes)
    with tempfile.TemporaryDirectory() as scratch:
        if layout.workers == 0:
            pool: Pool = InProcess(plan.task, engine, layout.threads, quiet=True)
        else:
            stored = plan.task.stored(Path(scratch))
            pool = Workers(Setup(stored, engine, layout.threads, results.folder / LOG), 1, layout.memory)
        with pool:
            yield pool


def base_of(results: Results) -> Path:
    """The folder of the sweep's file."""
    return Path(results.info.get("source_file") or "").parent


def classes_of(results: Results) -> NDArray[Any]:
    """The classes of a run's data, sorted; empty for regression."""
    return np.array(results.info["data"]["classes"])
