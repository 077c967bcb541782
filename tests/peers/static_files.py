"""A static HTTP server of the tests: the files of a folder, with ETag and Last-Modified, and 304 for
what the client has already. It is our own, and small; it is no replica of a product."""

import hashlib
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.utils import formatdate, parsedate_to_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest


@dataclass
class StaticFiles:
    """`answers`: (path, status, bytes of the body) of each request. `wanted`: the Authorization
    without which nothing is given."""

    folder: Path
    wanted: str = ""
    url: str = ""
    answers: list[tuple[str, int, int]] = field(default_factory=list)

    def put(self, path: str, body: bytes) -> None:
        place = self.folder / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(body)

    @property
    def sent(self) -> int:
        return sum(size for _path, _status, size in self.answers)

    @property
    def statuses(self) -> list[int]:
        return [status for _path, status, _size in self.answers]


class _Handler(BaseHTTPRequestHandler):
    owner: StaticFiles

    def do_GET(self) -> None:
        path = unquote(urlsplit(self.path).path).lstrip("/")
        place = self.owner.folder / path
        if self.owner.wanted and self.headers["Authorization"] != self.owner.wanted:
            return self._send(path, 401)
        if not place.is_file():
            return self._send(path, 404)
        body = place.read_bytes()
        etag = f'"{hashlib.sha256(body).hexdigest()[:16]}"'
        changed = formatdate(place.stat().st_mtime, usegmt=True)
        status = 304 if self._is_known(etag, changed) else 200
        return self._send(path, status, body, {"ETag": etag, "Last-Modified": changed})

    def _is_known(self, etag: str, changed: str) -> bool:
        """By the tag where the client has one, else by the date (RFC 9110, 13.2.2)."""
        tag, since = self.headers["If-None-Match"], self.headers["If-Modified-Since"]
        if tag:
            return bool(tag == etag)
        return bool(since) and parsedate_to_datetime(changed) <= parsedate_to_datetime(since)

    def _send(self, path: str, status: int, body: bytes = b"", headers: dict | None = None) -> None:
        body = body if status == 200 else b""
        self.owner.answers.append((path, status, len(body)))
        self.send_response(status)
        for name, value in {**(headers or {}), "Content-Length": str(len(body))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args: object) -> None:
        pass


@contextmanager
def served(folder: Path, wanted: str = "") -> Iterator[StaticFiles]:
    owner = StaticFiles(folder, wanted)
    handler = type("Handler", (_Handler,), {"owner": owner})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    owner.url = f"http://127.0.0.1:{server.server_address[1]}"
    try:
        yield owner
    finally:
        server.shutdown()
        server.server_close()
        thread.join(5)


@pytest.fixture
def web(tmp_path: Path) -> Iterator[StaticFiles]:
    with served(tmp_path / "lake") as server:
        yield server
