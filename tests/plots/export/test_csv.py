from __future__ import annotations

import pandas as pd
import pytest

from gridlab.errors import StoreError
from gridlab.plots.export import export


def test_one_row_a_candidate_as_the_table_has_them(broken, tmp_path):
    path = tmp_path / "made" / "r.csv"
    assert export(broken, "csv", path) == f"{path}: 72 candidates × 15 columns"
    pd.testing.assert_frame_equal(pd.read_csv(path), pd.read_csv(_text(broken)), check_dtype=True)
    read = pd.read_csv(path)
    assert read["learning_rate"].tolist() == broken.table["learning_rate"].tolist()
    assert read["status"].value_counts().to_dict() == {"ok": 68, "failed": 2, "partial": 1, "pending": 1}
    assert read["mean_test_score"].isna().sum() == 4


def test_a_folder_is_not_a_file(fc3, tmp_path):
    with pytest.raises(StoreError, match="already"):
        export(fc3, "csv", tmp_path)
    with pytest.raises(StoreError, match="cannot write it"):
        export(fc3, "csv", tmp_path, overwrite=True)


def _text(results):
    import io

    return io.StringIO(results.table.to_csv(index=False))
