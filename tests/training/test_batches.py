import numpy as np
import pytest

pytestmark = pytest.mark.slow

keras = pytest.importorskip("keras")

from gridlab.training.batches import batches  # noqa: E402

X = np.arange(10, dtype="float64").reshape(10, 1)
y = np.arange(10)


def epochs_of(piped, n_epochs):
    rows = [x.numpy().ravel() for x, _ in piped.dataset]
    assert len(rows) == n_epochs * piped.steps
    return [np.concatenate(rows[e * piped.steps : (e + 1) * piped.steps]) for e in range(n_epochs)]


def test_every_epoch_has_every_row_once_and_the_last_batch_is_short():
    piped = batches((X, y), batch_size=4, epochs=range(3), seed=1, shuffle=True)
    assert piped.steps == 3
    assert [len(x) for x, _ in piped.dataset][:3] == [4, 4, 2]
    orders = epochs_of(piped, 3)
    for order in orders:
        assert sorted(order) == list(range(10))
    assert len({tuple(order) for order in orders}) == 3


def test_the_order_depends_on_seed_and_epoch_alone():
    def orders(seed, epochs):
        return epochs_of(batches((X, y), batch_size=4, epochs=epochs, seed=seed, shuffle=True), len(epochs))

    long = orders(5, range(6))
    np.testing.assert_array_equal(orders(5, range(2)), long[:2])
    np.testing.assert_array_equal(orders(5, range(2, 6)), long[2:])
    assert not np.array_equal(orders(6, range(1)), long[:1])


def test_rows_stay_together_and_weights_come_along():
    weights = np.arange(10) / 10
    piped = batches((X, y, weights), batch_size=3, epochs=range(1), seed=2, shuffle=True)
    for x, target, weight in piped.dataset:
        assert x.dtype == "float32"
        np.testing.assert_array_equal(x.numpy().ravel(), target.numpy())
        np.testing.assert_allclose(weight.numpy(), target.numpy() / 10, rtol=1e-6)


def test_unshuffled_it_is_the_training_that_keras_does():
    def model():
        keras.utils.set_random_seed(3)
        made = keras.Sequential([keras.Input((1,)), keras.layers.Dense(4, "tanh"), keras.layers.Dense(1)])
        made.compile(keras.optimizers.Adam(0.01), "mse")
        return made

    plain, ours = model(), model()
    expected = plain.fit(X, y.astype("float32"), batch_size=4, epochs=5, shuffle=False, verbose=0).history["loss"]
    piped = batches((X, y.astype("float32")), batch_size=4, epochs=range(5), seed=0, shuffle=False)
    got = ours.fit(piped.dataset, epochs=5, steps_per_epoch=piped.steps, shuffle=False, verbose=0).history["loss"]
    assert got == expected
