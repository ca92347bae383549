"""The pages in a real browser, offline."""

from __future__ import annotations

import csv
import io
import re
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from gridlab.plots import notebook
from gridlab.plots.parallel_data import parallel_data
from gridlab.plots.run_page import run_page
from gridlab.records.insights.gather import insights

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from playwright.sync_api import Browser, Page

    from gridlab.records.results import Results

    Make = Callable[..., Results]
    Open = Callable[..., "Visit"]

pytestmark = pytest.mark.slow

CHROMIUM = shutil.which("chromium") or "/usr/bin/chromium"
LABELS = "[...document.querySelectorAll('.pplot-label .label-name')]"


class Visit:
    """A page that is open, and what it said and asked for meanwhile."""

    def __init__(self, page: Page, path: Path) -> None:
        self.page = page
        self.said: list[str] = []
        page.on("console", lambda message: self.said.append(f"{message.type}: {message.text}"))
        page.on("pageerror", lambda error: self.said.append(f"error: {error}"))
        page.on("dialog", lambda dialog: (self.said.append(f"dialog: {dialog.message}"), dialog.dismiss()))
        page.on("request", self._requested)
        page.goto(path.as_uri())

    def _requested(self, request: Any) -> None:
        if not request.url.startswith(("file:", "data:", "blob:", "about:")):
            self.said.append(f"request: {request.url}")

    def drawn(self, lines: int) -> Visit:
        """Wait until so many lines are painted."""
        self.page.locator(f"html[data-lines='{lines}']").wait_for(state="attached")
        return self

    def axes(self) -> list[str]:
        """The names of the axes, from left to right."""
        found = self.page.evaluate(f"{LABELS}.map(e => [e.getBoundingClientRect().left, e.textContent])")
        return [str(name) for _, name in sorted(found)]

    def ticks(self, axis: str) -> list[str]:
        """The labels along an axis, from the bottom up."""
        script = """name => {
            const title = [...document.querySelectorAll('.pplot-label .label-name')].find(e => e.textContent === name);
            const ticks = [...title.closest('.dimension').querySelectorAll('.tick')];
            const height = e => e.getBoundingClientRect().top;
            return ticks.sort((a, b) => height(b) - height(a)).map(e => e.textContent);
        }"""
        return [str(label) for label in self.page.evaluate(script, axis)]

    def brush(self, axis: str, start: float, end: float) -> None:
        """Drag along an axis, from one share of its height to another: 0 is its bottom, below and above it go too."""
        script = """name => {
            const title = [...document.querySelectorAll('.pplot-label .label-name')].find(e => e.textContent === name);
            const box = title.closest('.dimension').querySelector('.overlay').getBoundingClientRect();
            return [box.left + 23, box.top, box.bottom];
        }"""
        self.page.locator(".pplot-root").scroll_into_view_if_needed()
        x, top, bottom = self.page.evaluate(script, axis)
        self.page.mouse.move(x, bottom - start * (bottom - top))
        self.page.mouse.down()
        self.page.mouse.move(x, bottom - end * (bottom - top), steps=5)
        self.page.mouse.up()

    def selected(self) -> str:
        """HiPlot's count, "36/72"."""
        found = re.search(r"Selected: *(\d+ */ *\d+)", self.page.locator("#plot").inner_text())
        assert found
        return found[1].replace(" ", "")

    def column(self, name: str) -> list[str]:
        """The cells of a column on the table's first page."""
        script = """name => {
            const heads = [...document.querySelectorAll('#plot th')].map(e => e.textContent);
            const place = heads.indexOf(name);
            return [...document.querySelectorAll('#plot tbody tr')].map(r => r.cells[place].textContent);
        }"""
        return [str(text) for text in self.page.evaluate(script, name)]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    if not Path(CHROMIUM).exists():
        pytest.skip("no chromium on this machine")
    with api.sync_playwright() as play:
        browser = play.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def visit(browser: Browser, tmp_path: Path) -> Iterator[Open]:
    """Open a page, offline; when the test is over, nothing may have been said on the console or asked of a network."""
    contexts, visits = [], []

    def open_page(html: str, *, width: int = 1280, dark: bool = False) -> Visit:
        path = tmp_path / f"{len(visits)}.html"
        path.write_text(html, "utf-8")
        scheme: Any = "dark" if dark else "light"
        context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme, offline=True)
        contexts.append(context)
        visits.append(Visit(context.new_page(), path))
        return visits[-1]

    yield open_page
    for context in contexts:
        context.close()
    assert [said for visit in visits for said in visit.said] == []


