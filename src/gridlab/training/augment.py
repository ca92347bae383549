"""What stands under `augment:`, read and checked without Keras: how far training images are moved about."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from gridlab.errors import GridlabError, did_you_mean
from gridlab.sweep.plain import shown

USUAL: dict[str, Any] = {"rotation": 10, "width_shift": 0.25, "height_shift": 0.25, "shear": 0.1, "zoom": 0.4}
"""What `augment: true` means; the studies' own. Digits are never mirrored, nor are parts cut out of them."""

FILLS = ("constant", "nearest", "reflect", "wrap")


def read_augment(given: Any) -> dict[str, Any] | None:
    """The settings by name, the rotation in degrees; None where there is no augmentation.

    >>> read_augment({"rotation": "10°", "zoom": 0.4})
    {'rotation': 10.0, 'zoom': 0.4}

    Raises:
        GridlabError: an unknown setting, or a value that it cannot have.
    """
    if given is None or given is False:
        return None
    if given is True:
        return dict(USUAL)
    if not isinstance(given, Mapping):
        raise GridlabError(f"takes true, false or a mapping as in {{rotation: 10°, zoom: 0.4}}, got {shown(given)}")
    found = {}
    for name, value in given.items():
        if name not in _RULES:
            raise GridlabError(f"takes no {name!r}; {did_you_mean(str(name), _RULES, 'it takes')}")
        read, what = _RULES[name]
        found[name] = read(value)
        if found[name] is None:
            raise GridlabError(f"{name} takes {what}, got {shown(value)}")
    return found or None


def chosen(asked: Any, fixed: Any) -> dict[str, Any] | None:
    """A candidate's: true takes what the sweep says, or else the usual.

    Args:
        asked: the candidate's own value of `augment`.
        fixed: what stands under the sweep's.
    """
    return read_augment(fixed or True if asked is True else asked)


def _degrees(value: Any) -> float | None:
    if isinstance(value, str) and (found := re.fullmatch(r"\s*(\d+\.?\d*)\s*(°|deg|degrees)?\s*", value)):
        value = float(found[1])
    return _upto(180)(value)


def _upto(most: float) -> Callable[[Any], float | None]:
    def read(value: Any) -> float | None:
        is_number = isinstance(value, int | float) and not isinstance(value, bool)
        return value if is_number and 0 <= value <= most else None

    return read


_SHARE = (_upto(1), "a share from 0 to 1")
_RULES: dict[str, tuple[Callable[[Any], Any], str]] = {
    "rotation": (_degrees, "degrees from 0 to 180, either way"),
    "width_shift": _SHARE,
    "height_shift": _SHARE,
    "shear": _SHARE,
    "zoom": (_upto(0.99), "a share from 0 to below 1, in or out"),
    "fill": (lambda value: value if value in FILLS else None, f"one of {', '.join(FILLS)}"),
}
