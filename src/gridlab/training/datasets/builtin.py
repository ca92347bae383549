"""Data sets that come with scikit-learn: no file, no network."""

from __future__ import annotations

from typing import Any

from sklearn.datasets import load_breast_cancer, load_diabetes, load_digits, load_iris, load_wine

from gridlab.training.datasets.dataset import Kind, Raw


def digits() -> Raw:
    """The 1,797 handwritten digits of 8 × 8 pixels (UCI Optical Recognition of Handwritten Digits, test part).

    X is (1797, 64), grey values of 0 to 16; y the digits. The embedded default.
    """
    X, y = load_digits(return_X_y=True)
    return Raw(X, y, source="digits", scale=16)


def iris() -> Raw:
    """Fisher's 150 irises of 3 species (0, 1, 2); X is (150, 4), centimetres."""
    return _bunch(load_iris(), "iris")


def wine() -> Raw:
    """178 wines of 3 cultivars (0, 1, 2); X is (178, 13), measured by chemists in units from 0.1 to 1,000."""
    return _bunch(load_wine(), "wine")


def breast_cancer() -> Raw:
    """569 tumours, malignant (0) or benign (1); X is (569, 30), measured on cell nuclei (Wisconsin diagnostic)."""
    return _bunch(load_breast_cancer(), "breast_cancer")


def diabetes() -> Raw:
    """442 patients: X is (442, 10), scikit-learn's centred and scaled columns; y the disease's progression in a year.

    For regression: the targets are whole numbers, and given as what they are.
    """
    return _bunch(load_diabetes(), "diabetes", kind="regression")


def _bunch(bunch: Any, source: str, kind: Kind | None = None) -> Raw:
    return Raw(bunch.data, bunch.target, source, features=bunch.feature_names, kind=kind)
