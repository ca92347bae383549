from __future__ import annotations

import json

import pytest

from gridlab.errors import StoreError
from gridlab.plots.live import SHARE, LiveFolder, LiveRun
from gridlab.plots.live_page import list_page, run_page
from gridlab.records.journal import encode
from gridlab.records.store import FITS, RunStore


@pytest.fixture
def grow(broken, tmp_path):
    """Start a run of fc3's grid, or write more of its fits; the folder."""
    fits = list(broken.records.values())

    def write(n, name="fc3", start=0):
        with RunStore(tmp_path / name, write=True) as store:
            store.write_info(broken.info)
            for record in fits[start : start + n]:
                store.append(record)
        return tmp_path / name

    write.fits = fits
    return write


class Clock:
    now = 0.0

    def __call__(self):
        self.now += 1.0
        return self.now


def test_a_run_is_read_further_as_it_grows(grow):
    run = LiveRun(grow(0), "fc3", lambda: 0.0)
    empty = run.view()
    assert empty.content["title"] == "0/216 fc3"
    grow(12)
    more = run.view()
    assert more.content["title"] == "12/216 fc3"
    assert more.tag != empty.tag
    assert "12 of 216 fits" in more.content["parts"]["top"]
    assert run.view() is more


def test_a_half_written_line_counts_once_it_is_whole(grow):
    run = LiveRun(grow(3), "fc3", lambda: 0.0)
    line = encode(grow.fits[3])
    with (run.folder / FITS).open("ab", buffering=0) as file:
        file.write(line[:40])
        assert run.view().content["title"] == "3/216 fc3"
        file.write(line[40:-1])
        file.write(line[-1:] + encode(grow.fits[4])[:-5])
        assert run.view().content["title"] == "4/216 fc3"
    grow(2, start=4)  # the next writer cuts the torn tail off
    assert run.view().content["title"] == "6/216 fc3"


def test_a_journal_that_begins_anew_is_read_anew(grow):
    run = LiveRun(grow(9), "fc3", lambda: 0.0)
    assert run.view().content["title"] == "9/216 fc3"
    (run.folder / FITS).write_bytes(encode(grow.fits[0]))
    assert run.view().content["title"] == "1/216 fc3"


def test_only_what_is_new_is_read(grow, monkeypatch):
    run = LiveRun(grow(20), "fc3", lambda: 0.0)
    run.view()
    decoded = []
    from gridlab.records import journal

    decode = journal.decode
    monkeypatch.setattr(journal, "decode", lambda line: decoded.append(line) or decode(line))
    grow(0)
    decoded.clear()  # what the writer read
    with (run.folder / FITS).open("ab") as file:
        file.write(encode(grow.fits[20]))
    assert run.view().content["title"] == "21/216 fc3"
    assert len(decoded) == 1


def test_what_took_long_to_lay_out_is_not_laid_out_again_at_once(grow):
    clock = Clock()
    run = LiveRun(grow(1), "fc3", clock)
    first = run.view()
    grow(1, start=1)
    assert run.view() is first
    clock.now += SHARE * 3
    assert run.view().content["title"] == "2/216 fc3"


def test_no_lock_is_taken_and_nothing_is_written(grow):
    folder = grow(2)
    with RunStore(folder, write=True):
        before = {path.name: path.stat().st_mtime_ns for path in folder.iterdir()}
        assert LiveRun(folder, "fc3").view().content["title"] == "2/216 fc3"
        assert {path.name: path.stat().st_mtime_ns for path in folder.iterdir()} == before


def test_the_list_holds_what_is_there_and_what_cannot_be_read(grow, tmp_path):
    live = LiveFolder(tmp_path)
    assert "no runs yet" in live.view().content["parts"]["runs"]
    grow(3, "deep/er")
    grow(216, "fc3")
    (tmp_path / "bad").mkdir()
    (tmp_path / "bad" / "run.json").write_text('{"format": 9}')
    assert list(live.runs()) == ["bad", "deep/er", "fc3"]
    html = live.view().content["parts"]["runs"]
    assert 'href="/run/deep/er"' in html
    assert "213/216" in html
    assert "run.json: format 9 is not one this gridlab reads" in html
    (tmp_path / "fc3").rename(tmp_path / "moved")
    assert list(live.runs()) == ["bad", "deep/er", "moved"]


def test_a_folder_that_is_a_run_is_a_list_of_one(grow):
    assert list(LiveFolder(grow(1)).runs()) == ["fc3"]
    with pytest.raises(StoreError, match="no such folder"):
        LiveFolder(grow(1) / "absent").runs()


def test_pages_connect_to_their_server_and_values_stay_text(hostile, tmp_path):
    with RunStore(tmp_path / "<b>", write=True) as store:
        store.write_info(hostile.info)
        for record in hostile.records.values():
            store.append(record)
    run = LiveFolder(tmp_path).runs()["<b>"]
    for page in (run_page(run.place, run.view()), list_page(tmp_path.name)):
        assert "connect-src 'self'" in page
        assert "<script>window.pwned" not in page
    parts = json.dumps(run.view().content["parts"])
    assert "<script" not in parts
    assert "<img" not in parts
    assert "&lt;script&gt;" in parts
    assert "<b>" not in LiveFolder(tmp_path).view().content["parts"]["runs"]
