"""A score, its interval and its splits on a line as high as a word: drawn by the style sheet, without a script."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple


class Strip(NamedTuple):
    """What one strip shows; None where there is none."""

    mean: float | None
    low: float | None = None
    high: float | None = None
    dots: tuple[float | None, ...] = ()

    @property
    def numbers(self) -> list[float]:
        """All that is known."""
        return [n for n in (self.mean, self.low, self.high, *self.dots) if n is not None]


def drawn(strips: Iterable[Strip]) -> list[str]:
    """Strips as HTML, all from the least number to the greatest, so that they can be compared."""
    strips = list(strips)
    numbers = [n for strip in strips for n in strip.numbers]
    low, high = (min(numbers), max(numbers)) if numbers else (0.0, 0.0)
    return [_drawn(strip, low, (high - low) or 1.0) for strip in strips]


def _drawn(strip: Strip, least: float, room: float) -> str:
    def share(length: float) -> str:
        return f"{100 * length / room:.1f}%"

    bar = ""
    if strip.low is not None and strip.high is not None:
        bar = f'<i style="left:{share(strip.low - least)};width:{share(strip.high - strip.low)}"></i>'
    dots = "".join(f'<s style="left:{share(dot - least)}"></s>' for dot in strip.dots if dot is not None)
    mean = "" if strip.mean is None else f'<b style="left:{share(strip.mean - least)}"></b>'
    return f'<span class="strip" role="presentation">{bar}{dots}{mean}</span>'
