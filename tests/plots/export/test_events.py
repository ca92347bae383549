from __future__ import annotations

import json
import socket
import subprocess
import sys
import time
import urllib.request
from contextlib import suppress
from functools import partial
from typing import NamedTuple

import pytest
from tensorboard.compat.proto import event_pb2
from tensorboard.compat.tensorflow_stub.pywrap_tensorflow import PyRecordReader_New
from tensorboard.plugins.hparams import api_pb2, metadata

from gridlab.plots.export import export


class Scalar(NamedTuple):
    step: int
    value: float
    wall_time: float


class Read:
    """A folder's events, read by TensorBoard's own reader, which checks the checksums; without TensorFlow."""

    def __init__(self, folder):
        (path,) = folder.glob("*tfevents*")
        reader = PyRecordReader_New(str(path))
        self.scalars, self.plugins = {}, {}
        while True:
            try:
                reader.GetNext()
            except Exception as end:
                assert type(end).__name__ == "OutOfRangeError", end
                break
            event = event_pb2.Event.FromString(reader.record())
            for value in event.summary.value:
                if value.HasField("simple_value"):
                    found = Scalar(event.step, value.simple_value, event.wall_time)
                    self.scalars.setdefault(value.tag, []).append(found)
                else:
                    self.plugins[value.tag] = value.metadata.plugin_data.content


def test_each_fit_has_its_curves_and_scores(curved, tmp_path):
    said = export(curved, "tensorboard", tmp_path / "tb")
    assert said == f"{tmp_path / 'tb'}: 213 fits of 72 candidates; tensorboard --logdir {tmp_path / 'tb'}"
    fit = Read(tmp_path / "tb" / "candidate-00" / "split-2")
    assert set(fit.scalars) == {"loss/train", "loss/held-out", "test_accuracy", "score/accuracy", "fit_time"}
    assert [scalar[:2] for scalar in fit.scalars["loss/train"]] == [(1, 1.0), (2, 0.75), (3, 0.5)]
    assert [scalar[:2] for scalar in fit.scalars["test_accuracy"]] == [(1, 1.0), (2, 1.125), (3, 1.25)]
    record = curved.records["k0-2"]
    (score,) = fit.scalars["score/accuracy"]
    assert (score.step, score.wall_time) == (3, 1002.0)
    assert score.value == pytest.approx(record.scores["accuracy"])
    times = [scalar.wall_time for scalar in fit.scalars["loss/train"]]
    assert times[-1] == pytest.approx(1002.0 - 0.5)
    assert times[1] - times[0] == pytest.approx(record.fit_time / 3)


def test_hparams_are_typed_and_the_splits_of_a_candidate_are_one_row(curved, tmp_path):
    export(curved, "tensorboard", tmp_path)
    top = metadata.parse_experiment_plugin_data(Read(tmp_path).plugins[metadata.EXPERIMENT_TAG])
    assert [info.name for info in top.hparam_infos] == list(curved.columns)
    assert [metric.name.tag for metric in top.metric_infos] == ["score/accuracy", "fit_time"]
    session = Read(tmp_path / "candidate-00" / "split-1")
    start = metadata.parse_session_start_info_plugin_data(session.plugins[metadata.SESSION_START_INFO_TAG])
    assert start.group_name == "candidate-00"
    assert start.hparams["batch_norm"].bool_value is True
    assert start.hparams["batch_size"].number_value == 512
    assert start.hparams["optimizer"].string_value == "RMSprop"


@pytest.mark.parametrize(("place", "status"), [("candidate-00", "SUCCESS"), ("candidate-07", "FAILURE")])
def test_a_fit_says_how_it_ended(curved, tmp_path, place, status):
    export(curved, "tensorboard", tmp_path)
    fit = Read(tmp_path / place / "split-0")
    end = metadata.parse_session_end_info_plugin_data(fit.plugins[metadata.SESSION_END_INFO_TAG])
    assert api_pb2.Status.Name(end.status) == f"STATUS_{status}"
    assert bool(fit.scalars) == (status == "SUCCESS")


def test_replacing_leaves_the_files_of_others_alone(curved, make, tmp_path):
    other = tmp_path / "candidate-07" / "events.out.tfevents.1.host"
    export(curved, "tensorboard", tmp_path)
    other.write_bytes(b"")
    export(make({"dropout": [0.1]}, splits=1), "tensorboard", tmp_path, overwrite=True)
    left = sorted(path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*tfevents*"))
    assert left == [
        "candidate-0/split-0/events.out.tfevents.0.gridlab",
        "candidate-07/events.out.tfevents.1.host",
        "events.out.tfevents.0.gridlab",
    ]
    assert sorted(path.name for path in tmp_path.glob("candidate-*")) == ["candidate-0", "candidate-07"]


def test_flat_records_have_a_row_each_and_what_is_missing_is_said(flat, tmp_path):
    said = export(flat, "tensorboard", tmp_path)
    assert "single fits and their curves are not known here" in said
    assert list(Read(tmp_path / "candidate-2").scalars) == ["score/score"]
    assert not Read(tmp_path / "candidate-1").scalars


def test_tensorflow_stays_out(tmp_path):
    code = "import sys, gridlab.plots.export.events; print({'tensorflow', 'keras', 'jax'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "set()\n"


@pytest.mark.slow
def test_tensorboard_itself_shows_the_table_and_the_curves(curved, tmp_path):
    """The HTTP answers of today's TensorBoard, started as users start it."""
    export(curved, "tensorboard", tmp_path / "tb")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "tensorboard.main", "--logdir", tmp_path / "tb", "--port", str(port)]
    server = subprocess.Popen([*map(str, command), "--load_fast=false"], stderr=subprocess.DEVNULL)
    try:
        asked = partial(_ask, f"http://127.0.0.1:{port}/data")
        _wait(lambda: len(asked("/runs")) == 214)  # and the folder itself, with the table's columns
        table = asked("/plugin/hparams/experiment", {"experimentName": ""})
        types = {info["name"]: info["type"] for info in table["hparamInfos"]}
        assert types["learning_rate"] == "DATA_TYPE_FLOAT64"
        assert types["batch_norm"] == "DATA_TYPE_BOOL"
        statuses = [f"STATUS_{word}" for word in ("SUCCESS", "FAILURE", "RUNNING", "UNKNOWN")]
        question = {"experimentName": "", "allowedStatuses": statuses, "startIndex": 0, "sliceSize": 100}
        columns = {"colParams": [{"metric": {"group": "", "tag": "score/accuracy"}, "order": "ORDER_DESC"}]}
        groups = asked("/plugin/hparams/session_groups", question | columns)["sessionGroups"]
        assert len(groups) == 71
        assert groups[0]["name"] == f"candidate-{curved.best['index']:02}"
        assert groups[0]["metricValues"][0]["value"] == pytest.approx(curved.best["mean_test_score"])
        curve = asked("/plugin/scalars/scalars?run=candidate-00%2Fsplit-2&tag=loss%2Ftrain")
        assert [point[1:] for point in curve] == [[1, 1.0], [2, 0.75], [3, 0.5]]
    finally:
        server.terminate()
        server.wait()


def _ask(base, path, question=None):
    body = None if question is None else json.dumps(question).encode()
    request = urllib.request.Request(base + path, body, {"Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=60) as answer:
        return json.load(answer)


def _wait(done, seconds=90):
    until = time.monotonic() + seconds
    while True:
        with suppress(OSError):
            if done():
                return
        assert time.monotonic() < until
        time.sleep(0.5)
