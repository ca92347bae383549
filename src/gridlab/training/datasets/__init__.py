"""DATASETS: the names a sweep file can give under `data:`, and how each is loaded.

To add one: a function `load_it(…options) -> Raw` in a file of its own here, a line in the table, its test, which runs
the loaders' contract. The function's keyword parameters are its options in the sweep file (a `Literal` is one of its
words); one called `base` is not an option, it is given the folder of the sweep file, for `files.find_file`.
"""

from __future__ import annotations

from typing import NamedTuple

DATASETS: dict[str, str] = {
    "digits": "gridlab.training.datasets.builtin:digits",
    "iris": "gridlab.training.datasets.builtin:iris",
    "wine": "gridlab.training.datasets.builtin:wine",
    "breast_cancer": "gridlab.training.datasets.builtin:breast_cancer",
    "diabetes": "gridlab.training.datasets.builtin:diabetes",
    "csv": "gridlab.training.datasets.csv:csv",
    "parquet": "gridlab.training.datasets.parquet:parquet",
    "idx": "gridlab.training.datasets.idx:idx",
    "npz": "gridlab.training.datasets.npz:npz",
    "images": "gridlab.training.datasets.images:images",
    "keras:mnist": "gridlab.training.datasets.keras_sets:mnist",
    "keras:fashion_mnist": "gridlab.training.datasets.keras_sets:fashion_mnist",
    "keras:cifar10": "gridlab.training.datasets.keras_sets:cifar10",
    "openml": "gridlab.training.datasets.openml:openml",
}
"""Name → "module:function", imported on first use. Any other `data:` name with a colon in it is such a string itself,
unless what stands before the colon is one of `FAMILIES`."""

FAMILIES: dict[str, str] = {"keras": "", "openml": "dataset"}
"""What a name may begin with, before a colon → the option that the rest of it gives, as `openml:mnist_784` is short for
`{name: openml, dataset: mnist_784}`; "" where every member has its own line in the table."""

FOLDERS = frozenset({"images"})
"""Names whose `path` is a folder."""


class Entry(NamedTuple):
    """What a `data:` name stands for."""

    loader: str
    """"module:function", or "./file.py:function"."""
    given: dict[str, str]
    """Options that the name itself gives."""
    ours: bool
    """Whether it is of the table."""


def entry(name: str) -> Entry:
    """The loader that a name stands for; a name that is neither of the table nor of a family is a loader's own."""
    family, _, member = name.partition(":")
    if name not in DATASETS and member and FAMILIES.get(family):
        return Entry(DATASETS[family], {FAMILIES[family]: member}, True)
    return Entry(DATASETS.get(name, name), {}, name in DATASETS)
