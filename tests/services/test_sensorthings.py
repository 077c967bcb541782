"""The connector against a real SensorThings server, django-ogc-sensorthings."""

import json
import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import pytest
from django.core.management import call_command
from django.db.models import Count, Sum

from indicators.connectors.base import (
    BusyError,
    ForeignLinkError,
    HttpPolicy,
    MissingCollectionError,
    OptionsError,
    PageLoopError,
    Query,
    Window,
)  # fmt: skip
from indicators.connectors.registry import opened
from indicators.connectors.sensorthings import parse
from indicators.models import Feed, ObservationVersion, Run, Series
from tests.examples import apply_example
from tests.factories.indicators import make_feed, make_source
from tests.fakes import FaultServer, silence, status
from tests.peers.sensorthings import SensorThings, start_sensorthings
from tests.pulling import assert_adds_up, pull

pytestmark = pytest.mark.server
FIRST = datetime(2024, 1, 1, tzinfo=UTC)
HOURS = 20 * 24
WINDOW = Window(datetime(2024, 1, 5, tzinfo=UTC), datetime(2024, 1, 8, tzinfo=UTC))
MAPPING = {
    "time": {"field": "phenomenonTime", "timezone": "Europe/Paris", "period": "HOUR"},
    "value": {"field": "result"},
    "series": ["datastream"],
    "label": "datastream_name",
}
POLICY = HttpPolicy(
    allow=("127.0.0.1",), read_s=5, page_size=50, max_pages=60, attempts=2, first_wait_s=0.01
)


def hourly(offset: float) -> list[tuple[str, float]]:
    return [((FIRST + timedelta(hours=h)).isoformat(), offset + h) for h in range(HOURS)]


@pytest.fixture(scope="session")
def server(tmp_path_factory) -> Iterator[SensorThings]:
    yield from start_sensorthings(tmp_path_factory.mktemp("sensorthings"))


@pytest.fixture(scope="session")
def streams(server) -> list[str]:
    """Two counters and a thermometer."""
    made = [server.add_datastream(f"Compteur {name}") for name in "AB"]
    for number, one in enumerate(made):
        server.observe(one, hourly(1000.5 * number))
    other = server.add_datastream("Thermomètre", unit="°C")
    server.observe(other, [("2024-01-06T00:00:00Z", 7.5)], resultQuality={"code": "provisoire"})
    return [*made, other]


@pytest.fixture
def ask(server, streams):
    """Answers and rows of a window: of the first counter, unless another collection is said."""

    def asked(collection: str = "", policy: HttpPolicy = POLICY, url: str = "", **options: object):
        query = Query(url or server.url, collection or f"Datastreams('{streams[0]}')", options)
        with opened("sensorthings", query, policy) as connector:
            answers = list(connector.fetch(WINDOW))
            return answers, [row for batch in connector.read(answers) for row in batch]

    return asked


def in_plain_form(exchange) -> None:
    """The same server, as one that has no data arrays."""
    exchange.send(exchange.real_body().replace(b"/req/data-array", b"/req/other"))


def test_probe_finds_the_datastream(server, streams):
    query = Query(server.url, f"Datastreams('{streams[0]}')")
    with opened("sensorthings", query, POLICY) as connector:
        assert connector.probe().title == "Compteur A"


def test_describe_tells_the_unit_of_the_result(server, streams):
    with opened("sensorthings", Query(server.url, "Datastreams"), POLICY) as connector:
        told = connector.describe()
    assert told.title == "Compteur A, Compteur B, Thermomètre"
    assert told.units == {"result": "passages / °C"}
    assert {"phenomenonTime", "result", "datastream"} <= told.fields.keys()


def test_fetch_gives_every_row_of_the_window_once_over_several_pages(ask):
    answers, rows = ask()
    assert len(answers) == 3  # the datastream, then 72 rows by 50
    assert len(rows) == len({row["id"] for row in rows}) == 72
    assert {row["phenomenonTime"][:10] for row in rows} == {
        "2024-01-05", "2024-01-06", "2024-01-07",
    }  # fmt: skip
    assert {(row["datastream_name"], row["unit"]) for row in rows} == {("Compteur A", "passages")}


def test_the_server_repeats_a_row_that_is_then_read_once(ask):
    answers, rows = ask()
    received = [one["id"] for answer in answers[1:] for one in parse.observations(answer)]
    assert len(received) == len(set(received)) + 1
    assert sorted(row["id"] for row in rows) == sorted(set(received))


