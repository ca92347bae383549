from __future__ import annotations

import gzip

import pytest

from gridlab.errors import DataError
from gridlab.training.datasets.files import find_file, open_binary, refusing


@pytest.fixture
def places(tmp_path, monkeypatch):
    for name in ("here", "there"):
        (tmp_path / name).mkdir()
    monkeypatch.chdir(tmp_path / "here")
    return tmp_path / "here", tmp_path / "there"


def test_the_current_directory_goes_first(places):
    here, there = places
    (there / "a.csv").write_text("there")
    assert find_file("a.csv", there).read_text() == "there"
    (here / "a.csv").write_text("here")
    assert find_file("a.csv", there).read_text() == "here"
    assert find_file(str(there / "a.csv"), here).read_text() == "there"


def test_a_missing_file_names_those_near_it(places):
    here, there = places
    (there / "train.csv").touch()
    with pytest.raises(DataError, match=r"trian\.csv: no such file; near it: train\.csv$"):
        find_file("trian.csv", there)
    with pytest.raises(DataError, match=rf"zzz: no such file in {here} or {there}$"):
        find_file("zzz", there)
    with pytest.raises(DataError, match=r"no/where\.csv: no such file, nor is there a folder no$"):
        find_file("no/where.csv", there)


@pytest.mark.parametrize("path", [3, None, "", ["a"]])
def test_what_is_no_name_is_refused(places, path):
    with pytest.raises(DataError, match="a file name goes here"):
        find_file(path, places[1])


def test_gzip_is_known_by_its_content(tmp_path):
    for name, content in (("a", gzip.compress(b"text")), ("b.gz", b"text")):
        (tmp_path / name).write_bytes(content)
        with open_binary(tmp_path / name) as file:
            assert file.read() == b"text"


def test_a_file_that_may_not_be_read_is_one_sentence(tmp_path):
    with pytest.raises(DataError, match="x: cannot be read"), refusing(tmp_path / "x"):
        raise PermissionError(13, "Permission denied")