def test_every_candidate_is_a_line_and_the_axes_are_the_grids(visit: Open, fc3: Results) -> None:
    page = visit(run_page(fc3)).drawn(72)
    assert page.selected() == "72/72"
    assert page.axes() == list(parallel_data(fc3).axes)
    assert page.ticks("batch_norm") == ["true", "false"]
    assert page.ticks("optimizer") == ["RMSprop", "Adam"]
    assert page.ticks("learning_rate") == ["0.001", "0.002", "0.01"]
    assert page.ticks("batch_size") == ["512", "1024", "2048"]


def test_something_is_painted_in_the_colours_of_the_score(visit: Open, fc3: Results) -> None:
    page = visit(run_page(fc3)).drawn(72).page
    inked = page.evaluate(
        """() => {
            const canvas = document.querySelector('.pplot-root canvas');
            const dots = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data;
            const colours = new Set();
            for (let i = 0; i < dots.length; i += 4)
                if (dots[i + 3] > 200) colours.add([dots[i] >> 5, dots[i + 1] >> 5, dots[i + 2] >> 5].join());
            return colours.size;
        }"""
    )
    assert inked > 5


def test_the_table_is_best_first(visit: Open, fc3: Results) -> None:
    page = visit(run_page(fc3)).drawn(72)
    scores = page.column("mean_test_score")
    assert fc3.best is not None
    assert scores[0] == f"{fc3.best['mean_test_score']:.4f}"
    assert scores == sorted(scores, reverse=True)
    assert page.column("rank_test_score")[:3] == ["1", "2", "3"]


def test_without_scripts_there_are_sentences_and_a_table(browser: Browser, fc3: Results, tmp_path: Path) -> None:
    (tmp_path / "page.html").write_text(run_page(fc3), "utf-8")
    context = browser.new_context(java_script_enabled=False, offline=True)
    page = context.new_page()
    page.goto((tmp_path / "page.html").as_uri())
    assert page.locator("#leaderboard tbody tr").count() >= 15
    assert page.locator("#insights .sentence").first.is_visible()
    assert page.get_by_text("not running here").is_visible()
    assert not page.locator("#candidate select").first.is_visible()
    context.close()


def test_a_brush_takes_labels_by_their_place_not_by_the_alphabet(visit: Open, make: Make) -> None:
    results = make(
        {"optimizer": ["SGD", "Adam", "Nadam"], "dropout": [0.1, 0.2, 0.3, 0.4]}, scales={"optimizer": "categorical"}
    )
    page = visit(run_page(results)).drawn(12)
    page.brush("optimizer", 0.6, -0.02)
    page.drawn(8)
    page.page.wait_for_timeout(400)
    assert set(page.column("optimizer")) == {"SGD", "Adam"}
    page.brush("dropout", 0.5, 1.02)
    page.drawn(4)
    assert page.selected() == "4/12"
    page.page.wait_for_timeout(400)
    assert set(page.column("dropout")) == {"0.3", "0.4"}
    page.page.get_by_role("button", name="Keep").click()
    page.page.wait_for_timeout(1000)  # the ticks move to their new places
    assert page.drawn(4).selected() == "4/4"
    assert page.ticks("optimizer") == ["SGD", "Adam"]
    page.page.get_by_role("button", name="Restore").click()
    assert page.drawn(12).selected() == "12/12"


def test_failed_candidates_lie_below_all_scores_and_can_be_chosen(visit: Open, broken: Results) -> None:
    page = visit(run_page(broken)).drawn(72)
    assert page.ticks("status") == ["pending", "failed", "partial", "ok"]
    assert page.ticks("mean_test_score")[0] == "none"
    page.brush("mean_test_score", 0.03, -0.02)
    page.drawn(4)
    page.page.wait_for_timeout(400)
    assert sorted(page.column("status")) == ["failed", "failed", "partial", "pending"]
    assert set(page.column("mean_test_score")) == {"-"}


def test_the_export_is_what_is_selected_under_its_own_names(visit: Open, fc3: Results) -> None:
    page = visit(run_page(fc3)).drawn(72).page
    with page.expect_download() as download:
        page.get_by_role("button", name="Export").click()
    rows = list(csv.DictReader(io.StringIO(Path(download.value.path()).read_text("utf-8"))))
    assert len(rows) == 72
    assert {"learning_rate", "mean_test_score", "epochs"} <= rows[0].keys()
    assert {row["optimizer"] for row in rows} == {"Adam", "RMSprop"}


