"""Files of a lake, over a static HTTP server of the tests."""

import shutil
import tracemalloc
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.conf import settings

from indicators.connectors.base import (
    HttpStatusError,
    MissingCollectionError,
    NotJsonError,
    Query,
    TooBigError,
    TruncatedError,
    Window,
)
from indicators.connectors.registry import opened
from indicators.models import ObservationVersion, RawFile
from tests import fakes
from tests.fakes import FaultServer
from tests.peers.lake import (
    LATER,
    ROWS,
    UNTIL_NOW,
    WINDOW,
    as_csv,
    as_parquet,
    by_month,
    feed_of,
    fetched,
    loaded,
    published,
    replay,
)
from tests.peers.static_files import web
from tests.pulling import POLICY, current_values, pull

__all__ = ["web"]

pytestmark = pytest.mark.server
MONTHLY = {"partitions": "year={yyyy}/month={mm}/data.parquet"}


def test_probe_and_describe_tell_the_state_and_the_columns(web):
    web.put("velo.csv", as_csv(ROWS))
    with opened("files", Query(web.url, "velo.csv"), POLICY) as connector:
        probe, fields = connector.probe(), connector.describe().fields
        assert (probe.title, probe.token[0]) == ("velo.csv", '"')
        assert probe.updated_at is not None
        assert fields == dict.fromkeys(("commune", "jour", "valeur", "statut"), "text")
    web.put("velo.csv", as_csv(ROWS[1:]))
    with opened("files", Query(web.url, "velo.csv"), POLICY) as connector:
        assert connector.probe().token != probe.token


def test_a_list_of_files_is_read_in_its_order_each_row_once(web):
    web.put("velo/a.csv", as_csv(ROWS[:50]))
    web.put("velo/b é.csv", as_csv(ROWS[50:]))
    urls, rows = fetched(web.url, "velo", {"files": ["a.csv", "b é.csv"]})
    assert [url.rpartition("/")[2] for url in urls] == ["a.csv", "b%20%C3%A9.csv"]
    assert [row["jour"] for row in rows] == [row["jour"].isoformat() for row in ROWS]


def test_only_the_months_of_the_window_are_asked_for_and_one_may_be_missing(web):
    for (year, month), rows in by_month(ROWS).items():
        web.put(f"velo/year={year}/month={month:02d}/data.parquet", as_parquet(rows))
    until_march = Window(WINDOW.start, datetime(2024, 3, 20, tzinfo=UTC))
    urls, rows = fetched(web.url, "velo", MONTHLY, until_march)
    assert [(path[-21:], status) for path, status, _size in web.answers] == [
        ("month=01/data.parquet", 200),
        ("month=02/data.parquet", 200),
        ("month=03/data.parquet", 404),
    ]
    assert (len(urls), len(rows)) == (2, len(ROWS))
    assert {row["month"] for row in rows} == {"01", "02"}


def test_a_folder_without_any_of_its_months_is_missing(web):
    with pytest.raises(MissingCollectionError):
        fetched(web.url, "velo", MONTHLY)
    with (
        opened("files", Query(web.url, "velo", MONTHLY), POLICY) as connector,
        pytest.raises(MissingCollectionError),
    ):
        connector.probe()


def test_a_pattern_over_http_is_refused_with_what_to_do(web):
    with pytest.raises(MissingCollectionError, match="partitions"):
        fetched(web.url, "velo/year=*/", {})


