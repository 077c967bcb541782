"""A small HTTP server of our own: it passes requests to the real platform, or spoils the answer."""

import json
import threading
import time
import urllib.error
import urllib.request
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Self
from urllib.parse import parse_qs, urlsplit


class Exchange:
    """One request, as a fault sees it."""

    def __init__(self, handler: BaseHTTPRequestHandler, upstream: str | None, number: int) -> None:
        self.handler, self.upstream, self.number = handler, upstream, number
        self.own_url = f"http://{handler.headers['Host']}"

    @property
    def query(self) -> dict[str, str]:
        return {k: v[0] for k, v in parse_qs(urlsplit(self.handler.path).query).items()}

    def real_body(self) -> bytes:
        """What the platform answers, its links leading here."""
        request = urllib.request.Request(
            f"{self.upstream}{self.handler.path}",
            headers={"Accept": self.handler.headers["Accept"]},
        )
        with urllib.request.urlopen(request, timeout=30) as answer:
            return answer.read().replace(self.upstream.encode(), self.own_url.encode())

    def send_json(self, document: object) -> None:
        self.send(json.dumps(document).encode())

    def send(self, body: bytes, status: int = 200, headers: Mapping[str, str] = {}) -> None:
        headers = {"Content-Type": "application/geo+json", "Content-Length": str(len(body))} | dict(
            headers
        )
        self.handler.send_response(status)
        for name, value in headers.items():
            self.handler.send_header(name, value)
        self.handler.end_headers()
        self.handler.wfile.write(body)


Fault = Callable[[Exchange], None]


def honest(exchange: Exchange) -> None:
    try:
        exchange.send(exchange.real_body())
    except urllib.error.HTTPError as error:
        with error:
            exchange.send(error.read(), error.code)


def status(code: int, **headers: str) -> Fault:
    fields = {name.replace("_", "-"): value for name, value in headers.items()}
    return lambda exchange: exchange.send(b"oops", code, fields)


def html_with_200(exchange: Exchange) -> None:
    exchange.send(
        b"<html><body>msLoadMap(): error</body></html>", 200, {"Content-Type": "text/html"}
    )


def truncated_json(exchange: Exchange) -> None:
    body = exchange.real_body()
    exchange.send(body[: len(body) // 2])


def cut_connection(exchange: Exchange) -> None:
    body = exchange.real_body()
    exchange.send(body[: len(body) // 2], headers={"Content-Length": str(len(body))})


def empty_200(exchange: Exchange) -> None:
    exchange.send(b"")


def silence(seconds: float) -> Fault:
    def fault(exchange: Exchange) -> None:
        time.sleep(seconds)

    return fault


def drip_feed(exchange: Exchange) -> None:
    """One byte at a time: no single read is slow."""
    exchange.handler.send_response(200)
    exchange.handler.end_headers()
    for _ in range(600):
        exchange.handler.wfile.write(b" ")
        time.sleep(0.02)


def huge_body(exchange: Exchange) -> None:
    exchange.handler.send_response(200)
    exchange.handler.end_headers()
    for _ in range(100):
        exchange.handler.wfile.write(b" " * 1_000_000)


def gzip_bomb(exchange: Exchange) -> None:
    """Fifty megabytes of blanks; one is packed, the others are its copies: the answer is quick."""
    packer, blanks = zlib.compressobj(wbits=31), b" " * 1_000_000
    head, copy = (packer.compress(blanks) + packer.flush(zlib.Z_FULL_FLUSH) for _ in range(2))
    exchange.send(head + copy * 49, headers={"Content-Encoding": "gzip"})


def body(document: object) -> Fault:
    return lambda exchange: exchange.send_json(document)


@dataclass
class FaultServer:
    """`faults` by request number (from 1); every other request is answered by `otherwise`."""

    upstream: str | None = None
    faults: dict[int, Fault] = field(default_factory=dict)
    otherwise: Fault = honest
    requests: list[str] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def __enter__(self) -> Self:
        owner = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                with owner._lock:
                    owner.requests.append(self.path)
                    number = len(owner.requests)
                fault = owner.faults.get(number, owner.otherwise)
                try:
                    fault(Exchange(self, owner.upstream, number))
                except (BrokenPipeError, ConnectionResetError):
                    self.close_connection = True  # the client had enough

            def log_message(self, *args: object) -> None:
                pass

        self._lock = threading.Lock()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self._thread = threading.Thread(
            target=self._server.serve_forever, args=(0.05,), daemon=True
        )
        self._thread.start()
        return self

    def __exit__(self, *error: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(5)
