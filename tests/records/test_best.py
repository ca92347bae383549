from __future__ import annotations

import pytest

from gridlab.records.best import BEST, is_saved, read_account, save_account


def test_what_was_saved_is_found_again(tmp_path):
    (tmp_path / "best.keras").touch()
    save_account(tmp_path, {"file": "best.keras", "mark": "abc", "params": {"활성": "relu"}})
    assert read_account(tmp_path) == {"file": "best.keras", "mark": "abc", "params": {"활성": "relu"}}
    assert is_saved(tmp_path, "abc")
    assert not is_saved(tmp_path, "abd")


def test_an_account_of_a_model_that_is_gone_counts_for_nothing(tmp_path):
    save_account(tmp_path, {"file": "best.keras", "mark": "abc"})
    assert read_account(tmp_path) is None
    assert not is_saved(tmp_path, "abc")


@pytest.mark.parametrize("content", [None, b"", b"{", b"[]", b"3", b"{}", b'{"file": 3}', b"\xff\xfe"])
def test_what_is_no_account_is_none(tmp_path, content):
    if content is not None:
        (tmp_path / BEST).write_bytes(content)
    assert read_account(tmp_path) is None
    assert not is_saved(tmp_path, "abc")