@pytest.mark.parametrize(
    ("secret", "header"), [("moi:mot", "Basic bW9pOm1vdA=="), ("jeton", "Bearer jeton")]
)
def test_the_secret_goes_into_a_header_and_nowhere_else(web, secret, header):
    web.put("velo.csv", as_csv(ROWS))
    web.wanted = header
    urls, rows = fetched(web.url, "velo.csv", {}, secret=secret)
    assert len(rows) == len(ROWS)
    assert urls == [f"{web.url}/velo.csv"]
    with pytest.raises(HttpStatusError) as caught:
        fetched(web.url, "velo.csv", {}, secret="another:word")
    assert "word" not in caught.value.message


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("name", "write"), [("velo.csv", as_csv), ("velo.parquet", as_parquet)], ids=["csv", "parquet"]
)
def test_a_pull_publishes_what_the_file_holds_and_a_replay_the_same(web, name, write):
    web.put(name, write(ROWS))
    feed = feed_of("files", web.url, name)
    run = pull(feed)
    assert (run.state, run.received) == ("SUCCEEDED", len(ROWS))
    assert run.dropped == len(ROWS) - len(UNTIL_NOW)
    assert published(feed) == loaded(UNTIL_NOW)
    before = current_values(feed)
    shutil.rmtree(web.folder)
    again = replay(run)
    assert (again.state, again.unchanged) == ("SUCCEEDED", len(UNTIL_NOW))
    assert current_values(feed) == before


@pytest.mark.django_db
def test_parts_of_a_file_outside_the_window_are_not_read_and_a_replay_agrees(web):
    web.put("velo.parquet", as_parquet(ROWS, row_group_size=10))
    feed = feed_of(
        "files", web.url, "velo.parquet", options={"time_field": "jour"}, lookback_days=3
    )
    first = pull(feed)
    assert first.received < len(ROWS)
    assert published(feed) == loaded(UNTIL_NOW)
    second = pull(feed, LATER)
    assert second.received < first.received
    assert web.statuses == [200, 304]
    assert replay(first).received == first.received
    assert replay(second).received == second.received


# ---------------------------------------------------------------- asked for on condition


@pytest.mark.django_db
def test_an_unchanged_file_is_not_sent_again_and_publishes_nothing_new(web):
    web.put("velo.csv", as_csv(ROWS))
    feed = feed_of("files", web.url, "velo.csv")
    first, sent = pull(feed), web.sent
    before = current_values(feed)
    second = pull(feed)
    assert (web.statuses, web.sent) == ([200, 304], sent)
    assert (second.state, second.received) == ("SUCCEEDED", first.received)
    assert (second.accepted, second.revised, second.unchanged) == (0, 0, first.accepted)
    assert ObservationVersion.objects.count() == first.accepted
    assert current_values(feed) == before
    kept = RawFile.objects.filter(run__feed=feed)
    assert kept.count() == 2
    assert len({(file.sha256, file.headers["etag"]) for file in kept}) == 1


@pytest.mark.django_db
def test_a_kept_file_gives_the_rows_of_a_later_window_too(web):
    web.put("velo.csv", as_csv(ROWS))
    feed = feed_of("files", web.url, "velo.csv")
    pull(feed)
    run = pull(feed, LATER)
    assert (web.statuses, run.accepted, run.revised) == ([200, 304], 2, 0)


@pytest.mark.django_db
def test_a_file_that_changed_is_sent_again(web):
    web.put("velo.csv", as_csv(ROWS))
    feed = feed_of("files", web.url, "velo.csv")
    pull(feed)
    web.put("velo.csv", as_csv([{**row, "valeur": 5000.0} for row in ROWS]))
    run = pull(feed)
    assert web.statuses == [200, 200]
    assert run.revised == len(UNTIL_NOW)


@pytest.mark.django_db
def test_a_kept_file_that_is_lost_is_asked_for_whole(web):
    web.put("velo.csv", as_csv(ROWS))
    feed = feed_of("files", web.url, "velo.csv")
    pull(feed)
    shutil.rmtree(Path(settings.RAW_STORE))
    run = pull(feed)
    assert (run.state, web.statuses) == ("SUCCEEDED", [200, 200])


