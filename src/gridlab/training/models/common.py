"""What every builder ends in: input of the data's shape, output for the task, compiled."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from gridlab.errors import GridlabError

if TYPE_CHECKING:
    import keras

Meta = Mapping[str, Any]
"""What scikeras tells a builder of the data: `X_shape_`, `n_classes_`, `target_type_`, `n_outputs_`, …"""


def compiled(
    hidden: Iterable[keras.layers.Layer],
    meta: Meta,
    optimizer: str | Mapping[str, Any] | keras.optimizers.Optimizer,
    learning_rate: float,
    momentum: float | None = None,
    loss: str | None = None,
) -> keras.Model:
    """The network input → hidden layers → output, compiled.

    Classification ends in a softmax over the classes with sparse cross-entropy and accuracy, regression in one linear
    unit per target with the mean squared error and the mean absolute error. Another `loss` may be named; one that
    compares rows with rows (`mean_squared_error`, …) is given labels as rows of a unit matrix by gridlab's wrapper.
    """
    import keras

    if "n_classes_" in meta:
        output = keras.layers.Dense(meta["n_classes_"], activation="softmax")
        usual, metric = "sparse_categorical_crossentropy", "accuracy"
    else:
        output = keras.layers.Dense(meta.get("n_outputs_", 1))
        usual, metric = "mean_squared_error", "mean_absolute_error"
    model = keras.Sequential([keras.Input(meta["X_shape_"][1:]), *hidden, output])
    model.compile(with_learning_rate(optimizer, learning_rate, momentum), loss=loss or usual, metrics=[metric])
    return model


def with_learning_rate(
    optimizer: str | Mapping[str, Any] | keras.optimizers.Optimizer,
    learning_rate: float,
    momentum: float | None = None,
) -> keras.optimizers.Optimizer:
    """A new optimizer of that name (or with that one's settings) and this learning rate.

    Args:
        optimizer: a name of Keras' or `RAdam`; `{name: RMSprop, rho: 0.9, …}`; or an optimizer, which is copied.
        learning_rate: of the new one.
        momentum: of the new one; None leaves it as it is.

    Raises:
        GridlabError: settings without a name, or a momentum for an optimizer that has none.
    """
    import keras

    settings = dict(optimizer) if isinstance(optimizer, Mapping) else {"name": optimizer}
    name = settings.pop("name", None)
    if name is None:
        raise GridlabError("an optimizer's settings stand beside its name, as in {name: RMSprop, rho: 0.9}")
    if isinstance(name, str) and name.lower() == "radam":
        from gridlab.training.optimizers import RAdam

        named = RAdam()
    else:
        named = keras.optimizers.get(name)
    known = named.get_config()
    if momentum is not None:
        if "momentum" not in known:
            raise GridlabError(f"{type(named).__name__} has no momentum to be set; SGD and RMSprop have")
        settings["momentum"] = momentum
    return type(named).from_config({**known, **settings, "learning_rate": learning_rate})


def flat(meta: Meta) -> list[keras.layers.Layer]:
    """A layer that flattens images; none for rows of features."""
    import keras

    return [keras.layers.Flatten()] if len(meta["X_shape_"]) > 2 else []


def dense(units: int, activation: str | None, **settings: Any) -> list[keras.layers.Layer]:
    """A dense layer and its activation, within it but for `prelu`, which is a layer."""
    from keras import layers

    if activation == "prelu":
        return [layers.Dense(units, **settings), *activated(activation)]
    return [layers.Dense(units, activation, **settings)]


def activated(activation: str | None, slope: float | None = None, maps: bool = False) -> list[keras.layers.Layer]:
    """An activation as a layer of its own: Keras' by name, or `prelu`, whose slope below zero is learned.

    PReLU: He, Zhang, Ren, Sun, "Delving deep into rectifiers", ICCV 2015; one slope for each unit or feature map.

    Args:
        activation: the name; None or "linear" for none.
        slope: of `leaky_relu` below zero; None: Keras' own.
        maps: whether it follows a convolution.
    """
    from keras import layers

    if activation in (None, "linear"):
        return []
    if activation == "prelu":
        return [layers.PReLU(shared_axes=[1, 2] if maps else None)]
    if activation == "leaky_relu" and slope is not None:
        return [layers.LeakyReLU(slope)]
    return [layers.Activation(activation)]


def each(value: Any, n: int, what: str) -> Sequence[Any]:
    """One value for each of n layers: the values themselves if it is a list of them, else the one for all.

    Raises:
        GridlabError: the list is of another length.
    """
    if not isinstance(value, list | tuple):
        return [value] * n
    if len(value) != n:
        raise GridlabError(f"{what} has {len(value)} values for {n} layers; give one for each, or one for all")
    return value
