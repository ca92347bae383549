from __future__ import annotations

import http.client
import json
import shutil
import signal
import socket
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from gridlab.errors import GridlabError, StoreError
from gridlab.plots.serve import LOOPBACK, LiveServer
from gridlab.records.store import RunStore

CHROMIUM = shutil.which("chromium") or "/usr/bin/chromium"
AXES = """[...document.querySelectorAll('.pplot-label .label-name')]
    .map(e => [e.getBoundingClientRect().left, e.textContent]).sort((a, b) => a[0] - b[0]).map(e => e[1])"""


def write(results, folder, fits):
    with RunStore(folder, write=True) as store:
        store.write_info(results.info)
        for record in fits:
            store.append(record)


@pytest.fixture
def server(tmp_path):
    """A server of an empty folder."""
    (tmp_path / "results").mkdir()
    (tmp_path / "secret.json").write_text("secret")
    with LiveServer(tmp_path / "results", 0) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield server
        server.shutdown()
        thread.join()


@pytest.fixture
def ask(server):
    def ask(path, method="GET", **headers):
        connection = http.client.HTTPConnection(LOOPBACK, server.server_port, timeout=20)
        connection.putrequest(method, path, skip_host="Host" in headers, skip_accept_encoding=True)
        for name, value in headers.items():
            connection.putheader(name.replace("_", "-"), value)
        connection.endheaders()
        answer = connection.getresponse()
        body = answer.read().decode()
        connection.close()
        return answer, body

    return ask


def test_a_refresh_sees_new_fits_and_costs_nothing_where_there_are_none(server, ask, broken):
    fits = list(broken.records.values())
    assert "no runs yet" in ask("/data")[1]
    write(broken, server.folder / "fc3", fits[:5])
    answer, body = ask("/data/fc3")
    assert json.loads(body)["title"] == "5/216 fc3"
    again, nothing = ask("/data/fc3", If_None_Match=answer.headers["ETag"])
    assert (again.status, nothing) == (304, "")
    write(broken, server.folder / "fc3", fits[5:7])
    server.live.runs()["fc3"]._rest = 0.0
    answer, body = ask("/data/fc3", If_None_Match=answer.headers["ETag"])
    assert (answer.status, json.loads(body)["title"]) == (200, "7/216 fc3")
    assert "7/216" in ask("/data")[1]


def test_pages_come_with_the_headers_that_keep_others_out(server, ask, broken):
    write(broken, server.folder / "fc3", list(broken.records.values())[:5])
    for path in ("/", "/run/fc3", "/data", "/data/fc3", "/nothing"):
        answer, _ = ask(path)
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Cross-Origin-Resource-Policy"] == "same-origin"
        assert "frame-ancestors 'none'" in answer.headers["Content-Security-Policy"]
        assert answer.headers["Access-Control-Allow-Origin"] is None
        assert "Python" not in answer.headers["Server"]
    answer, body = ask("/run/fc3", "HEAD")
    assert (answer.status, body) == (200, "")
    assert int(answer.headers["Content-Length"]) > 500_000


@pytest.mark.parametrize(
    "host", ["evil.example", "evil.example:{port}", "127.0.0.1", "127.0.0.1:1", "localhost.:{port}", ""]
)
def test_requests_to_another_host_are_refused(server, ask, broken, host):
    write(broken, server.folder / "fc3", [])
    for path in ("/", "/data", "/data/fc3", "/run/fc3"):
        answer, body = ask(path, Host=host.format(port=server.server_port))
        assert (answer.status, body) == (421, "This server answers to its own address only.")


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "LocalHost", "[::1]"])
def test_its_own_names_are_answered(server, ask, host):
    assert ask("/", Host=f"{host}:{server.server_port}")[0].status == 200


