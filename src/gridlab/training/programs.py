"""Compiled Keras models, kept by structure, so that a sweep traces a network once and not once a fit.

Tracing the first epoch costs TensorFlow as much as a dozen epochs of a small network. Two models of equal configuration
compute the same function of their variables, so a fresh model's variables are carried over into a model that has been
traced already. Its numbers are those of the fresh one, to the bit.
"""

from __future__ import annotations

import json
import re
from collections import OrderedDict
from collections.abc import Iterator, Mapping
from typing import Any

import keras


class Programs:
    """The models that this process has traced, the latest used last."""

    def __init__(self, most: int = 8) -> None:
        """Keep at most that many; each holds its variables and its graphs, a few megabytes and more."""
        self._kept: OrderedDict[str, keras.Model] = OrderedDict()
        self._most = most

    def adopt(self, fresh: keras.Model) -> keras.Model:
        """A model with the state of `fresh`: one of equal structure that has been traced, or else itself."""
        structure = describe(fresh)
        if structure is None:
            return fresh
        kept = self._kept.pop(structure, None)
        if kept is None:
            kept = fresh
        else:
            _carry_over(fresh, kept)
        self._kept[structure] = kept
        if len(self._kept) > self._most:
            self._kept.popitem(last=False)
        return kept


def describe(model: keras.Model) -> str | None:
    """All of a built and compiled model that its traced functions depend on, but for its variables; None if unknown.

    The learning rate is a variable. Layers, losses, metrics and activations of somebody's own are unknown: two of them
    can have equal configurations and compute different things (a closure, say).
    """
    if not (model.built and model.compiled and _is_known(type(model).__module__)):
        return None
    try:
        config, compiled = model.get_config(), model.get_compile_config()
    except Exception:  # somebody's own layer without a configuration: whatever it raises, the answer is "unknown"
        return None
    if not compiled or not _known([config, compiled]):
        return None
    rate = compiled["optimizer"]["config"].get("learning_rate")
    if isinstance(rate, int | float):
        compiled["optimizer"]["config"]["learning_rate"] = "a variable"
    return _without_names([config, compiled])


def _is_known(module: str) -> bool:
    """Whether a class's configuration tells all of it: Keras' own, and gridlab's optimizers."""
    return module.partition(".")[0] == "keras" or module == "gridlab.training.optimizers"


def _known(config: Any) -> bool:
    if isinstance(config, Mapping):
        if "class_name" in config and not _is_known(str(config.get("module"))):
            return False
        return all(map(_known, config.values()))
    if isinstance(config, list | tuple):
        return all(map(_known, config))
    return config is None or isinstance(config, bool | int | float | str)


def _without_names(config: Any) -> str:
    """The configuration as text. Layers are numbered through the process ("dense_7"); number them through the model."""
    text = json.dumps(config, sort_keys=True)
    numbers = {name: f"#{i}" for i, name in enumerate(dict.fromkeys(_names(config)))}
    return re.sub(r'"([^"\\]*)"', lambda found: f'"{numbers.get(found[1], found[1])}"', text)


def _names(config: Any) -> Iterator[str]:
    """The names of all layers and models, in order."""
    if isinstance(config, Mapping):
        if isinstance(config.get("name"), str):
            yield config["name"]
        config = list(config.values())
    if isinstance(config, list | tuple):
        for value in config:
            yield from _names(value)


def _carry_over(fresh: keras.Model, kept: keras.Model) -> None:
    fresh.optimizer.build(fresh.trainable_variables)
    kept.optimizer.build(kept.trainable_variables)
    pairs = [(fresh.variables, kept.variables), (fresh.optimizer.variables, kept.optimizer.variables)]
    for source, target in pairs:
        for a, b in zip(source, target, strict=True):
            b.assign(a)
