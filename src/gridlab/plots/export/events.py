"""A run as TensorBoard reads it: one folder of events a fit, with curves and scores; one HParams row a candidate.

Written with TensorBoard's own messages and record writer, without TensorFlow. The files end in `.gridlab`, so that
replacing them leaves the files of others alone.
"""

from __future__ import annotations

import io
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tensorboard.compat.proto import event_pb2
from tensorboard.plugins.hparams import api_pb2, metadata, plugin_data_pb2
from tensorboard.plugins.hparams import summary_v2 as hp
from tensorboard.summary.writer.record_writer import RecordWriter

from gridlab.errors import StoreError
from gridlab.plots.export.hparams import cells, hparam_columns
from gridlab.records.files import in_one_sentence
from gridlab.records.record import FitRecord, Status

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from gridlab.records.results import Results

HELD_OUT = {"test_": "held-out", "val_": "validation"}
"""Prefix of a series → what it was measured on."""


def write_events(results: Results, where: str, overwrite: bool) -> str:
    """Write every fit's events, and the table of hyperparameters.

    Raises:
        StoreError: event files are there already, or they cannot be written.
    """
    folder = Path(where)
    with in_one_sentence(folder, "write TensorBoard's events"):
        if overwrite:
            _clear(folder)
        elif any(folder.rglob("*tfevents*")):
            raise StoreError(f"{folder}: holds event files already; --overwrite replaces those that gridlab wrote")
        written = EventFolder(folder, results)
        written.begin()
        fits = list(_fits(results))
        for candidate, split, fit in fits:
            written.add(candidate, split, fit)
    missing = "; single fits and their curves are not known here" if results.known else ""
    return f"{folder}: {len(fits):,} fits of {len(results):,} candidates{missing}; tensorboard --logdir {folder}"


class EventFolder:
    """A folder of events, to which fits are added one by one; any OSError passes."""

    def __init__(self, folder: Path, results: Results) -> None:
        self._folder, self._results = folder, results
        self._columns = hparam_columns(results)
        self._digits = len(str(len(results) - 1))

    def begin(self) -> None:
        """Write the columns of the HParams table."""
        metrics = [_metric(f"score/{name}", name) for name in self._results.metrics]
        metrics.append(hp.Metric("fit_time", display_name="fit_time", description="Seconds to train"))
        table = api_pb2.Experiment(
            hparam_infos=[column.info() for column in self._columns], metric_infos=[m.as_proto() for m in metrics]
        )
        _write(self._folder, [_hparams_event(metadata.EXPERIMENT_TAG, experiment=table)])

    def add(self, candidate: int, split: int | None, fit: FitRecord) -> None:
        """Write a fit.

        Args:
            candidate: its place in the plan.
            split: its split; None where only the mean over the splits is known.
            fit: its record.
        """
        group = f"candidate-{candidate:0{self._digits}}"
        began = max(0.0, fit.finished - fit.score_time - fit.fit_time)
        start = hp.hparams_pb(cells(self._columns, self._results.params(candidate)), group, began)
        status = api_pb2.STATUS_SUCCESS if fit.ok else api_pb2.STATUS_FAILURE
        end = plugin_data_pb2.SessionEndInfo(status=status, end_time_secs=fit.finished)
        events = [
            event_pb2.Event(wall_time=began, summary=start),
            *_curve_events(fit, began),
            _hparams_event(metadata.SESSION_END_INFO_TAG, fit.finished, session_end_info=end),
        ]
        _write(self._folder / group / (f"split-{split}" if split is not None else ""), events)


def _fits(results: Results) -> Iterator[tuple[int, int | None, FitRecord]]:
    if not results.known:
        for candidate, entry in enumerate(results.info["plan"]):
            for split, key in enumerate(entry["keys"]):
                if key in results.records:
                    yield candidate, split, results.records[key]
        return
    summary = results.known
    for i, (params, status) in enumerate(zip(summary.params, summary.status, strict=True)):
        scores = {name: means[i] for name, means in summary.mean.items()}
        done: Status = "ok" if status == "ok" else "failed"
        yield i, None, FitRecord("", params, 0, done, scores, fit_time=summary.mean_fit_time[i])


def _metric(tag: str, name: str) -> hp.Metric:
    return hp.Metric(tag, display_name=name, description="On the held-out split", dataset_type=hp.Metric.VALIDATION)


def _curve_events(fit: FitRecord, began: float) -> Iterator[Any]:
    """An event for each epoch, its time shared out evenly, and one for what came out in the end."""
    epochs = max(map(len, fit.curves.values()), default=0)
    tags = {name: _tag(name, fit.curves) for name in fit.curves}
    for epoch in range(epochs):
        seen = {tags[name]: values[epoch] for name, values in fit.curves.items() if epoch < len(values)}
        yield _scalars(seen, epoch + 1, began + fit.fit_time * (epoch + 1) / epochs)
    if fit.ok:
        scores = {f"score/{name}": score for name, score in fit.scores.items()}
        trained = {f"train_score/{name}": score for name, score in fit.train_scores.items()}
        yield _scalars({**scores, **trained, "fit_time": fit.fit_time or None}, epochs, fit.finished)


def _tag(series: str, curves: Mapping[str, Any]) -> str:
    """loss → loss/train, test_loss → loss/held-out: TensorBoard puts what shares the first part side by side."""
    for prefix, where in HELD_OUT.items():
        bare = series.removeprefix(prefix)
        if bare != series and bare in curves:
            return f"{bare}/{where}"
    return f"{series}/train" if any(f"{prefix}{series}" in curves for prefix in HELD_OUT) else series


def _scalars(values: Mapping[str, float | None], step: int, when: float) -> Any:
    event = event_pb2.Event(wall_time=when, step=step)
    for tag, value in values.items():
        if value is not None:
            event.summary.value.add(tag=tag, simple_value=value)
    return event


def _hparams_event(tag: str, when: float = 0.0, **content: Any) -> Any:
    """What `tensorboard.plugins.hparams.summary` makes; that module would import TensorFlow."""
    data = metadata.create_summary_metadata(plugin_data_pb2.HParamsPluginData(**content))
    event = event_pb2.Event(wall_time=when)
    event.summary.value.add(tag=tag, metadata=data, tensor=metadata.NULL_TENSOR)
    return event


def _write(folder: Path, events: list[Any]) -> None:
    """A whole file of events; its name begins as TensorBoard expects, and says no time: the next one replaces it."""
    stream = io.BytesIO()
    records = RecordWriter(stream)
    for event in (event_pb2.Event(file_version="brain.Event:2"), *events):
        records.write(event.SerializeToString())
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "events.out.tfevents.0.gridlab").write_bytes(stream.getvalue())


def _clear(folder: Path) -> None:
    """Remove gridlab's event files, and the folders that are empty then."""
    for file in [*folder.rglob("events.out.tfevents.*.gridlab")]:
        file.unlink()
    for below in sorted(folder.glob("candidate-*/split-*")) + sorted(folder.glob("candidate-*")):
        if below.is_dir() and not any(below.iterdir()):
            below.rmdir()