def test_the_plain_form_gives_the_same_rows(ask, server):
    _, rows = ask()
    with FaultServer(server.host, {2: in_plain_form}) as proxy:
        answers, plain = ask(url=f"{proxy.url}/v1.1")
    assert "dataArray" not in answers[1].url
    assert sorted(plain, key=lambda row: row["id"]) == sorted(rows, key=lambda row: row["id"])


def test_several_datastreams_are_chosen_by_a_filter(ask, streams):
    answers, rows = ask("Datastreams", filter="startswith(name, 'Compteur')")
    assert len(answers) == 1 + 2 * 2
    assert {row["datastream"] for row in rows} == set(streams[:2])
    assert len(rows) == 2 * 72


def test_the_datastreams_of_a_thing(ask, server, streams):
    thing = server.get(f"Datastreams('{streams[2]}')/Thing")["@iot.id"]
    answers, found = ask(f"Things('{thing}')/Datastreams")
    assert "$filter" not in answers[0].url
    assert [(row["datastream_name"], row["result"], row["resultQuality"]) for row in found] == [
        ("Thermomètre", 7.5, {"code": "provisoire"})
    ]


def test_another_path_than_one_of_datastreams_is_refused(ask):
    with pytest.raises(OptionsError):
        ask("Observations")


def test_a_page_above_the_limit_of_the_server_is_asked_for_in_pieces(ask, server):
    """It answers 422 to more than 100 rows in the plain form."""
    policy = HttpPolicy(allow=("127.0.0.1",), page_size=500)
    with FaultServer(server.host, {2: in_plain_form}) as proxy:
        answers, rows = ask(policy=policy, url=f"{proxy.url}/v1.1")
    assert parse.top(answers[1].url) == "100"
    assert len(rows) == 72


def test_no_page_is_longer_than_a_server_can_make_in_time(ask):
    answers, rows = ask(policy=HttpPolicy(allow=("127.0.0.1",), page_size=50_000))
    assert parse.top(answers[1].url) == "1000"
    assert len(rows) == 72


@pytest.mark.parametrize("fault", [status(500), silence(1.5)], ids=["500", "silence"])
def test_a_page_that_the_server_cannot_make_is_asked_for_in_pieces(ask, server, fault):
    """The proxy fails where more than 30 rows are asked for, as a server short of time does."""

    def short_of_time(exchange):
        if int(exchange.query.get("$top", 0)) > 30 and "Observations" in exchange.handler.path:
            fault(exchange)
        else:
            exchange.send(exchange.real_body())

    policy = HttpPolicy(
        allow=("127.0.0.1",), read_s=1, page_size=125, attempts=2, first_wait_s=0.01
    )
    with FaultServer(server.host, otherwise=short_of_time) as proxy:
        answers, rows = ask(policy=policy, url=f"{proxy.url}/v1.1")
        asked = [path for path in proxy.requests if "top=125" in path]
    assert len(asked) == 2  # twice, then smaller; the pages after it are small at once
    assert [parse.top(answer.url) for answer in answers[1:]] == ["25", "25", "25"]
    assert len(rows) == len({row["id"] for row in rows}) == 72


def test_this_server_cannot_sort_by_time_and_says_so_with_an_error(ask):
    with pytest.raises(BusyError, match="answered 500"):
        ask(order="phenomenonTime")


def test_without_an_order_the_rows_are_the_same(ask):
    _, sorted_rows = ask()
    answers, rows = ask(order="")
    assert "orderby" not in answers[1].url
    assert {row["id"] for row in rows} == {row["id"] for row in sorted_rows}


@pytest.mark.parametrize(
    "collection",
    ["Datastreams('00000000-0000-0000-0000-000000000000')", "Datastreams(12)"],
)
def test_a_missing_datastream_is_named(ask, collection):
    with pytest.raises(MissingCollectionError):
        ask(collection)


def test_a_filter_that_finds_nothing_is_named(ask):
    with pytest.raises(MissingCollectionError, match="no datastream"):
        ask("Datastreams", filter="name eq 'Compteur Z'")


