"""`best.joblib`, asked for new rows: an estimator, or a pipeline, that is more than a Keras model."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import joblib

from gridlab.errors import GridlabError, described
from gridlab.training.scoring import Predicted, predict


def ask_estimator(file: Path, X: Any) -> Predicted:
    """What the estimator says of X. Loading it runs what is pickled there.

    Raises:
        GridlabError: it cannot be loaded or asked.
    """
    try:
        return predict(joblib.load(file), X)
    except Exception as error:  # whatever somebody's estimator raises
        raise unusable(file, error) from error


def unusable(file: Path, error: BaseException) -> GridlabError:
    """Says that a saved model cannot be used, and what can be done instead."""
    return GridlabError(
        f"{file}: cannot be used here ({described(error)}); --from folds trains the model again instead"
    )
