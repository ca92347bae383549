from __future__ import annotations

import pytest

from gridlab.errors import GridlabError

pytestmark = pytest.mark.slow


def test_an_optimizer_by_name_by_mapping_and_with_a_momentum():
    from gridlab.training.models.common import with_learning_rate

    assert with_learning_rate("SGD", 0.1, 0.9).momentum == 0.9
    assert with_learning_rate({"name": "RMSprop", "rho": 0.7, "centered": True}, 0.1).rho == 0.7
    assert with_learning_rate({"name": "RMSprop", "momentum": 0.1}, 0.1, 0.5).momentum == 0.5
    radam = with_learning_rate({"name": "RAdam", "beta_2": 0.99}, 0.1)
    assert (type(radam).__name__, radam.beta_2) == ("RAdam", 0.99)
    for name in ("Nadam", "Adadelta", "Adam"):
        assert type(with_learning_rate(name, 0.1)).__name__ == name


def test_a_momentum_for_an_optimizer_that_has_none():
    from gridlab.training.models.common import with_learning_rate

    with pytest.raises(GridlabError, match="Adam has no momentum"):
        with_learning_rate("Adam", 0.1, 0.9)
    with pytest.raises(GridlabError, match="settings stand beside its name"):
        with_learning_rate({"rho": 0.9}, 0.1)


def test_activations_as_layers():
    from gridlab.training.models.common import activated

    kinds = [[type(layer).__name__ for layer in activated(name, 0.1)] for name in (None, "relu", "leaky_relu", "prelu")]
    assert kinds == [[], ["Activation"], ["LeakyReLU"], ["PReLU"]]
    assert activated("leaky_relu")[0].activation.__name__ == "leaky_relu"