def test_a_server_that_gives_the_same_page_for_ever_is_found_out(ask, server):
    def forgetful(exchange):
        exchange.handler.path = re.sub(r"skip=\d+", "skip=0", exchange.handler.path)
        body = exchange.real_body()
        exchange.send(re.sub(rb"skip=\d+", b"skip=%d" % (50 * exchange.number), body))

    with FaultServer(server.host, otherwise=forgetful) as proxy, pytest.raises(PageLoopError):
        ask(url=f"{proxy.url}/v1.1")


def test_a_next_page_on_another_host_is_not_followed(ask, server):
    """As where a service behind a proxy does not know its own name."""

    def unaware(exchange):
        body = exchange.real_body()
        exchange.send(body.replace(exchange.own_url.encode(), b"http://10.0.0.1"))

    with FaultServer(server.host, otherwise=unaware) as proxy, pytest.raises(ForeignLinkError):
        ask(url=f"{proxy.url}/v1.1")


def test_a_root_that_is_elsewhere_only_costs_the_short_form(ask, server):
    with FaultServer(server.host, {2: status(302, Location="/elsewhere")}) as proxy:
        answers, rows = ask(url=f"{proxy.url}/v1.1")
    assert "dataArray" not in answers[1].url
    assert len(rows) == 72


def test_what_is_private_goes_into_a_header_alone(server, streams):
    """The proxy lets in only who shows the key."""

    def guarded(exchange):
        if exchange.handler.headers["Authorization"] == "Bearer k3y":
            exchange.send(exchange.real_body())
        else:
            exchange.send(b"{}", 401)

    with FaultServer(server.host, otherwise=guarded) as proxy:
        query = Query(f"{proxy.url}/v1.1", f"Datastreams('{streams[0]}')", secret="Bearer k3y")
        with opened("sensorthings", query, POLICY) as connector:
            answers = list(connector.fetch(WINDOW))
            assert sum(len(batch) for batch in connector.read(answers)) == 72
        assert not any("k3y" in path for path in proxy.requests)
    assert not any("k3y" in json.dumps(dict(one.headers)) + one.url for one in answers)


def make_hourly_feed(server: SensorThings):
    options = {"filter": "startswith(name, 'Compteur')"}
    return make_feed(
        source=make_source(protocol="sensorthings", base_url=server.url), mapping=MAPPING,
        collection="Datastreams", options=options, starts_on=date(2024, 1, 1),
    )  # fmt: skip


@pytest.mark.django_db
def test_the_example_can_be_applied():
    assert [change.kind for change in apply_example("sensorthings")] == [
        "datasource", "indicator", "feed",
    ]  # fmt: skip
    feed = Feed.objects.get()
    assert feed.options["filter"].startswith("ObservedProperty/name")
    assert parse.path(feed.collection) == "Datastreams"


@pytest.mark.django_db
def test_what_is_published_is_what_was_loaded(server, streams):
    run = pull(make_hourly_feed(server), policy=POLICY)
    # the feed begins at midnight in Paris: an hour before the first observation
    assert (run.state, run.accepted) == ("SUCCEEDED", 2 * HOURS)
    assert_adds_up(run)
    loaded = [value for offset in (0, 1000.5) for _, value in hourly(offset)]
    published = ObservationVersion.objects.current().aggregate(
        rows=Count("pk"), values=Count("value"), sum=Sum("value")
    )
    assert published == {"rows": len(loaded), "values": len(loaded), "sum": sum(loaded)}
    assert set(Series.objects.values_list("key", "label")) == {
        (json.dumps([one]), f"Compteur {name}") for one, name in zip(streams, "AB", strict=False)
    }


@pytest.mark.django_db
def test_a_replay_gives_the_same_rows_and_asks_nothing(server, streams):
    feed = make_hourly_feed(server)
    run = pull(feed, policy=POLICY)
    feed.source.base_url = "http://127.0.0.1:1"
    feed.source.save()
    call_command("pull", replay=run.pk)
    again = Run.objects.get(replay_of=run)
    assert (again.state, again.received, again.unchanged) == ("SUCCEEDED", 960, 960)
    assert again.answer_sha256 == run.answer_sha256


def test_datastreams_are_listed_as_a_feed_names_them(server, streams, ask):
    with opened("sensorthings", Query(server.url, ""), POLICY) as connector:
        named = {one.title: one.code for one in connector.collections()}
    answers, _rows = ask(named["Compteur A"])
    assert answers