def test_hostile_words_are_shown_and_do_nothing(visit: Open, hostile: Results) -> None:
    page = visit(run_page(hostile)).drawn(128)
    assert page.page.evaluate("window.pwned") is None
    texts = page.page.evaluate("[...document.scripts].filter(s => s.id !== 'data').map(s => s.textContent)")
    assert not any("pwned" in text for text in texts)
    assert page.page.locator("#plot td img, #plot td script, #plot th script, header img").count() == 0
    assert {"</script><script>window.pwned=1</script>", "<img src=x onerror=window.pwned=2>"} <= set(page.axes())
    assert "한글" in page.axes()
    assert set(page.column("\u2060__proto__")) == {
        "</script><script>window.pwned=1</script>",
        "<img src=x onerror=window.pwned=2>",
    }
    for name in page.axes():  # colour by each in turn
        page.page.evaluate(
            f"name => {LABELS}.find(e => e.textContent === name).dispatchEvent("
            "new MouseEvent('contextmenu', {bubbles: true, cancelable: true}))",
            name,
        )
        page.page.get_by_text("Use for coloring").evaluate("e => e.click()")
    assert page.page.locator(".alert-danger").count() == 0
    assert page.page.evaluate("window.pwned") is None


def test_a_click_on_a_line_shows_its_candidate(visit: Open, predicted: Results) -> None:
    page = visit(run_page(predicted)).drawn(3)
    page.page.locator(".pplot-root").scroll_into_view_if_needed()
    box = page.page.locator(".dimension .domain").last.bounding_box()  # HiPlot counts from the right
    assert box
    right, top, bottom = box["x"] + box["width"] + 30, box["y"], box["y"] + box["height"]
    page.page.mouse.move(right, top + 2)  # the line that leaves the first axis at its top: dropout 0.4
    page.page.locator(".pplot-root[style*=pointer]").wait_for()
    page.page.mouse.click(right, top + 2)
    panel = page.page.locator("#candidate")
    assert panel.get_attribute("data-shown") == "2"
    page.page.locator(".pplot-root").scroll_into_view_if_needed()
    page.page.mouse.click(right, top + 0.3 * (bottom - top))  # between two lines
    assert panel.get_attribute("data-shown") == "2"


def test_a_row_shows_its_candidate_also_from_the_keyboard(visit: Open, predicted: Results) -> None:
    page = visit(run_page(predicted)).drawn(3).page
    panel = page.locator("#candidate")
    page.locator("#plot tbody tr").nth(1).click()
    assert panel.get_attribute("data-shown") == "1"
    page.locator("#candidate .curves .chart[data-drawn]").first.wait_for()
    assert (
        page.locator("#candidate .chart[data-drawn] .scatterlayer .trace").count() >= 4
    )  # two splits, two kinds of rows
    page.locator("#candidate [data-part=confusion][data-drawn]").wait_for()
    assert "dropout 0.3" in page.locator("#candidate [data-part=params]").inner_text()
    page.locator("#plot tbody tr").nth(2).focus()
    page.keyboard.press("Enter")
    assert panel.get_attribute("data-shown") == "2"
    assert page.evaluate("document.activeElement.id") == "candidate"
    page.locator("#leaderboard a").first.focus()
    page.keyboard.press("Enter")
    assert panel.get_attribute("data-shown") == "0"
    page.locator("#candidate select").first.select_option("1")
    assert panel.get_attribute("data-shown") == "1"
    page.locator("#candidate select").nth(1).select_option("0")
    page.wait_for_function("document.querySelectorAll('[data-part=curves] .scatterlayer .trace').length === 2")


def test_every_chart_is_drawn_where_its_reader_comes_by(visit: Open, predicted: Results) -> None:
    page = visit(run_page(predicted)).drawn(3).page
    charts = page.locator("[data-chart]:visible")
    assert charts.count() > 5
    for place in range(charts.count()):
        charts.nth(place).scroll_into_view_if_needed()
        charts.nth(place).locator(".main-svg").first.wait_for()
    assert page.locator(".pictures img").count() == 3
    assert page.locator(".pictures img").first.evaluate("e => e.naturalWidth") == 8


def test_hostile_errors_do_nothing(visit: Open, hostile_failures: Results) -> None:
    page = visit(run_page(hostile_failures)).drawn(3).page
    page.locator("#plot tbody tr").nth(1).click()
    assert page.locator("#candidate [data-part=error]").inner_text() == "<img src=x onerror=window.pwned=2>"
    page.locator("#leaderboard details").evaluate("e => (e.open = true)")
    assert "<img src=x" in page.locator("#leaderboard details").inner_text()
    assert page.evaluate("window.pwned") is None
    assert page.locator("#plot td img, #candidate img, #leaderboard img").count() == 0


def test_hostile_names_of_curves_classes_and_files_do_nothing(visit: Open, hostile_run: Results) -> None:
    page = visit(run_page(hostile_run)).drawn(3).page
    page.locator("#candidate").scroll_into_view_if_needed()
    page.locator("#candidate .curves .chart[data-drawn]").first.wait_for()
    page.locator("#candidate [data-part=confusion][data-drawn]").wait_for()
    page.locator("#mistakes [data-chart] .main-svg").first.wait_for()
    assert page.evaluate("window.pwned") is None
    assert page.locator("#candidate img, #mistakes figure img").count() == 0
    assert "<img src=x onerror=window.pwned=2>" in page.locator("#candidate .curves").first.text_content()


