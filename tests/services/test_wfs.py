"""The connector against a real MapServer."""

import os
from datetime import UTC, date, datetime, timedelta

import pytest

from indicators.connectors.base import (
    HttpPolicy,
    Listed,
    MissingCollectionError,
    NotXmlError,
    OptionsError,
    PageCapError,
    PageLoopError,
    Query,
    QueryRefusedError,
    UnstablePagesError,
    Window,
)
from indicators.connectors.registry import opened
from ops.test import test_cluster as cluster_of_the_tests
from tests.factories.indicators import make_feed, make_source
from tests.factories.portfolio import make_zone
from tests.fakes import FaultServer, html_with_200, truncated_json
from tests.peers.mapserver import started
from tests.pulling import MAPPING, POLICY, assert_adds_up, current_values, pull
from tests.services.published import replayed, totals

pytestmark = pytest.mark.server
DAYS = 60
WINDOW = Window(datetime(2024, 1, 5, tzinfo=UTC), datetime(2024, 1, 8, tzinfo=UTC))
NOW = datetime(2024, 3, 1, 8, tzinfo=UTC)
PATIENT = HttpPolicy(allow=("127.0.0.1",), read_s=10, total_s=60, attempts=2, page_size=50)
FORMATS = pytest.mark.parametrize("place", ["json", "gml"])


def measures() -> list[dict]:
    return [
        {
            "commune": commune,
            "jour": date(2024, 1, 1) + timedelta(days=day),
            "instant": datetime(2024, 1, 1, tzinfo=UTC) + timedelta(hours=6 * day),
            "valeur": None if day == 3 else day + 100.5 * number,
            "statut": "provisoire" if day > 50 else "définitif",
        }
        for day in range(DAYS)
        for number, commune in enumerate("AB")
    ]


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    worker = os.environ.get("PYTEST_XDIST_WORKER", "main")
    folder = tmp_path_factory.mktemp("mapserver")
    with started(folder, cluster_of_the_tests(), f"mapserver_{worker}") as server:
        yield server


@pytest.fixture
def mapserver(server):
    server.fill(measures())
    return server


def connected(url: str, name: str = "ms:mesures", policy: HttpPolicy = PATIENT, **options):
    return opened("wfs", Query(url, name, {"key": "id"} | options), policy)


def rows_of(connector, window: Window = WINDOW) -> list[dict]:
    return [row for batch in connector.read(list(connector.fetch(window))) for row in batch]


@pytest.mark.parametrize("name", ["ms:mesures", "mesures"])
def test_probe_finds_the_feature_type(mapserver, name):
    with connected(f"{mapserver.url}/json", name) as connector:
        assert connector.probe().title == "Mesures"


def test_describe_lists_the_fields_with_their_types(mapserver):
    with connected(f"{mapserver.url}/json") as connector:
        fields = connector.describe().fields
    assert (fields["id"], fields["valeur"], fields["jour"]) == (
        "integer", "double", "TimeInstantType",
    )  # fmt: skip


@FORMATS
def test_fetch_gives_every_row_once_over_several_pages(mapserver, place):
    """The server sorts numbers as texts (1, 10, 100…) and cuts a page of 50 to 40."""
    with connected(f"{mapserver.url}/{place}") as connector:
        answers = list(connector.fetch(WINDOW))
        rows = [row for batch in connector.read(answers) for row in batch]
    pages = [answer for answer in answers if "GetFeature" in answer.url]
    assert len(pages) == 4  # 40 + 40 + 40 + none
    assert [int(row["id"]) for row in rows][:3] == [1, 10, 100]
    assert sorted(int(row["id"]) for row in rows) == list(range(1, 2 * DAYS + 1))
    assert {tuple(row["geometry"]) for row in rows} == {(-0.5, 45.2)}


@FORMATS
def test_a_null_is_null_in_either_format(mapserver, place):
    """The GeoJSON of this server leaves out what is null."""
    with connected(f"{mapserver.url}/{place}") as connector:
        rows = rows_of(connector)
    assert sum(row["valeur"] is None for row in rows) == 2
    assert {row["statut"] for row in rows} == {"provisoire", "définitif"}


@FORMATS
@pytest.mark.parametrize("field", ["jour", "instant"])
def test_no_row_of_the_window_is_missed_though_instants_are_compared_as_texts(
    mapserver, place, field
):
    with connected(f"{mapserver.url}/{place}", time_field=field) as connector:
        found = {row[field][:10] for row in rows_of(connector)}
    # a day more at either end, as asked for, and the last one whole
    assert found == {f"2024-01-{day:02d}" for day in range(4, 10)}


def test_a_feature_type_that_is_gone_is_named(mapserver):
    with connected(f"{mapserver.url}/json", "ms:mesure") as connector:
        for ask in (connector.probe, lambda: list(connector.fetch(WINDOW))):
            with pytest.raises(MissingCollectionError, match="ms:mesures"):
                ask()


def refused(url: str, error, words: str, **options) -> None:
    with connected(url, **options) as connector, pytest.raises(error, match=words):
        list(connector.fetch(WINDOW))


def test_a_key_that_is_no_field_is_refused_in_the_words_of_the_server(mapserver):
    refused(f"{mapserver.url}/json", QueryRefusedError, "SORTBY", key="nope")


