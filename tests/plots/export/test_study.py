from __future__ import annotations

from contextlib import contextmanager

import optuna
import pytest
from optuna.distributions import CategoricalDistribution, FloatDistribution, IntDistribution
from optuna.trial import TrialState

from gridlab.errors import GridlabError, StoreError
from gridlab.plots.export import export


@contextmanager
def exported(results, folder):
    """A run as the study of its name."""
    where = f"sqlite:///{folder / 'o.db'}"
    export(results, "optuna", where)
    storage = optuna.storages.RDBStorage(where)
    yield optuna.load_study(study_name=results.name, storage=storage)
    storage.remove_session()
    storage.engine.dispose()


@pytest.fixture(scope="module")
def study(curved, tmp_path_factory):
    with exported(curved, tmp_path_factory.mktemp("study")) as found:
        yield found


def test_candidates_are_trials_typed_as_the_axes_say(curved, study):
    assert study.direction.name == "MAXIMIZE"
    assert study.user_attrs["metric"] == "accuracy"
    assert study.trials[0].distributions == {
        "batch_norm": CategoricalDistribution([True, False]),
        "dropout": FloatDistribution(0.2, 0.4),
        "learning_rate": FloatDistribution(0.001, 0.01, log=True),
        "optimizer": CategoricalDistribution(["RMSprop", "Adam"]),
        "batch_size": IntDistribution(512, 2048),
        "epochs": IntDistribution(20, 20),
    }
    assert study.trials[0].params == curved.params(0)
    assert study.best_trial.user_attrs["candidate"] == curved.best["index"]
    assert study.best_value == pytest.approx(curved.best["mean_test_score"])


def test_failed_and_partial_candidates_are_failed_trials_and_pending_ones_are_left_out(curved, study):
    trials = {trial.user_attrs["candidate"]: trial for trial in study.trials}
    assert sorted(trials) == list(range(71))
    assert [i for i, trial in trials.items() if trial.state == TrialState.FAIL] == [7, 9, 30]
    assert trials[7].user_attrs["error"] == "loss became NaN in epoch 3"
    assert trials[9].user_attrs["status"] == "partial"
    assert trials[0].user_attrs["split2_test_score"] == curved.records["k0-2"].scores["accuracy"]
    assert "error" not in trials[0].user_attrs


def test_intermediate_values_are_means_as_far_as_every_split_got(curved, study):
    assert study.user_attrs["intermediate_values"] == "test_accuracy, mean over the splits"
    assert study.trials[0].intermediate_values == {1: 0.75, 2: 0.875}
    assert study.trials[7].intermediate_values == {}


def test_a_trial_lasts_from_its_first_fit_to_its_last(curved, study):
    trial = study.trials[0]
    began = min(record.finished - record.fit_time - 0.5 for record in map(curved.records.get, ("k0-0", "k0-1", "k0-2")))
    assert trial.datetime_start.timestamp() == pytest.approx(began, abs=1e-5)
    assert trial.datetime_complete.timestamp() == pytest.approx(1002.0)


def test_without_curves_that_is_said(make, tmp_path):
    assert export(make({"dropout": [0.1, 0.2]}), "optuna", f"sqlite:///{tmp_path / 'o.db'}").endswith(
        "2 trials, without curves: none of a held-out split are recorded"
    )


def test_choices_that_optuna_would_mix_up_are_spelled_out(flat, tmp_path):
    with exported(flat, tmp_path) as study:
        trials = study.trials
    assert trials[0].distributions["act"] == CategoricalDistribution(['"x"', "true", "1"])
    assert [trial.params["act"] for trial in trials] == ['"x"', "true", "1"]
    assert [trial.params.get("shape", "absent") for trial in trials] == ["[1, 2]", None, "absent"]
    assert [trial.state.name for trial in trials] == ["COMPLETE", "FAIL", "COMPLETE"]


def test_other_studies_of_the_storage_stay(make, flat, tmp_path):
    with exported(make({"dropout": [0.1]}), tmp_path) as first, exported(flat, tmp_path) as second:
        assert (len(first.trials), len(second.trials)) == (1, 3)
    with pytest.raises(StoreError, match="holds a study fc3 already; --overwrite replaces it"):
        export(make({"dropout": [0.1]}), "optuna", f"sqlite:///{tmp_path / 'o.db'}")


@pytest.mark.parametrize(
    ("where", "words"),
    [
        ("fc3.db", "takes a storage URL, as in sqlite:///fc3.db, got fc3.db"),
        ("sqlite:////nowhere/at/all.db", "cannot be used as an Optuna storage: .*unable to open"),
        ("nodb://x", "cannot be used as an Optuna storage: Can't load plugin"),
    ],
)
def test_a_storage_that_cannot_be_opened_is_said_in_one_line(fc3, where, words):
    with pytest.raises(GridlabError, match=words) as caught:
        export(fc3, "optuna", where)
    assert "\n" not in str(caught.value)
