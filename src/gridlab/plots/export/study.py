"""A run as an Optuna study: every candidate a trial that optuna-dashboard and Optuna's own plots understand."""

from __future__ import annotations

import json
from contextlib import contextmanager
from datetime import datetime
from statistics import fmean
from typing import TYPE_CHECKING, Any

import optuna
from optuna.distributions import BaseDistribution, CategoricalDistribution, FloatDistribution, IntDistribution
from optuna.exceptions import StorageInternalError
from optuna.storages import RDBStorage
from optuna.trial import FrozenTrial, TrialState, create_trial
from sqlalchemy.exc import SQLAlchemyError

from gridlab.errors import GridlabError, StoreError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from gridlab.records.record import FitRecord
    from gridlab.records.results import Results

HELD_OUT = ("test_", "val_")
"""Prefixes of the series that were measured on rows which were not trained on; the split's own first."""


def write_study(results: Results, where: str, overwrite: bool) -> str:
    """Make a study of the run's name: trials typed as the axes say, values the mean scores, which are maximized.

    A candidate that failed on any split is a failed trial; one that is not done yet is left out.

    Raises:
        StoreError: the storage cannot be opened, or holds a study of that name already.
    """
    if "://" not in where:
        raise GridlabError(f"--to optuna takes a storage URL, as in sqlite:///fc3.db, got {where}")
    series = _series(results)
    kinds = {axis["name"]: _distribution(axis) for axis in results.axes}
    told = results.rows()
    trials = [_trial(results, i, row, kinds, series) for i, row in enumerate(told) if row["status"] != "pending"]
    with _opened(where) as storage:
        if results.name in optuna.get_all_study_names(storage):
            if not overwrite:
                raise StoreError(f"{where}: holds a study {results.name} already; --overwrite replaces it")
            optuna.delete_study(study_name=results.name, storage=storage)
        study = optuna.create_study(storage=storage, study_name=results.name, direction="maximize")
        study.set_user_attr("metric", results.refit_metric)
        study.set_user_attr("intermediate_values", f"{series}, mean over the splits" if series else "none recorded")
        study.add_trials(trials)
    waiting = len(results) - len(trials)
    left = f", {waiting:,} pending ones left out" if waiting else ""
    curves = f"curves of {series}" if series else "without curves: none of a held-out split are recorded"
    return f"{where}: study {results.name}, {len(trials):,} trials{left}, {curves}"


def _trial(
    results: Results, i: int, row: Mapping[str, Any], kinds: Mapping[str, BaseDistribution], series: str | None
) -> FrozenTrial:
    fits = [fit for key in results.info["plan"][i]["keys"] if (fit := results.records.get(key))]
    mean, parameters = row["mean_test_score"], set(results.columns.values())
    params = {name: _choice(value, kinds[name]) for name, value in results.params(i).items() if name in kinds}
    trial = create_trial(
        state=TrialState.FAIL if mean is None else TrialState.COMPLETE,
        value=mean,
        params=params,
        distributions={name: kinds[name] for name in params},
        user_attrs={"candidate": i, **{k: v for k, v in row.items() if k not in parameters and v is not None}},
        intermediate_values=_curve(fits, series) if series else {},
    )
    if fits:
        trial.datetime_start = datetime.fromtimestamp(min(fit.finished - fit.fit_time - fit.score_time for fit in fits))
        trial.datetime_complete = datetime.fromtimestamp(max(fit.finished for fit in fits))
    return trial


def _series(results: Results) -> str | None:
    """The curve to show while a trial trains: the ranking metric's on the held-out split, else its loss."""
    found = {name for record in results.records.values() for name in record.curves}
    wanted = [f"{prefix}{name}" for name in (results.refit_metric, "loss") for prefix in HELD_OUT]
    return next((name for name in wanted if name in found), None)


def _curve(fits: Sequence[FitRecord], series: str) -> dict[int, float]:
    """Epoch → mean over the splits, as far as every split got, so that no mean jumps because a split stopped."""
    curves = [fit.curves[series] for fit in fits if series in fit.curves]
    epochs = enumerate(zip(*curves, strict=False), start=1)
    return {epoch: fmean(values) for epoch, values in epochs if None not in values}


def _distribution(axis: Mapping[str, Any]) -> BaseDistribution:
    values, log = axis["values"], axis["scale"] == "log"
    if axis["scale"] == "categorical" or not values:
        choices = [_plain(value) for value in values]
        clear = len(set(choices)) == len(choices)  # to Optuna, True and 1 are one choice
        return CategoricalDistribution(choices if clear else [json.dumps(value) for value in values])
    if all(isinstance(value, int) for value in values):
        return IntDistribution(min(values), max(values), log=log)
    return FloatDistribution(float(min(values)), float(max(values)), log=log)


def _choice(value: Any, kind: BaseDistribution) -> Any:
    if not isinstance(kind, CategoricalDistribution):
        return value
    choice = _plain(value)
    return choice if (type(choice), choice) in [(type(c), c) for c in kind.choices] else json.dumps(value)


def _plain(value: Any) -> Any:
    """A choice that Optuna takes: lists and mappings as their JSON."""
    return json.dumps(value, ensure_ascii=False) if isinstance(value, list | dict) else value


@contextmanager
def _opened(where: str) -> Iterator[RDBStorage]:
    """The storage, closed afterwards; Optuna says nothing meanwhile, and what its database says becomes a sentence."""
    said = optuna.logging.get_verbosity()
    optuna.logging.set_verbosity(optuna.logging.WARNING)
    try:
        storage = RDBStorage(where)
        try:
            yield storage
        finally:
            storage.remove_session()
            storage.engine.dispose()
    except (SQLAlchemyError, StorageInternalError, ImportError, ValueError) as error:
        reason = str(error).strip().partition("\n")[0]
        raise StoreError(f"{where}: cannot be used as an Optuna storage: {reason}") from error
    finally:
        optuna.logging.set_verbosity(said)
