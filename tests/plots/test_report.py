from __future__ import annotations

import json
import re
import shutil
from typing import TYPE_CHECKING

import pytest

from gridlab.errors import StoreError
from gridlab.plots.report import write_site
from gridlab.records.store import RunStore

if TYPE_CHECKING:
    from pathlib import Path

    from gridlab.records.results import Results


def save(results: Results, folder: Path) -> Path:
    with RunStore(folder, write=True) as store:
        store.write_info(results.info)
        for record in results.records.values():
            store.append(record)
    return folder


@pytest.fixture(scope="module")
def saved(tmp_path_factory: pytest.TempPathFactory, fc3: Results, broken: Results) -> Path:
    folder = tmp_path_factory.mktemp("runs") / "results"
    save(fc3, folder / "fc3")
    save(broken, folder / "again")
    return folder


@pytest.fixture
def results(saved: Path, tmp_path: Path) -> Path:
    return shutil.copytree(saved, tmp_path / "results")


def test_a_results_folder_gets_a_page_for_each_run_and_an_index(results: Path) -> None:
    written = write_site(results)
    assert written == [results / "index.html", results / "again/report.html", results / "fc3/report.html"]
    assert all(path.is_file() for path in written)
    index = written[0].read_text("utf-8")
    assert 'href="fc3/report.html"' in index
    assert "best accuracy" in index
    assert "<b>0.9694 ± 0.0037</b>" in index
    assert "72 × 3 splits (2 failed, 1 failed in part, 1 not done yet)" in index
    assert "<script" not in index


def test_one_run_gets_its_page(results: Path) -> None:
    assert write_site(results / "fc3") == [results / "fc3" / "report.html"]
    assert not (results / "index.html").exists()


def test_the_pages_can_lie_elsewhere(results: Path, tmp_path: Path) -> None:
    out = tmp_path / "made" / "site"
    assert write_site(results, out) == [out / "index.html", out / "again/report.html", out / "fc3/report.html"]
    assert write_site(results / "fc3", out) == [out / "report.html"]
    assert not list(results.rglob("*.html"))


def test_a_list_of_records_gets_a_page_beside_it(tmp_path: Path) -> None:
    rows = [{"dropout": d, "한글": "가", "mean_test_score": 0.9 + d / 10, "std_test_score": 0.01} for d in (0.2, 0.4)]
    (tmp_path / "old runs.json").write_text(json.dumps(rows), "utf-8")
    written = write_site(tmp_path / "old runs.json")
    assert written == [tmp_path / "old runs.html"]
    assert "best score" in written[0].read_text("utf-8")
    assert write_site(tmp_path / "old runs.json", tmp_path / "out") == [tmp_path / "out" / "old runs.html"]


def test_a_broken_run_is_named_and_does_not_stop_the_others(results: Path) -> None:
    (results / "torn").mkdir()
    (results / "torn" / "run.json").write_text("{", "utf-8")
    written = write_site(results)
    assert [path.name for path in written] == ["index.html", "report.html", "report.html"]
    index = written[0].read_text("utf-8")
    assert re.search(r'<p class="bad">[^<]*torn[^<]*not readable', index)
    assert index.count("<tr>") == 3
    assert not (results / "torn" / "report.html").exists()


def test_a_broken_run_alone_is_an_error(results: Path) -> None:
    (results / "fc3" / "run.json").write_text("{", "utf-8")
    with pytest.raises(StoreError, match=r"run\.json"):
        write_site(results / "fc3")


@pytest.mark.parametrize("where", ["nowhere", "empty"])
def test_nothing_to_report_is_said(tmp_path: Path, where: str) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(StoreError, match=where):
        write_site(tmp_path / where)


def test_pages_are_replaced_whole(results: Path) -> None:
    page = write_site(results / "fc3")[0]
    before = page.read_bytes()
    assert write_site(results / "fc3") == [page]
    assert page.read_bytes() == before
    assert [p.name for p in (results / "fc3").iterdir() if "tmp" in p.name] == []


def test_a_place_that_cannot_be_written_is_one_sentence(results: Path, tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("a file")
    with pytest.raises(StoreError, match=r"cannot write report\.html"):
        write_site(results / "fc3", tmp_path / "taken")


def test_half_a_character_does_not_stop_the_page(tmp_path: Path) -> None:
    (tmp_path / "x.json").write_text('[{"a": "\\ud800", "mean_test_score": 1}, {"a": "b", "mean_test_score": 2}]')
    assert write_site(tmp_path / "x.json")[0].is_file()


def test_hostile_names_of_runs_stay_text(tmp_path: Path, hostile: Results) -> None:
    save(hostile, tmp_path / "results" / "a&b 'c'")
    index = write_site(tmp_path / "results")[0].read_text("utf-8")
    assert "<script" not in index
    assert "<img" not in index
    assert 'href="a%26b%20%27c%27/report.html"' in index
