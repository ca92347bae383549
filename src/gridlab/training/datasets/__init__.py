"""DATASETS: the names a sweep file can give under `data:`, and how each is loaded.

To add one: a function `load_it(…options) -> Raw` in a file of its own here, a line in the table, its test, which runs
the loaders' contract. The function's keyword parameters are its options in the sweep file; one called `base` is not an
option, it is given the folder of the sweep file, for `files.find_file`.
"""

from __future__ import annotations

DATASETS: dict[str, str] = {
    "digits": "gridlab.training.datasets.builtin:digits",
    "csv": "gridlab.training.datasets.csv:csv",
    "idx": "gridlab.training.datasets.idx:idx",
    "npz": "gridlab.training.datasets.npz:npz",
}
"""Name → "module:function", imported on first use. A `data:` name with a colon in it is such a string itself."""