def test_a_time_field_that_is_gone_is_refused_in_the_words_of_the_server(mapserver):
    words = "OperationProcessingFailed"
    refused(f"{mapserver.url}/json", QueryRefusedError, words, time_field="date")


def test_a_server_without_its_configuration_answers_a_page_with_200(mapserver):
    refused(f"{mapserver.url}/broken", NotXmlError, "text/html")


def test_a_feed_without_a_key_is_told_so(mapserver):
    refused(f"{mapserver.url}/json", OptionsError, "key", key="")


def test_a_key_that_names_several_features_is_named(mapserver):
    refused(f"{mapserver.url}/json", UnstablePagesError, "repeats the row", key="commune")


def test_the_words_of_the_service_are_in_every_question(mapserver):
    with FaultServer(upstream=mapserver.url) as proxy:
        own = {"language": "fra", "request": "Shutdown"}
        with connected(f"{proxy.url}/json", parameters=own) as connector:
            assert len(rows_of(connector)) == 2 * DAYS
    assert all("language=fra" in path for path in proxy.requests)
    assert not any("Shutdown" in path for path in proxy.requests)


def without_during(exchange) -> None:
    body = exchange.real_body()
    assert b"During" in body
    exchange.send(body.replace(b"During", b"Meanwhile"))


def without_pages(exchange) -> None:
    head, _, tail = exchange.real_body().decode().partition('"ImplementsResultPaging"')
    exchange.send(f'{head}"ImplementsResultPaging"{tail.replace("TRUE", "FALSE", 1)}'.encode())


def test_a_server_without_pages_is_read_in_one_answer_unless_it_may_be_cut(mapserver):
    with FaultServer(upstream=mapserver.url, faults={1: without_pages}) as proxy:
        with connected(f"{proxy.url}/json", time_field="jour") as connector:
            assert len(rows_of(connector)) == 12  # six days of two places
        assert "startIndex" not in proxy.requests[-1]
        proxy.faults = {4: without_pages}
        refused(f"{proxy.url}/json", PageCapError, "40 features")


@pytest.mark.parametrize("field", ["jour", "instant"])
def test_a_server_that_knows_no_period_is_asked_between_days(mapserver, field):
    with (
        FaultServer(upstream=mapserver.url, faults={1: without_during}) as proxy,
        connected(f"{proxy.url}/json", time_field=field) as connector,
    ):
        found = {row[field][:10] for row in rows_of(connector)}
    assert found >= {f"2024-01-{day:02d}" for day in range(5, 9)}
    assert len(found) < 7
    assert "PropertyIsBetween" in proxy.requests[2]


def repeated(exchange) -> None:
    exchange.handler.path = exchange.handler.path.replace("startIndex=40", "startIndex=0")
    exchange.send(exchange.real_body())


@pytest.mark.parametrize(
    ("fault", "error", "words"),
    [(repeated, PageLoopError, "repeats an"), (html_with_200, NotXmlError, "text/html")],
)
def test_a_second_page_that_is_wrong_is_named(mapserver, fault, error, words):
    with FaultServer(upstream=mapserver.url, faults={4: fault}) as proxy:
        refused(f"{proxy.url}/json", error, words)
    assert len(proxy.requests) == 4


def feed_of(url: str, **options):
    for code in "AB":
        make_zone(code=code)
    return make_feed(
        source=make_source(protocol="wfs", base_url=url), collection="ms:mesures",
        options={"key": "id", "time_field": "jour"} | options, mapping=MAPPING,
        starts_on=date(2024, 1, 2),
    )  # fmt: skip


@FORMATS
@pytest.mark.django_db
def test_a_pull_publishes_what_the_table_holds_and_a_replay_gives_the_same(mapserver, place):
    feed = feed_of(f"{mapserver.url}/{place}")
    run = pull(feed, NOW, PATIENT)
    assert (run.state, run.quarantined) == ("SUCCEEDED", 0), run.error_message
    inside = [row["valeur"] for row in measures() if row["jour"] >= date(2024, 1, 2)]
    known = [value for value in inside if value is not None]
    assert totals(feed) == (len(inside), len(known), sum(known))
    assert run.dropped == 2  # the day before the first
    assert_adds_up(run)
    assert {status for *_, status in current_values(feed)} == {"PROVISIONAL", "FINAL"}
    again = replayed(run)
    assert (again.state, again.unchanged) == ("SUCCEEDED", len(inside))


@pytest.mark.django_db
def test_half_a_page_changes_nothing(mapserver):
    with FaultServer(upstream=mapserver.url) as proxy:
        feed = feed_of(f"{proxy.url}/gml")
        pull(feed, NOW, PATIENT)
        before, asked = current_values(feed), len(proxy.requests)
        proxy.faults = {asked + n: truncated_json for n in range(4, 9)}
        run = pull(feed, NOW + timedelta(days=1), POLICY)
    assert (run.state, run.error_code) == ("FAILED", "TRUNCATED")
    assert len(before) == 2 * (DAYS - 1)
    assert current_values(feed) == before


def test_feature_types_are_listed_with_their_title(mapserver):
    with connected(f"{mapserver.url}/json", "") as connector:
        assert Listed("ms:mesures", "Mesures") in connector.collections()