@pytest.mark.django_db
def test_a_kept_file_that_is_spoilt_fails_one_pull_and_is_then_asked_for_whole(web):
    web.put("velo.csv", as_csv(ROWS))
    feed = feed_of("files", web.url, "velo.csv")
    pull(feed)
    (kept,) = Path(settings.RAW_STORE).glob("??/*.zst")
    kept.write_bytes(b"spoilt")
    assert pull(feed).error_code == "RAW_LOST"
    web.put("velo.csv", as_csv(ROWS) + b"\n")
    assert (pull(feed).state, web.statuses) == ("SUCCEEDED", [200, 304, 200])


@pytest.mark.django_db
def test_what_a_failed_pull_kept_is_asked_for_whole(web):
    web.put("velo.csv", b"<html>later</html>")
    feed = feed_of("files", web.url, "velo.csv")
    assert pull(feed).error_code == "NOT_JSON"
    assert pull(feed).error_code == "NOT_JSON"
    assert web.statuses == [200, 200]


@pytest.mark.django_db
def test_another_feed_does_not_speak_for_this_one(web):
    web.put("velo.csv", as_csv(ROWS))
    pull(feed_of("files", web.url, "velo.csv"))
    pull(feed_of("files", web.url, "velo.csv"))
    assert web.statuses == [200, 200]


# ---------------------------------------------------------------- faults


@pytest.mark.django_db
def test_a_renamed_column_publishes_nothing_and_is_named(web):
    web.put("velo.csv", as_csv(ROWS))
    columns = ["jour", "commune", "valeur", "statut"]
    feed = feed_of("files", web.url, "velo.csv", options={"columns": columns})
    pull(feed)
    before = current_values(feed)
    web.put("velo.csv", as_csv(ROWS).replace(b"valeur", b"value"))
    run = pull(feed, LATER)
    assert (run.state, run.error_code) == ("FAILED", "ALL_REJECTED")
    assert run.error_message == "row 1: valeur MISSING_FIELD"
    assert current_values(feed) == before


def two_gigabytes(exchange):
    exchange.handler.send_response(200)
    exchange.handler.send_header("Content-Length", "2000000000")
    exchange.handler.end_headers()
    part = b"2024-01-01,1\n" * 10_000
    for _ in range(2_000_000_000 // len(part)):
        exchange.handler.wfile.write(part)


def test_two_gigabytes_stop_at_the_limit_with_little_memory():
    policy = replace(POLICY, max_file_bytes=20_000_000, attempts=1)
    with FaultServer(otherwise=two_gigabytes) as server:
        tracemalloc.start()
        try:
            with (
                opened("files", Query(server.url, "a.csv"), policy) as connector,
                pytest.raises(TooBigError),
            ):
                list(connector.fetch(WINDOW))
            peak = tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()
    assert peak < 5_000_000


def test_a_bomb_stops_at_the_limit():
    policy = replace(POLICY, max_file_bytes=3_000_000, attempts=1)
    with (
        FaultServer(otherwise=fakes.gzip_bomb) as server,
        opened("files", Query(server.url, "a.csv"), policy) as connector,
        pytest.raises(TooBigError),
    ):
        list(connector.fetch(WINDOW))


def test_a_cut_connection_is_tried_again_then_named():
    body = as_parquet(ROWS)

    def cut(exchange):
        exchange.send(body[:100], headers={"Content-Length": str(len(body))})

    with FaultServer(faults={1: cut}, otherwise=lambda exchange: exchange.send(body)) as server:
        _urls, rows = fetched(server.url, "a.parquet", {})
        assert (len(rows), len(server.requests)) == (len(ROWS), 2)
    with FaultServer(otherwise=cut) as server, pytest.raises(TruncatedError):
        fetched(server.url, "a.parquet", {})


@pytest.mark.parametrize(
    ("body", "fault"),
    [(as_parquet(ROWS)[:-20], TruncatedError), (b"<html></html>", NotJsonError)],
    ids=["cut", "page"],
)
def test_what_is_no_parquet_file_is_named(web, body, fault):
    web.put("velo.parquet", body)
    with pytest.raises(fault):
        fetched(web.url, "velo.parquet", {})