def test_the_policy_stops_script_that_is_not_ours(visit: Open, fc3: Results) -> None:
    page = visit(run_page(fc3)).drawn(72)
    page.page.evaluate(
        """() => {
            const script = document.createElement('script');
            script.textContent = 'window.pwned = 1';
            document.body.append(script);
            document.body.insertAdjacentHTML('beforeend', '<img src=x onerror="window.pwned = 2">');
        }"""
    )
    page.page.wait_for_timeout(200)
    assert page.page.evaluate("window.pwned") is None
    assert len(page.said) >= 2
    page.said.clear()


def test_a_reload_changes_nothing(visit: Open, fc3: Results) -> None:
    page = visit(run_page(fc3)).drawn(72)
    before, address = page.axes(), page.page.url
    page.page.reload()
    assert page.drawn(72).axes() == before
    assert page.page.url == address


@pytest.mark.parametrize("dark", [False, True])
def test_on_a_phone_only_the_picture_and_the_table_scroll(visit: Open, broken: Results, dark: bool) -> None:
    page = visit(run_page(broken), width=390, dark=dark).drawn(72).page
    page.locator("#candidate").scroll_into_view_if_needed()
    page.locator("#candidate .chart[data-drawn]").first.wait_for()
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    assert page.evaluate("document.querySelector('.pplot-root').offsetWidth") > 600
    page.set_viewport_size({"width": 700, "height": 900})
    page.wait_for_timeout(300)
    assert page.evaluate("document.documentElement.scrollWidth") == 700
    lightness = page.evaluate("getComputedStyle(document.body).backgroundColor.match(/\\d+/g).map(Number)")
    assert (max(lightness) < 60) == dark
    assert page.locator(".hip_thm--dark").count() == int(dark)


def test_the_theme_follows_the_system(visit: Open, fc3: Results) -> None:
    page = visit(run_page(fc3)).drawn(72)
    page.page.emulate_media(color_scheme="dark")
    page.page.locator(".hip_thm--dark").wait_for()
    page.drawn(72)


def test_the_charts_follow_it_too(visit: Open, predicted: Results) -> None:
    page = visit(run_page(predicted)).drawn(3).page
    ink = "() => getComputedStyle(document.querySelector('#insights .xtick text')).fill"
    page.locator("#insights .xtick text").first.wait_for()
    before = page.evaluate(ink)
    page.emulate_media(color_scheme="dark")
    page.wait_for_function(f"before => ({ink})() !== before", arg=before)


LITTLE: list[tuple[dict[str, Any], dict[str, Any], int]] = [
    ({"dropout": [0.2, 0.3, 0.4]}, {}, 3),
    ({"dropout": [0.2, 0.4]}, {"score": lambda p, s: 0.5}, 2),
    ({"dropout": [0.2, 0.4]}, {"pending": lambda i, s: True}, 2),
    ({"optimizer": ["Adam", "SGD"]}, {"failed": lambda i, s: True, "scales": {"optimizer": "categorical"}}, 2),
    ({"rate": [0.0, 0.1], "x": ["a", 1]}, {"scales": {"rate": "log"}}, 4),
    ({"kind": [f"kind {i}" for i in range(120)]}, {"scales": {"kind": "categorical"}}, 120),
    ({"dropout": [0.2, 0.4]}, {"score": lambda p, s: -1e-9 * p["dropout"]}, 2),
]


@pytest.mark.parametrize(("grid", "options", "lines"), LITTLE)
def test_sweeps_with_little_in_them_are_drawn(
    visit: Open, make: Make, grid: dict[str, Any], options: dict[str, Any], lines: int
) -> None:
    page = visit(run_page(make(grid, **options))).drawn(lines)
    assert page.page.locator(".alert-danger").count() == 0
    assert set(grid) <= set(page.axes())


def test_in_a_notebook_it_is_drawn_inside_its_fence(visit: Open, fc3: Results) -> None:
    charts = notebook.insights_html(insights(fc3))
    page = visit(f"<!DOCTYPE html><meta charset=utf-8>{notebook.plot_html(fc3)}{notebook.plot_html(fc3)}{charts}").page
    assert len(page.frames) == 4
    for place in (0, 1):
        page.locator("iframe").nth(place).scroll_into_view_if_needed()
        page.frames[1 + place].locator("html[data-lines='72']").wait_for(state="attached")
    page.locator("iframe").nth(2).scroll_into_view_if_needed()
    page.frames[3].locator("[data-chart][data-drawn]").first.wait_for()
    page.locator("details").first.evaluate("e => (e.open = true)")
    assert page.locator("details tbody tr").first.is_visible()
