"""`gridlab serve`: a page on loopback that shows runs as they grow; it reads, and answers nobody but this machine.

Every request names this server as its host, or is refused: a page elsewhere whose name resolves to 127.0.0.1 (DNS
rebinding) gets nothing. What an address names is looked up among the runs that are there, never on the disk.
"""

from __future__ import annotations

import json
import socket
import sys
from collections.abc import Callable
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from gridlab.errors import GridlabError
from gridlab.plots.live import LiveFolder
from gridlab.plots.live_page import View, list_page, run_page

LOOPBACK = "127.0.0.1"
HEADERS = {
    "Cache-Control": "no-cache",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}


class LiveServer(ThreadingHTTPServer):
    """Serves the runs of a folder, on loopback only."""

    daemon_threads = True

    def __init__(self, folder: Path, port: int) -> None:
        """Listen at once; 0 takes a free port.

        Raises:
            StoreError: there is no such folder.
            GridlabError: the port cannot be had.
        """
        self.folder, self.live = folder, LiveFolder(folder)
        self.live.runs()
        try:
            super().__init__((LOOPBACK, port), _Handler)
        except OSError as error:
            free = _free_port(port + 1)
            raise GridlabError(f"port {port} cannot be had ({error.strerror}); --port {free} is free") from error
        self.hosts = {f"{name}:{self.server_port}" for name in (LOOPBACK, "localhost", "[::1]")}

    @property
    def url(self) -> str:
        """Where the page is."""
        return f"http://{LOOPBACK}:{self.server_port}/"


def serve(folder: Path, port: int, opened: Callable[[str], Any] = print) -> None:
    """Serve until Ctrl-C.

    Args:
        folder: of runs, or a run.
        port: to listen on.
        opened: told the address, once it answers.
    """
    with LiveServer(Path(folder), port) as server:
        try:
            opened(server.url)
            server.serve_forever()
        except KeyboardInterrupt:
            print("stopped", file=sys.stderr)


class _Handler(BaseHTTPRequestHandler):
    """Answers GET and HEAD; whatever else is asked is refused by the base class."""

    server: LiveServer
    server_version, sys_version = "gridlab", ""
    protocol_version = "HTTP/1.1"
    timeout = 60

    def do_GET(self) -> None:
        if self.headers.get("Host", "").lower() not in self.server.hosts:
            self._say(HTTPStatus.MISDIRECTED_REQUEST, "This server answers to its own address only.")
            return
        try:
            self._answer(urlsplit(self.path).path)
        except GridlabError as error:
            self._say(HTTPStatus.SERVICE_UNAVAILABLE, str(error))

    do_HEAD = do_GET

    def _answer(self, path: str) -> None:
        kind, _, place = path.removeprefix("/").partition("/")
        live = self.server.live
        if path == "/":
            self._page(list_page(live.title))
        elif path == "/data":
            self._data(live.view())
        elif kind in ("run", "data") and (run := live.runs().get(unquote(place))):
            if kind == "run":
                self._page(run_page(run.place, run.view()))
            else:
                self._data(run.view())
        else:
            self._say(HTTPStatus.NOT_FOUND, "There is nothing here.")

    def _page(self, html: str) -> None:
        # What the page may do stands in the page; a frame around it could only be said here.
        self._send(HTTPStatus.OK, "text/html", html, {"Content-Security-Policy": "frame-ancestors 'none'"})

    def _data(self, view: View) -> None:
        tag = {"ETag": f'"{view.tag}"'}
        if self.headers.get("If-None-Match") == tag["ETag"]:
            self._send(HTTPStatus.NOT_MODIFIED, "", "", tag)
            return
        text = json.dumps(view.content, allow_nan=False, separators=(",", ":"))
        self._send(HTTPStatus.OK, "application/json", text, tag | _INERT)

    def _say(self, status: HTTPStatus, text: str) -> None:
        self._send(status, "text/plain", text, _INERT)

    def _send(self, status: HTTPStatus, kind: str, text: str, more: dict[str, str]) -> None:
        content = text.encode("utf-8", "replace")
        self.send_response(status)
        for name, value in {**HEADERS, **more}.items():
            self.send_header(name, value)
        if kind:
            self.send_header("Content-Type", f"{kind}; charset=utf-8")
            self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(content)

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing of single requests."""


_INERT = {"Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'"}


def _free_port(start: int) -> int:
    """The first port from `start` on that can be listened on; any, where none of the next hundred can."""
    for port in (*range(start, min(start + 100, 65536)), 0):
        with socket.socket() as tried:
            try:
                tried.bind((LOOPBACK, port))
            except OSError:
                continue
            return int(tried.getsockname()[1])
    raise GridlabError("no port is free on this machine")
