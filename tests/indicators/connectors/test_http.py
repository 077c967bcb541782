import socket
import tracemalloc
from dataclasses import replace

import pytest

from indicators.connectors.base import (
    AddressRefusedError,
    DeadlineError,
    HttpPolicy,
    HttpStatusError,
    QueryRefusedError,
    TooBigError,
    TruncatedError,
    UnreachableError,
)  # fmt: skip
from indicators.connectors.http import MOST_SAID, HttpClient
from tests import fakes
from tests.fakes import FaultServer

QUICK = HttpPolicy(
    allow=("127.0.0.1",),
    read_s=0.5,
    total_s=1.5,
    attempts=2,
    first_wait_s=0.01,
    max_body_bytes=10_000,
)


@pytest.fixture
def server():
    with FaultServer(otherwise=lambda exchange: exchange.send(b"{}")) as server:
        yield server


def test_an_answer_brings_its_body_and_its_date(server):
    server.otherwise = lambda exchange: exchange.send(
        b"{}", headers={"Last-Modified": "Wed, 01 May 2024 06:00:00 GMT"}
    )
    with HttpClient(QUICK) as http:
        answer = http.get(server.url, accept="application/json")
    assert answer.body == b"{}"
    assert answer.updated_at.isoformat() == "2024-05-01T06:00:00+00:00"


def test_a_compressed_answer_is_read(server):
    import gzip

    server.otherwise = lambda exchange: exchange.send(
        gzip.compress(b'{"a": 1}'), headers={"Content-Encoding": "gzip"}
    )
    with HttpClient(QUICK) as http:
        assert http.get(server.url, accept="*/*").body == b'{"a": 1}'


def test_a_bomb_is_stopped_before_it_fills_the_memory(server):
    server.otherwise = fakes.gzip_bomb
    tracemalloc.start()
    try:
        with HttpClient(QUICK) as http, pytest.raises(TooBigError):
            http.get(server.url, accept="*/*")
    finally:
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
    assert peak < 60_000_000  # the server's own 50 MB, in the same process, and little more


def test_a_drip_feed_ends_with_the_deadline(server):
    server.otherwise = fakes.drip_feed
    with HttpClient(QUICK) as http, pytest.raises(DeadlineError):
        http.get(server.url, accept="*/*")


def test_a_header_that_comes_byte_by_byte_ends_with_the_deadline():
    import threading
    import time

    with socket.create_server(("127.0.0.1", 0)) as listener:

        def drip():
            connection, _ = listener.accept()
            with connection:
                try:
                    for byte in b"HTTP/1.1 200 OK\r\nX-Slow: " + b"a" * 400:
                        connection.send(bytes([byte]))
                        time.sleep(0.05)
                except OSError:
                    return

        thread = threading.Thread(target=drip, daemon=True)
        thread.start()
        url = f"http://127.0.0.1:{listener.getsockname()[1]}/"
        started = time.monotonic()
        with HttpClient(QUICK) as http, pytest.raises(DeadlineError):
            http.get(url, accept="*/*")
        assert time.monotonic() - started < 5
        thread.join(5)


def test_the_environment_names_no_proxy(server, monkeypatch):
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    monkeypatch.setenv("ALL_PROXY", "http://127.0.0.1:1")
    with HttpClient(QUICK) as http:
        assert http.get(server.url, accept="*/*").body == b"{}"


def test_the_address_opened_is_the_address_checked(server, monkeypatch):
    """A name that changes between two look-ups gains nothing: there is one look-up."""
    port = int(server.url.rpartition(":")[2])
    answers = [["93.184.216.34"], ["127.0.0.1"]]
    opened = []

    def look_up(host, port, **options):
        return [(0, 0, 0, "", (text, port)) for text in answers.pop(0)]

    def connect(address, *args, **options):
        opened.append(address[0])
        raise OSError("no network in tests")

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    monkeypatch.setattr(socket, "create_connection", connect)
    policy = HttpPolicy(allow=("data.example.org",), attempts=1)
    with HttpClient(policy) as http, pytest.raises(UnreachableError):
        http.get(f"http://data.example.org:{port}/", accept="*/*")
    assert opened == ["93.184.216.34"]
    assert server.requests == []


@pytest.mark.parametrize("url", ["file:///etc/passwd", "ftp://127.0.0.1/", "http:///nowhere"])
def test_other_schemes_are_not_followed(url):
    with HttpClient(QUICK) as http, pytest.raises((UnreachableError, AddressRefusedError)):
        http.get(url, accept="*/*")


@pytest.mark.parametrize("ask", ["get", "download"])
def test_a_refusal_is_named_by_what_the_source_says(server, ask):
    server.otherwise = lambda exchange: exchange.send(b"no such field", 400, {"X-Why": "typo"})
    told = []

    def explain(refusal):
        told.append(refusal)
        return QueryRefusedError(refusal.body.decode())

    with HttpClient(QUICK) as http, pytest.raises(QueryRefusedError, match="no such field"):
        getattr(http, ask)(server.url, accept="*/*", explain=explain)
    assert (told[0].status, told[0].headers["x-why"]) == (400, "typo")


def test_a_refusal_that_nobody_explains_keeps_the_name_of_its_status(server):
    server.otherwise = lambda exchange: exchange.send(b"no", 400)
    with HttpClient(QUICK) as http, pytest.raises(HttpStatusError, match="400"):
        http.get(server.url, accept="*/*", explain=lambda refusal: None)


def test_an_endless_refusal_is_read_no_further_than_needed(server):
    server.otherwise = lambda exchange: exchange.send(b"x" * 1_000_000, 400)
    sizes = []
    with HttpClient(QUICK) as http, pytest.raises(HttpStatusError):
        http.get(server.url, accept="*/*", explain=lambda one: sizes.append(len(one.body)))
    assert sizes[0] <= MOST_SAID


def test_a_download_that_is_too_long_leaves_no_file_behind(server):
    server.otherwise = fakes.huge_body
    with HttpClient(replace(QUICK, max_file_bytes=1_000_000, total_s=10)) as http:
        with pytest.raises(TooBigError):
            http.download(server.url)
        assert list(http.new_file().parent.iterdir()) == []


def test_gzip_members_one_after_the_other_are_all_read(server):
    import gzip

    body = b"".join(gzip.compress(part) for part in (b"a,b\n", b"1,2\n" * 1000, b"3,4\n"))
    server.otherwise = lambda exchange: exchange.send(body, headers={"Content-Encoding": "gzip"})
    with HttpClient(QUICK) as http:
        assert http.get(server.url, accept="*/*").body == b"a,b\n" + b"1,2\n" * 1000 + b"3,4\n"


def test_what_follows_the_compressed_data_is_not_passed_over(server):
    import gzip

    body = gzip.compress(b"a,b\n") + b"more"
    server.otherwise = lambda exchange: exchange.send(body, headers={"Content-Encoding": "gzip"})
    with HttpClient(QUICK) as http, pytest.raises(TruncatedError):
        http.get(server.url, accept="*/*")
