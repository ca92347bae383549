"""Sweeps of Keras hyperparameters: trained on every split, kept as JSON, seen as pictures.

>>> import gridlab
>>> run = gridlab.run("sweeps/fc3.yaml")  # doctest: +SKIP
>>> run.best, run.table, run.plot()       # doctest: +SKIP
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from gridlab.api import Run as Run
    from gridlab.api import load as load
    from gridlab.api import run as run
    from gridlab.errors import GridlabError as GridlabError
    from gridlab.sweep.spec import SweepSpec as SweepSpec
    from gridlab.training.search import SweepSearchCV as SweepSearchCV
    from gridlab.training.wrapper import KerasClassifier as KerasClassifier
    from gridlab.training.wrapper import KerasRegressor as KerasRegressor

_WHERE = {
    "GridlabError": "gridlab.errors",
    "KerasClassifier": "gridlab.training.wrapper",
    "KerasRegressor": "gridlab.training.wrapper",
    "Run": "gridlab.api",
    "SweepSearchCV": "gridlab.training.search",
    "SweepSpec": "gridlab.sweep.spec",
    "load": "gridlab.api",
    "run": "gridlab.api",
}
"""Public name → the module it lives in, imported on first use: `import gridlab` costs nothing."""

__all__ = sorted(_WHERE)


def __getattr__(name: str) -> Any:
    if name == "__version__":
        from importlib.metadata import version

        return version("gridlab")
    if name not in _WHERE:
        raise AttributeError(f"module 'gridlab' has no attribute {name!r}")
    value = globals()[name] = getattr(importlib.import_module(_WHERE[name]), name)
    return value


def __dir__() -> list[str]:
    return [*__all__, "__version__"]
