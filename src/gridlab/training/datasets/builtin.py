"""Data sets that come with scikit-learn: no file, no network."""

from __future__ import annotations

from sklearn.datasets import load_digits

from gridlab.training.datasets.dataset import Raw


def digits() -> Raw:
    """The 1,797 handwritten digits of 8 × 8 pixels (UCI Optical Recognition of Handwritten Digits, test part).

    X is (1797, 64), grey values of 0 to 16; y the digits. The embedded default.
    """
    X, y = load_digits(return_X_y=True)
    return Raw(X, y, source="digits", scale=16)
