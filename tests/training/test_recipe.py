from __future__ import annotations

import pytest

from gridlab.errors import GridlabError
from gridlab.sweep.parts import ModelSpec
from gridlab.training.callback_settings import callback_settings
from gridlab.training.models.fc3 import fc3
from gridlab.training.recipe import make_recipe


def recipe(model, kind="classification", fit=None, base=None, augment=None):
    return make_recipe(ModelSpec.model_validate(model), kind, fit or {}, base, augment)


PIPELINE = {"pipeline": ["sklearn.preprocessing:StandardScaler", "fc3"]}


def test_what_trains_it():
    assert recipe("fc3").engine == "single"
    assert recipe("fc3").keras_alone
    assert recipe(PIPELINE).engine == "single"
    assert not recipe(PIPELINE).keras_alone
    assert recipe("sklearn.svm:SVC").engine == "estimator"
    assert not recipe("sklearn.svm:SVC").is_network


def test_epochs_are_a_candidate_s_before_the_sweep_s_before_keras_own():
    assert recipe("fc3").epochs({}) == 1
    assert recipe("fc3", fit={"epochs": 7}).epochs({}) == 7
    assert recipe("fc3", fit={"epochs": 7}).epochs({"epochs": 9}) == 9
    assert recipe("fc3", fit={"epochs": 7}).epochs({"fit__epochs": 9}) == 9


def with_epochs(epochs=3):
    return epochs


def open_to_all(**anything):
    return anything


@pytest.mark.parametrize(
    ("model", "params", "fit", "one_training"),
    [
        ("fc3", {"dropout": 0.1}, {}, True),
        ("fc3", {"callbacks": "EarlyStopping"}, {}, False),
        ("fc3", {"callbacks__patience": 3}, {}, False),
        ("fc3", {"fit__callbacks": []}, {}, False),
        ("fc3", {}, {"callbacks": "EarlyStopping"}, False),
        ("fc3", {"augment": True}, {}, True),
        ("fc3", {}, callback_settings({"early_stopping": {}}), False),
        (with_epochs, {}, {}, False),
        (open_to_all, {}, {}, False),
        (PIPELINE, {}, {}, False),
        ("sklearn.svm:SVC", {}, {}, False),
    ],
)
def test_epochs_are_one_training_only_where_nothing_looks_at_them(model, params, fit, one_training):
    assert ("epochs" in recipe(model, fit=fit).shared(params)) is one_training


def test_the_fingerprint_is_of_everything_that_affects_the_numbers():
    def other(meta, units=3):
        return units

    found = [
        recipe("fc3"),
        recipe("fc3", kind="regression"),
        recipe("fc3", fit={"epochs": 2}),
        recipe("fc3", fit=callback_settings({"early_stopping": {"patience": 3}})),
        recipe("fc3", augment={"zoom": 0.2}),
        recipe("fc3", augment=True),
        recipe({"name": "fc3", "dropout": 0.3}),
        recipe("mlp"),
        recipe(PIPELINE),
        recipe(other),
    ]
    assert len({one.fingerprint for one in found}) == len(found)
    assert recipe("fc3").fingerprint == recipe("fc3").fingerprint


def test_an_edited_builder_is_another(tmp_path):
    file = tmp_path / "mine.py"
    found = set()
    for units in (8, 16):
        file.write_text(f"def build(lr=0.1):\n    return {units}\n")
        found.add(recipe("./mine.py:build", base=tmp_path).fingerprint)
    file.write_text("# a remark\ndef build(lr=0.1):\n    'What it does.'\n    return 16\n")
    assert recipe("./mine.py:build", base=tmp_path).fingerprint in found
    assert len(found) == 2


def test_what_python_gives_is_loaded_as_it_is():
    (step,) = recipe(fc3).steps
    assert step.load(None) is fc3
    assert step.name == "fc3"
    assert recipe("fc3").steps[0].load(None) is fc3


def test_what_is_not_there_is_refused(tmp_path):
    with pytest.raises(GridlabError, match="no_such"):
        recipe("./no_such.py:build", base=tmp_path)
