import pytest

pytestmark = pytest.mark.slow

keras = pytest.importorskip("keras")

from gridlab.training.programs import Programs, describe  # noqa: E402


def model(units=4, rate=0.1, optimizer="Adam", learning_rate=0.01, loss="mse", activation="relu", metrics=()):
    made = keras.Sequential(
        [keras.Input((3,)), keras.layers.Dense(units, activation), keras.layers.Dropout(rate), keras.layers.Dense(1)]
    )
    made.compile(getattr(keras.optimizers, optimizer)(learning_rate), loss, metrics=list(metrics))
    return made


def test_models_of_one_structure_are_described_alike():
    assert describe(model()) == describe(model()) is not None


def test_gridlab_s_own_optimizer_is_known():
    from gridlab.training.optimizers import RAdam

    radam = model()
    radam.compile(RAdam(0.1), "mse")
    other = model()
    other.compile(RAdam(0.2), "mse")
    assert describe(radam) == describe(other) is not None
    other.compile(RAdam(0.1, beta_2=0.9), "mse")
    assert describe(other) != describe(radam)


def test_the_learning_rate_is_a_variable():
    assert describe(model(learning_rate=0.1)) == describe(model(learning_rate=0.2))


@pytest.mark.parametrize(
    "other",
    [
        {"units": 5},
        {"rate": 0.2},
        {"optimizer": "RMSprop"},
        {"loss": "mae"},
        {"activation": "tanh"},
        {"metrics": ["mae"]},
        {"learning_rate": keras.optimizers.schedules.ExponentialDecay(0.1, 10, 0.9)},
    ],
)
def test_models_that_compute_other_things_are_told_apart(other):
    assert describe(model(**other)) != describe(model())


def scaled(factor):
    def loss(y, predicted):
        return factor * keras.losses.mean_squared_error(y, predicted)

    return loss


class OwnLayer(keras.layers.Layer):
    def call(self, x):
        return x * 2.0


class OwnModel(keras.Sequential):
    pass


def test_what_somebody_wrote_is_never_taken_for_the_same():
    own_layer = keras.Sequential([keras.Input((3,)), OwnLayer(), keras.layers.Dense(1)])
    own_model = OwnModel([keras.Input((3,)), keras.layers.Dense(1)])
    for own in (own_layer, own_model):
        own.compile("sgd", "mse")
        assert describe(own) is None
    assert describe(model(loss=scaled(2.0))) is None
    assert describe(model(activation=lambda x: x)) is None
    assert describe(model(metrics=[scaled(1.0)])) is None


def test_a_model_that_is_not_compiled_or_not_built_is_unknown():
    uncompiled = keras.Sequential([keras.Input((3,)), keras.layers.Dense(1)])
    unbuilt = keras.Sequential([keras.layers.Dense(1)])
    unbuilt.compile("sgd", "mse")
    assert describe(uncompiled) is None
    assert describe(unbuilt) is None


def test_the_state_of_the_fresh_model_is_carried_over():
    programs = Programs()
    first, second = model(learning_rate=0.1), model(learning_rate=0.2)
    assert programs.adopt(first) is first
    weights = second.get_weights()
    assert programs.adopt(second) is first
    for mine, wanted in zip(first.get_weights(), weights, strict=True):
        assert (mine == wanted).all()
    assert float(first.optimizer.learning_rate) == pytest.approx(0.2)


def test_the_least_recently_used_is_let_go():
    programs = Programs(most=2)
    first, second, third = model(units=1), model(units=2), model(units=3)
    for one in (first, second, third):
        programs.adopt(one)
    fresh = model(units=1)
    assert programs.adopt(fresh) is fresh
    assert programs.adopt(model(units=3)) is third
