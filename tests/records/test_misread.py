from __future__ import annotations

import numpy as np
import pytest

from gridlab.errors import StoreError
from gridlab.records.misread import FILE, Misread, read_misread, write_misread

KEPT = Misread(
    3,
    5,
    100,
    np.arange(2 * 4 * 4, dtype=np.uint8).reshape(2, 4, 4, 1),
    *np.arange(6).reshape(3, 2),
    np.array([0.9, np.nan]),
)


def test_what_is_written_is_read_again(tmp_path):
    write_misread(tmp_path, KEPT)
    found = read_misread(tmp_path)
    assert found[:3] == (3, 5, 100)
    for kept, read in zip(KEPT[3:], found[3:], strict=True):
        np.testing.assert_array_equal(kept, read)
    assert [path.name for path in tmp_path.iterdir()] == [FILE]


def test_nothing_takes_the_file_away(tmp_path):
    write_misread(tmp_path, KEPT)
    write_misread(tmp_path, None)
    assert read_misread(tmp_path) is None
    assert read_misread(None) is None


@pytest.mark.parametrize("content", [b"", b"PK", b"not a zip"])
def test_a_damaged_file_is_as_good_as_none(tmp_path, content):
    (tmp_path / FILE).write_bytes(content)
    assert read_misread(tmp_path) is None


@pytest.mark.parametrize(
    "wrong", [{"images": KEPT.images[..., 0]}, {"images": KEPT.images / 2}, {"rows": KEPT.rows[:1]}]
)
def test_arrays_that_do_not_fit_are_refused(tmp_path, wrong):
    write_misread(tmp_path, KEPT._replace(**wrong))
    assert read_misread(tmp_path) is None


def test_a_folder_that_cannot_be_written_is_one_sentence(tmp_path):
    with pytest.raises(StoreError, match=f"cannot write {FILE}"):
        write_misread(tmp_path / "absent", KEPT)