@pytest.mark.parametrize(
    "path",
    [
        "/data/../secret.json",
        "/data/..%2fsecret.json",
        "/data/%2e%2e/secret.json",
        "/run/..",
        "/run/",
        "/run//etc/passwd",
        "/data/%2fetc%2fpasswd",
        "/data/fc3/../fc3",
        "/data/fc3/run.json",
        "/data/fc3%00",
        "/secret.json",
        "/static/x",
        "//secret.json",
    ],
)
def test_what_is_no_run_is_not_there(server, ask, broken, path):
    write(broken, server.folder / "fc3", [])
    answer, body = ask(path)
    assert (answer.status, body) == (404, "There is nothing here.")


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "OPTIONS", "PATCH"])
def test_nothing_can_be_done_but_look(ask, method):
    assert ask("/", method)[0].status == 501


def test_a_run_that_cannot_be_read_is_said(server, ask):
    (server.folder / "bad").mkdir()
    (server.folder / "bad" / "run.json").write_text('{"format": 9}')
    answer, body = ask("/data/bad")
    assert answer.status == 503
    assert "format 9 is not one this gridlab reads" in body


def test_a_port_that_is_taken_and_a_folder_that_is_not_there(server, tmp_path):
    taken = server.server_port
    with pytest.raises(GridlabError, match=rf"port {taken} cannot be had \(.*\); --port \d+ is free"):
        LiveServer(server.folder, taken)
    with pytest.raises(StoreError, match="no such folder"):
        LiveServer(tmp_path / "absent", 0)


def test_only_loopback_is_listened_on(server):
    assert server.socket.getsockname()[0] == "127.0.0.1"
    assert server.socket.family == socket.AF_INET


def test_ctrl_c_ends_it_in_a_line(tmp_path):
    # What runs in a shell's background ignores Ctrl-C, and so would its children.
    heed = "import signal, sys; signal.signal(signal.SIGINT, signal.default_int_handler); from gridlab.cli import main"
    command = [sys.executable, "-c", f"{heed}; sys.exit(main())", "serve", str(tmp_path), "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            assert process.stdout.readline().startswith(f"{tmp_path}: http://127.0.0.1:")
            process.send_signal(signal.SIGINT)
            out, err = process.communicate(timeout=30)
        finally:
            process.kill()
    assert (process.returncode, out, err) == (0, "", "stopped\n")


@pytest.mark.slow
def test_axes_stay_as_the_user_has_put_them_while_a_run_grows(server, broken, hostile):
    """A browser on a growing run: it refreshes by itself, keeps the axes in order, and complains of nothing."""
    api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    if not Path(CHROMIUM).exists():
        pytest.skip("no chromium on this machine")
    fits = list(broken.records.values())
    write(broken, server.folder / "fc3", [])
    write(hostile, server.folder / "hostile", hostile.records.values())
    said = []
    with api.sync_playwright() as play:
        browser = play.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 1280, "height": 900})
        page.on("console", lambda message: said.append(message.text))
        page.on("pageerror", lambda error: said.append(str(error)))
        page.goto(server.url)
        page.get_by_role("link", name="fc3").click()
        page.locator("html[data-lines='72']").wait_for(state="attached")
        before = page.evaluate(AXES)
        assert before[0] == "batch_norm"
        page.locator(".pplot-root").scroll_into_view_if_needed()
        label = page.locator(".pplot-label .label-name").filter(has_text="learning_rate").bounding_box()
        x, y = label["x"] + label["width"] / 2, label["y"] + label["height"] / 2
        page.mouse.move(x, y)
        page.mouse.down()
        page.mouse.move(x - 320, y, steps=8)
        page.mouse.up()
        _wait(page, lambda: page.evaluate(AXES)[1] == "learning_rate")
        moved = page.evaluate(AXES)
        write(broken, server.folder / "fc3", fits)
        _wait(page, lambda: page.title() == "213/216 fc3" and len(page.evaluate(AXES)) > len(moved))
        after = page.evaluate(AXES)
        assert after[: len(moved)] == moved
        assert after[-1] == "mean_test_score"
        page.goto(f"{server.url}run/hostile")
        page.locator("html[data-lines]").wait_for(state="attached")
        assert page.evaluate("window.pwned") is None
        browser.close()
    assert said == []


def _wait(page, done):
    for _ in range(150):
        if done():
            return
        page.wait_for_timeout(100)
    raise AssertionError("it did not come about in 15 seconds")
