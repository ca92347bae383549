"""The list of scorers is the installed scikit-learn's."""

from __future__ import annotations

import sklearn.metrics
from sklearn import __version__

from gridlab.training.scorer_names import SCORERS, SEEN_IN, is_scorer


def test_every_installed_scorer_is_known_and_the_newest_list_has_no_other() -> None:
    installed = set(sklearn.metrics.get_scorer_names())
    assert all(is_scorer(name) for name in installed)
    if tuple(int(part) for part in __version__.split(".")[:2]) == SEEN_IN:
        assert installed == SCORERS


def test_other_names_are_none() -> None:
    assert not is_scorer("acuracy")
    assert not is_scorer("")
