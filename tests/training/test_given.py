"""Data of any kind goes to a worker and comes back."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest
from scipy.sparse import csr_array

from gridlab.training.given import Given

KINDS = {
    "array": np.arange(12.0).reshape(6, 2),
    "table": pd.DataFrame({"a": range(6), "b": list("xyzxyz")}),
    "sparse": csr_array(np.eye(6)),
    "list": [["word"], ["other"], ["word"], [""], ["b"], ["c"]],
}


@pytest.mark.parametrize("kind", KINDS)
def test_there_and_back(kind, tmp_path):
    given = Given(KINDS[kind], np.array([0, 1, 1, 0, 1, 0]), "classification")
    found = Given.open(given.save(tmp_path / "new"))
    assert type(found.X) is type(given.X)
    assert found.fingerprint == given.fingerprint
    assert len(found) == 6
    json.dumps(found.describe(), allow_nan=False)
    assert found.classes == (0, 1)


def test_the_fingerprint_is_of_the_values():
    X, y = KINDS["array"], np.zeros(6)
    prints = {Given(*given).fingerprint for given in ((X, y, "a"), (X + 1, y, "a"), (X, y + 1, "a"), (X, y, "b"))}
    assert len(prints) == 4
    assert Given(X.copy(), y, "a").fingerprint == Given(X, y.copy(), "a").fingerprint
    assert Given(X, y, "a", hashed=False).fingerprint == ""


def test_large_rows_are_mapped(tmp_path):
    found = Given.open(Given(np.zeros((1000, 200)), None, "regression").save(tmp_path))
    assert isinstance(found.X, np.memmap)
    with pytest.raises(ValueError, match="read-only"):
        found.X[0] = 1


def test_labels_of_several_types_have_no_order():
    assert Given([[1], [2]], np.array([1, "a"], dtype=object), "classification").classes == ()
