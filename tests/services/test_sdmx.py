"""The connector against a replica that answers what INSEE was recorded to answer: no SDMX server
can be had to test against. Like a careless server it ignores the window."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from xml.etree import ElementTree as ET

import pytest

from indicators.connectors.base import (
    HttpPolicy,
    MissingCollectionError,
    NotXmlError,
    Query,
    QueryRefusedError,
    TooBigError,
    Window,
)
from indicators.connectors.registry import opened
from indicators.queries import target_view
from indicators.services import sources
from tests.factories.indicators import (
    make_feed,
    make_indicator,
    make_observations,
    make_source,
    make_target,
)
from tests.factories.portfolio import make_zone
from tests.fakes import Exchange, FaultServer, html_with_200, status
from tests.pulling import POLICY, assert_adds_up, current_values, pull
from tests.sdmx_messages import TOO_BIG, dataflow, error, generic, observation, one_series
from tests.services.published import replayed, totals
from tests.shared import DATA, needs

WINDOW = Window(datetime(2015, 1, 1, tzinfo=UTC), datetime(2015, 6, 15, tzinfo=UTC))
NOW = datetime(2015, 12, 23, 12, tzinfo=UTC)
FLOW, PLACE = "IPI-2010-A21", ("sdmx", "INSEE_IPI-2010-A21.xml")
XML = {"Content-Type": "application/xml"}
MAPPING = {
    "time": {"field": "TIME_PERIOD", "timezone": "Europe/Paris", "period": "MONTH"},
    "value": {"field": "OBS_VALUE"},
    "series": ["IDBANK"],
    "label": "TITLE",
    "status": {"field": "OBS_STATUS", "provisional": ["P"]},
}
RENTS = [("2015-01", "1.5", ""), ("2015-02", "NaN", ""), ("2015-03", "2.5", "p")]


def rents() -> bytes:
    return generic(one_series("FR", *(observation(*one) for one in RENTS)))


def recorded(name: str) -> bytes:
    return DATA.joinpath("sdmx", name).read_bytes()


def replica(exchange: Exchange) -> None:
    kind, _, place = exchange.handler.path.partition("?")[0].strip("/").partition("/")
    answers = {
        ("data", FLOW): lambda: recorded("INSEE_IPI-2010-A21.xml"),
        ("dataflow", f"all/{FLOW}"): lambda: recorded("INSEE_IPI-2010-A21-structure.xml"),
        ("data", "RENTS/M.FR"): rents,
        ("dataflow", "ESTAT/RENTS"): lambda: dataflow("RENTS", {"fr": "Loyers"}, "2015-12-01"),
        ("data", "HUGE"): lambda: generic(footer=TOO_BIG),
    }
    if (kind, place) not in answers:
        exchange.send(b"No results found", 404)
        return
    exchange.send(answers[kind, place](), headers=XML)


@pytest.fixture
def service() -> Iterator[FaultServer]:
    with FaultServer(otherwise=replica) as server:
        yield server


def connected(service: FaultServer, flow: str, **options):
    policy = HttpPolicy(allow=("127.0.0.1",), attempts=1, read_s=5, total_s=20)
    return opened("sdmx", Query(f"{service.url}/", flow, options), policy)


def test_probe_gives_the_name_and_the_date_of_the_data(service):
    with connected(service, "RENTS", agency="ESTAT") as connector:
        probe = connector.probe()
    assert (probe.title, probe.updated_at) == ("Loyers", datetime(2015, 12, 1, tzinfo=UTC))


@needs("sdmx", "INSEE_IPI-2010-A21-structure.xml")
def test_describe_gives_dimensions_and_attributes(service):
    with connected(service, FLOW) as connector:
        told = connector.describe()
    assert told.title.startswith("Indice de la production")
    assert told.fields["PRODUIT"] == "dimension"


def test_the_window_is_asked_for_by_months_and_the_key_by_the_path(service):
    with connected(service, "RENTS", key="M.FR") as connector:
        (answer,) = connector.fetch(WINDOW)
        (rows,) = connector.read([answer])
    assert service.requests == ["/data/RENTS/M.FR?startPeriod=2015-01&endPeriod=2015-06"]
    assert [row["OBS_VALUE"] for row in rows] == ["1.5", None, "2.5"]


def test_a_flow_that_is_not_there_is_named(service):
    with connected(service, "GONE") as connector, pytest.raises(MissingCollectionError):
        list(connector.fetch(WINDOW))


def test_too_much_is_named_though_the_status_is_200(service):
    with connected(service, "HUGE") as connector, pytest.raises(TooBigError, match="EXTRACTION"):
        list(connector.fetch(WINDOW))


@pytest.mark.parametrize(
    ("fault", "kind"), [(html_with_200, NotXmlError), (status(413), TooBigError)]
)
def test_a_page_and_a_refusal_of_size_are_named(service, fault, kind):
    service.faults[1] = fault
    with connected(service, "RENTS") as connector, pytest.raises(kind):
        list(connector.fetch(WINDOW))


def test_a_refusal_is_told_in_the_words_of_the_service(service):
    words = error("150", "Dimension PRODUCT does not exist")
    service.faults[1] = lambda exchange: exchange.send(words, 400, XML)
    with (
        connected(service, "RENTS") as connector,
        pytest.raises(QueryRefusedError, match="PRODUCT"),
    ):
        list(connector.fetch(WINDOW))


def test_a_quota_that_passes_is_waited_for(service):
    """INSEE allows thirty questions a minute."""
    service.faults[1] = status(429, Retry_After="1")
    with opened("sdmx", Query(service.url, "RENTS", {"key": "M.FR"}), POLICY) as connector:
        assert len(list(connector.fetch(WINDOW))) == 1
    assert len(service.requests) == 2


def feed_of(service: FaultServer, **fields):
    source = make_source(protocol="sdmx", base_url=service.url)
    return make_feed(source=source, mapping=MAPPING, **fields)


@pytest.mark.django_db
def test_null_stays_null_and_a_provisional_value_says_so(service):
    mapping = MAPPING | {"series": ["GEO"], "label": "GEO"}
    mapping["status"] = {"field": "OBS_STATUS", "provisional": ["p"]}
    source = make_source(protocol="sdmx", base_url=service.url)
    feed = make_feed(
        source=source, collection="RENTS", options={"key": "M.FR"}, mapping=mapping,
        starts_on=date(2015, 1, 1),
    )  # fmt: skip
    run = pull(feed, NOW)
    assert (run.state, run.quarantined) == ("SUCCEEDED", 0), run.error_message
    assert [one[2:] for one in current_values(feed)] == [
        (1.5, "", "FINAL"), (None, "NO_VALUE", "FINAL"), (2.5, "", "PROVISIONAL"),
    ]  # fmt: skip


@pytest.mark.django_db
def test_a_series_of_france_stands_beside_the_figure_of_the_city_and_changes_nothing_of_it(service):
    sources.apply(document={"comparators": [{"code": "FR", "name": "France"}]})
    city = make_zone(kind="METROPOLIS")
    target = make_target(indicator=make_indicator(zone_aggregation="NONE"), zone=city)
    make_observations(make_feed(indicator=target.indicator), city, {date(2015, 2, 1): 120.0})
    alone = target_view(target, today=NOW.date())
    feed = feed_of(
        service, indicator=target.indicator, collection="RENTS", options={"key": "M.FR"},
        starts_on=date(2015, 1, 1),
    )  # fmt: skip
    feed.mapping = {name: MAPPING[name] for name in ("time", "value")} | {"zone": {"field": "GEO"}}
    feed.save()
    assert pull(feed, NOW).state == "SUCCEEDED"
    view = target_view(target, today=NOW.date())
    (france,) = view.comparators
    assert france.measured.last_known.value == 2.5
    assert replace(view, comparators=()) == alone


@needs(*PLACE)
@pytest.mark.django_db
def test_a_pull_publishes_what_the_recorded_answer_holds_and_a_replay_gives_the_same(service):
    feed = feed_of(service, collection=FLOW, starts_on=date(2000, 1, 1))
    policy = HttpPolicy(allow=("127.0.0.1",))
    run = pull(feed, NOW, policy)
    assert (run.state, run.quarantined) == ("SUCCEEDED", 0), run.error_message
    told = observations_by_hand()
    assert run.received == len(told)
    inside = [value for period, value in told if period >= "2000"]
    known = [float(value) for value in inside if value != "NaN"]
    assert (run.dropped, run.accepted) == (len(told) - len(inside), len(inside))
    rows, values, total = totals(feed)
    assert (rows, values, total) == (len(inside), len(known), pytest.approx(sum(known)))
    assert_adds_up(run)
    again = replayed(run)
    assert (again.state, again.unchanged) == ("SUCCEEDED", rows)


def observations_by_hand() -> list[tuple[str, str]]:
    """Period and value of each observation of the file, read without the connector."""
    root = ET.parse(DATA.joinpath(*PLACE)).getroot()
    space = "{http://www.sdmx.org/resources/sdmxml/schemas/v2_1/data/generic}"
    return [
        (one.find(f"{space}ObsDimension").get("value"), one.find(f"{space}ObsValue").get("value"))
        for one in root.iter(f"{space}Obs")
    ]
