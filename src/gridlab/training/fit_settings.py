"""FIT_SETTINGS: Keras' fit settings that a sweep can vary, and the values that each takes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple


class Setting(NamedTuple):
    """What a fit setting can be."""

    fits: Callable[[Any], bool]
    what: str
    """The same in words: "takes …"."""


def _is_count(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 1


def _is_share(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value < 1


def _are_weights(value: Any) -> bool:
    return value is None or value == "balanced" or isinstance(value, Mapping)


_COUNT = Setting(_is_count, "whole numbers from 1 up")

FIT_SETTINGS: dict[str, Setting] = {
    "batch_size": _COUNT,
    "class_weight": Setting(_are_weights, "balanced, or a mapping of classes to weights (in a grid, a list of such)"),
    "epochs": _COUNT,
    "shuffle": Setting(lambda value: isinstance(value, bool), "true or false"),
    "validation_batch_size": _COUNT,
    "validation_freq": _COUNT,
    "validation_split": Setting(_is_share, "a share from 0 to below 1"),
}
"""What Keras says on the screen, and weights of single rows, are none of a sweep's."""
