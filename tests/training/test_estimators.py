from __future__ import annotations

import pytest
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import StandardScaler

from gridlab.errors import GridlabError
from gridlab.sweep.parts import ModelSpec
from gridlab.training.estimators import make_estimator
from gridlab.training.recipe import make_recipe


def make(model, params=None, seed=1, fit=None, kind="classification"):
    return make_estimator(make_recipe(ModelSpec.model_validate(model), kind, fit or {}, None), params or {}, seed)


def test_an_estimator_by_name_with_fixed_and_varied_parameters():
    model = {"name": "sklearn.linear_model:LogisticRegression", "C": 3.0, "max_iter": 5}
    made = make(model, {"max_iter": 7})
    assert isinstance(made, LogisticRegression)
    assert (made.C, made.max_iter, made.random_state) == (3.0, 7, 1)


def test_a_seed_that_is_given_stays():
    assert make({"name": "sklearn.linear_model:LogisticRegression", "random_state": 5}).random_state == 5
    assert make("sklearn.linear_model:LogisticRegression", {"random_state": 6}).random_state == 6


def test_every_step_is_seeded():
    model = {"pipeline": ["sklearn.decomposition:PCA", "sklearn.linear_model:LogisticRegression"]}
    made = make(model, {"pca__n_components": 2, "C": 0.5}, seed=9)
    assert isinstance(made, Pipeline)
    assert (made["pca"].random_state, made["logisticregression"].random_state) == (9, 9)
    assert (made["pca"].n_components, made["logisticregression"].C) == (2, 0.5)


def test_one_given_in_python_is_cloned():
    given = LogisticRegression(C=2.0)
    made = make(given, {"max_iter": 3})
    assert made is not given
    assert (made.C, made.max_iter, given.max_iter) == (2.0, 3, 100)
    pipeline = make(make_pipeline(StandardScaler(), given), {"logisticregression__C": 4.0})
    assert (pipeline["logisticregression"].C, given.C) == (4.0, 2.0)


def test_what_nothing_takes_is_refused():
    with pytest.raises(GridlabError, match="did you mean C"):
        make("sklearn.linear_model:LogisticRegression", {"c": 1})


@pytest.mark.slow
class TestNetworks:
    def test_parameters_go_where_they_belong(self):
        made = make("fc3", {"dropout": 0.3, "epochs": 4, "callbacks__patience": 1}, fit={"batch_size": 8})
        assert type(made).__name__ == "KerasClassifier"
        params = made.get_params()
        assert (params["model__dropout"], params["epochs"], params["batch_size"]) == (0.3, 4, 8)
        assert params["callbacks__patience"] == 1
        assert params["random_state"] == 1
        assert type(make("fc3", kind="regression")).__name__ == "KerasRegressor"

    def test_settings_that_scikeras_does_not_know_go_to_keras_and_not_to_the_builder(self):
        assert make("fc3", {"validation_freq": 2}).get_params()["fit__validation_freq"] == 2

    def test_in_a_pipeline(self):
        made = make(
            {"pipeline": ["sklearn.preprocessing:StandardScaler", "fc3"]}, {"dropout": 0.1, "epochs": 2}, seed=4
        )
        assert made["kerasclassifier"].get_params()["model__dropout"] == 0.1
        assert made["kerasclassifier"].random_state == 4

    def test_a_builder_is_a_function(self):
        class Builder:
            def __call__(self, units=3):
                return units

        with pytest.raises(GridlabError, match="a function"):
            make({"object": Builder()})
