from __future__ import annotations

import subprocess
import sys

import pytest
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
from tensorboard.plugins.hparams import api_pb2, metadata

from gridlab.plots.export import export


def read(folder):
    accumulator = EventAccumulator(str(folder))
    accumulator.Reload()
    return accumulator


def content(accumulator, tag):
    return accumulator.SummaryMetadata(tag).plugin_data.content


def test_each_fit_has_its_curves_and_scores(curved, tmp_path):
    said = export(curved, "tensorboard", tmp_path / "tb")
    assert said == f"{tmp_path / 'tb'}: 213 fits of 72 candidates; tensorboard --logdir {tmp_path / 'tb'}"
    fit = read(tmp_path / "tb" / "candidate-00" / "split-2")
    scalars = set(fit.Tags()["scalars"])
    assert scalars == {"loss/train", "loss/held-out", "test_accuracy", "score/accuracy", "fit_time"}
    assert [(e.step, e.value) for e in fit.Scalars("loss/train")] == [(1, 1.0), (2, 0.75), (3, 0.5)]
    assert [(e.step, e.value) for e in fit.Scalars("test_accuracy")] == [(1, 1.0), (2, 1.125), (3, 1.25)]
    record = curved.records["k0-2"]
    (score,) = fit.Scalars("score/accuracy")
    assert (score.step, score.wall_time) == (3, 1002.0)
    assert score.value == pytest.approx(record.scores["accuracy"])
    times = [event.wall_time for event in fit.Scalars("loss/train")]
    assert times[-1] == pytest.approx(1002.0 - 0.5)
    assert times[1] - times[0] == pytest.approx(record.fit_time / 3)


def test_hparams_are_typed_and_the_splits_of_a_candidate_are_one_row(curved, tmp_path):
    export(curved, "tensorboard", tmp_path)
    top = metadata.parse_experiment_plugin_data(content(read(tmp_path), metadata.EXPERIMENT_TAG))
    assert [info.name for info in top.hparam_infos] == list(curved.columns)
    assert [metric.name.tag for metric in top.metric_infos] == ["score/accuracy", "fit_time"]
    session = read(tmp_path / "candidate-00" / "split-1")
    start = metadata.parse_session_start_info_plugin_data(content(session, metadata.SESSION_START_INFO_TAG))
    assert start.group_name == "candidate-00"
    assert start.hparams["batch_norm"].bool_value is True
    assert start.hparams["batch_size"].number_value == 512
    assert start.hparams["optimizer"].string_value == "RMSprop"


@pytest.mark.parametrize(("place", "status"), [("candidate-00", "SUCCESS"), ("candidate-07", "FAILURE")])
def test_a_fit_says_how_it_ended(curved, tmp_path, place, status):
    export(curved, "tensorboard", tmp_path)
    fit = read(tmp_path / place / "split-0")
    end = metadata.parse_session_end_info_plugin_data(content(fit, metadata.SESSION_END_INFO_TAG))
    assert api_pb2.Status.Name(end.status) == f"STATUS_{status}"
    assert bool(fit.Tags()["scalars"]) == (status == "SUCCESS")


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
    assert read(tmp_path / "candidate-2").Tags()["scalars"] == ["score/score"]
    assert read(tmp_path / "candidate-1").Tags()["scalars"] == []


def test_tensorflow_stays_out(tmp_path):
    code = "import sys, gridlab.plots.export.events; print({'tensorflow', 'keras', 'jax'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "set()\n"
