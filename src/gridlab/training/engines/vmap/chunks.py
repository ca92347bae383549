"""Chunks: a group's lanes cut into equal rectangles, so that the last one runs the program of the first."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from functools import cached_property
from typing import Any

import jax

from gridlab.sweep.grid import digest
from gridlab.training.engines.vmap.devices import count
from gridlab.training.engines.vmap.lanes import Group
from gridlab.training.engines.vmap.program import Shape
from gridlab.training.engines.vmap.seats import Row
from gridlab.training.task import Task


def rows_of(task: Task, group: Group) -> list[Row]:
    """A group's lanes by split, sharing batches and noise; or each by itself, where the sweep wants it so."""
    if not task.common_random_numbers:
        return [Row(int(digest(["row", lane.seed]), 16) % 2**31, [lane]) for lane in group.lanes]
    splits = sorted({lane.split for lane in group.lanes})
    return [
        Row(int(digest(["row", task.seed, i]), 16) % 2**31, [lane for lane in group.lanes if lane.split == i])
        for i in splits
    ]


class Chunks:
    """What is left of a group, and the rectangle that is taken at a time."""

    def __init__(self, group: Group, Y: Any, rows: Sequence[Row], limit: int) -> None:
        """Plan the rectangle.

        Args:
            group: the lanes' program.
            Y: all targets, on the device.
            rows: the lanes.
            limit: how many lanes fit into memory.
        """
        self.group, self.Y = group, Y
        self._left = list(rows)
        self._limit = max(1, limit)

    @property
    def shape(self) -> Shape:
        """The rectangle: as wide as the memory allows, in as many equal parts as that takes."""
        sizes = self.group.sizes
        return Shape(*self._rectangle, sizes.n, min(self.group.blueprint.batch_size, sizes.n))

    @cached_property
    def _rectangle(self) -> tuple[int, int]:
        lanes = divided(_even(max(len(row.lanes) for row in self._left), self._limit))
        # A processor is busy with one split; the activations of several would no longer lie in its caches.
        alone = jax.default_backend() == "cpu" and lanes > 1
        return 1 if alone else _even(len(self._left), self._limit // lanes), lanes

    def take(self) -> list[Row]:
        """The lanes of the next rectangle, the last one filled up; none when all have been taken."""
        if not self._left:
            return []
        n, wide = self._rectangle
        first, others = self._left[:n], self._left[n:]
        self._left = [Row(row.seed, row.lanes[wide:]) for row in first if len(row.lanes) > wide] + others
        taken = [Row(row.seed, row.lanes[:wide]) for row in first]
        return taken + [replace(taken[0], filler=True)] * (n - len(taken))

    def put_back(self, rows: Sequence[Row]) -> None:
        """Take these lanes again, in another rectangle."""
        self._left = [row for row in rows if not row.filler] + self._left

    def fits(self, bytes_per_lane: int, memory: int) -> bool:
        """Whether the rectangle fits into memory; if not, it is a smaller one from now on."""
        n = math.prod(self._rectangle)
        if n <= count() or n * bytes_per_lane <= memory:
            return True
        self._shrink(min(n - 1, memory // bytes_per_lane))
        return False

    def halve(self) -> bool:
        """Go on with half the lanes; False if there is but one on each device."""
        n = math.prod(self._rectangle)
        if n > count():
            self._shrink(n // 2)
        return n > count()

    def _shrink(self, limit: int) -> None:
        n, wide = self._rectangle
        lanes = divided(_even(wide, max(1, limit)))
        self._limit = max(1, limit)
        self._rectangle = (_even(n, self._limit // lanes), lanes)


def divided(lanes: int) -> int:
    """As many lanes on every device."""
    return math.ceil(lanes / count()) * count()


def _even(n: int, most: int) -> int:
    """The size of equal parts of n, none larger than `most`."""
    return math.ceil(n / math.ceil(n / max(1, most)))
