"""The public names: what `import gridlab` offers, and what it costs."""

from __future__ import annotations

import subprocess
import sys
from importlib.metadata import version

import pytest

import gridlab

NAMES = ["GridlabError", "KerasClassifier", "KerasRegressor", "Run", "SweepSearchCV", "SweepSpec", "load", "run"]


def test_the_public_names_are_these():
    assert gridlab.__all__ == NAMES
    assert sorted(dir(gridlab)) == sorted([*NAMES, "__version__"])


@pytest.mark.parametrize("name", [name for name in NAMES if not name.startswith("Keras")])
def test_every_name_is_there_and_lives_where_it_says(name):
    value = getattr(gridlab, name)
    assert value.__name__ == name
    assert value.__module__.startswith("gridlab.")


def test_the_version():
    assert gridlab.__version__ == version("gridlab")


def test_what_is_not_there_is_an_attribute_error():
    with pytest.raises(AttributeError, match="module 'gridlab' has no attribute 'rnu'"):
        gridlab.rnu
    assert not hasattr(gridlab, "__wrapped__")


def test_import_costs_nothing():
    code = (
        "import sys, gridlab; print(*sorted(m for m in sys.modules if m.split('.')[0] in {'gridlab', 'numpy', 'rich'}))"
    )
    shown = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert shown.split() == ["gridlab"]


@pytest.mark.slow
def test_the_estimators():
    from gridlab import KerasClassifier, KerasRegressor

    assert KerasClassifier.__module__ == KerasRegressor.__module__ == "gridlab.training.wrapper"
