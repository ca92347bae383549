"""Downloads, from a server of this machine's own."""

from __future__ import annotations

import hashlib
import socket
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import ClassVar

import pytest

from gridlab.errors import DataError
from gridlab.training.datasets import fetched as module
from gridlab.training.datasets.fetched import Remote, cache_folder, fetched

CONTENT = b"a data set"
RIGHT = hashlib.sha256(CONTENT).hexdigest()


@pytest.fixture
def server(tmp_path, monkeypatch):
    """A server that counts what it is asked for; /short breaks off, /slow says nothing."""
    monkeypatch.setenv("KERAS_HOME", str(tmp_path))

    class Handler(BaseHTTPRequestHandler):
        asked: ClassVar[list[str]] = []

        def do_GET(self):
            self.asked.append(self.path)
            if self.path == "/none":
                self.send_error(404)
                return
            if self.path == "/slow":
                time.sleep(1)
            self.send_response(200)
            self.send_header("Content-Length", str(len(CONTENT)))
            self.end_headers()
            self.wfile.write(CONTENT[: 3 if self.path == "/short" else None])

        def log_message(self, *_):
            pass

    found = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=found.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    Handler.url = f"http://127.0.0.1:{found.server_port}"
    yield Handler
    found.shutdown()
    found.server_close()
    thread.join()


def test_a_file_is_downloaded_once(server):
    remote = Remote(f"{server.url}/set", "some/set.npz", RIGHT)
    path = fetched(remote, "keras:set")
    assert path == cache_folder() / "some" / "set.npz"
    assert path.read_bytes() == CONTENT
    assert fetched(remote, "keras:set") == path
    assert server.asked == ["/set"]
    assert [file.name for file in path.parent.iterdir()] == ["set.npz"]


def test_a_damaged_one_is_downloaded_again(server):
    remote = Remote(f"{server.url}/set", "set.npz", RIGHT)
    fetched(remote, "x").write_bytes(b"damaged")
    assert fetched(remote, "x").read_bytes() == CONTENT


@pytest.mark.parametrize(
    ("path", "sha", "said"),
    [
        ("/set", "0" * 64, "is not the file it should be"),
        ("/none", None, r"cannot be downloaded \(Not Found\); without the network, put the file at .*set\.npz"),
        ("/short", None, r"cannot be downloaded \(IncompleteRead"),
        ("/slow", None, r"cannot be downloaded \(timed out\)"),
    ],
)
def test_what_goes_wrong_leaves_nothing_behind(server, monkeypatch, path, sha, said):
    monkeypatch.setattr(module, "PATIENCE", 0.3)
    with pytest.raises(DataError, match=f"^keras:set: .*{said}"):
        fetched(Remote(f"{server.url}{path}", "set.npz", sha), "keras:set")
    assert list(cache_folder().iterdir()) == []


def test_without_a_network_it_says_so_at_once(tmp_path, monkeypatch):
    monkeypatch.setenv("KERAS_HOME", str(tmp_path))
    with socket.socket() as taken:  # bound, but nobody listens there
        taken.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{taken.getsockname()[1]}/set"
        with pytest.raises(DataError, match=r"keras:set: .* cannot be downloaded \(.*refused.*\); without the network"):
            fetched(Remote(url, "set.npz", None), "keras:set")
