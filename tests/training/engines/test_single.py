from __future__ import annotations

import pytest

pytestmark = pytest.mark.slow

from tests.training.engines.contract import NetworkContract, three_classes  # noqa: E402


class TestSingle(NetworkContract):
    engine = "single"


def sequential(output: int, activation: str, loss: str):
    def build(units=4):
        import keras

        model = keras.Sequential(
            [
                keras.Input((6,)),
                keras.layers.Dense(units, "relu"),
                keras.layers.Dense(output, activation),
            ]
        )
        model.compile("adam", loss, metrics=["accuracy"])
        return model

    return build


ask = TestSingle()


@pytest.mark.parametrize("loss", ["categorical_crossentropy", "kl_divergence", "mean_squared_error"])
def test_losses_that_compare_distributions_or_rows_get_one_hot_labels(loss):
    plan = ask.plan(three_classes(), sequential(3, "softmax", loss), grid={"units": [4]})
    found = ask.train(plan)
    for trained in found.values():
        assert trained.record.status == "ok", trained.record.error
        assert trained.predictions["proba"].shape == (45, 3)
        assert trained.record.curves["test_accuracy"][-1] == pytest.approx(trained.record.scores["accuracy"], abs=1e-6)


def test_one_sigmoid_for_two_classes():
    X, y = three_classes()
    plan = ask.plan((X, y > 0), sequential(1, "sigmoid", "binary_crossentropy"), grid={"units": [4]}, scoring="roc_auc")
    for trained in ask.train(plan).values():
        assert trained.record.status == "ok", trained.record.error
        assert trained.predictions["proba"].shape == (45, 2)


def test_two_softmax_units_with_one_hot_labels():
    X, y = three_classes()
    plan = ask.plan((X, y > 0), sequential(2, "softmax", "categorical_crossentropy"), grid={"units": [4]})
    for trained in ask.train(plan).values():
        assert trained.record.status == "ok", trained.record.error


def test_a_split_may_score_a_single_row():
    X, y = three_classes(n=9)
    plan = ask.plan((X, y), grid={"hidden": [[3]]}, cv=3)
    (train, test), *others = plan.task.splits.indices
    object.__setattr__(plan.task.splits, "indices", ((train, test[:1]), *others))
    trained = ask.train(plan, plan.fits[:1])[0, 0]
    assert trained.record.status == "ok", trained.record.error
    assert trained.predictions["proba"].shape == (1, 3)


def test_a_network_of_the_wrong_output_fails_alone():
    plan = ask.plan(three_classes(), sequential(1, "linear", "mse"), grid={"units": [4]})
    for trained in ask.train(plan).values():
        assert trained.record.status in ("ok", "failed")
        assert (trained.record.error is None) == (trained.record.status == "ok")


@pytest.mark.parametrize(
    "settings",
    [
        {"validation_split": 0.2, "validation_freq": 2, "validation_batch_size": 8},
        {"shuffle": False},
        {"class_weight": "balanced"},
        {"class_weight": {0: 1.0, 1: 2.0, 2: 3.0}},
    ],
    ids=["validation", "shuffle", "balanced", "weights"],
)
def test_every_fit_setting_reaches_keras(settings):
    plain = ask.plan(three_classes(), grid={"hidden": [[4]], "epochs": [4]})
    plan = ask.plan(three_classes(), grid={"hidden": [[4]], "epochs": [4], **{k: [v] for k, v in settings.items()}})
    before, after = ask.train(plain, plain.fits[:1])[0, 0], ask.train(plan, plan.fits[:1])[0, 0]
    assert after.record.status == "ok", after.record.error
    assert after.record.curves["loss"] != before.record.curves["loss"]
    if "validation_freq" in settings:
        assert len(after.record.curves["val_loss"]) == 2


def test_a_callback_keeps_epochs_apart():
    import keras

    grid = {"hidden": [[4]], "epochs": [2, 4], "callbacks": [keras.callbacks.EarlyStopping]}
    plan = ask.plan(three_classes(), grid=grid)
    assert len(plan.units(plan.fits)) == len(plan.fits)
    apart = ask.plan(three_classes(), grid={"hidden": [[4]], "epochs": [2, 4]})
    assert len(apart.units(apart.fits)) == len(apart.fits) // 2
