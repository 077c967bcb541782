"""The connector against a real CKAN with its DataStore (its search swapped for one that does
nothing: it has no Solr)."""

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.core.management import call_command
from django.db.models import Count, Sum

from indicators.connectors.base import (
    HttpPolicy,
    HttpStatusError,
    MissingCollectionError,
    OptionsError,
    PageLoopError,
    Query,
    QueryRefusedError,
    Window,
)  # fmt: skip
from indicators.connectors.registry import about, opened
from indicators.models import Feed, ObservationVersion, RawFile, Run
from tests.examples import apply_example
from tests.factories.indicators import make_feed, make_source
from tests.fakes import FaultServer
from tests.peers.ckan import Ckan, start_ckan
from tests.pulling import assert_adds_up, pull

pytestmark = pytest.mark.server
PARIS = ZoneInfo("Europe/Paris")
FIRST = datetime(2024, 1, 1, tzinfo=UTC)
HOURS, COUNTERS = 20 * 24, ("A", "B", "C")
WINDOW = Window(datetime(2024, 1, 5, tzinfo=UTC), datetime(2024, 1, 8, tzinfo=UTC))
FIELDS = [
    {"id": "compteur", "type": "text"},
    {"id": "date_heure", "type": "timestamp"},
    {"id": "passages", "type": "numeric", "info": {"unit": "passages", "label": "Passages"}},
    {"id": "jour", "type": "date"},
    {"id": "instant", "type": "timestamptz"},
    {"id": "mois", "type": "text"},
    {"id": "annee", "type": "int4"},
]
MAPPING = {
    "time": {"field": "date_heure", "timezone": "UTC", "period": "HOUR"},
    "value": {"field": "passages"},
    "series": ["compteur"],
}
POLICY = HttpPolicy(
    allow=("127.0.0.1",), page_size=100, max_pages=60, attempts=2, first_wait_s=0.01
)


def hourly_rows() -> list[dict]:
    rows = []
    for hour in range(HOURS):
        moment = FIRST + timedelta(hours=hour)
        for number, counter in enumerate(COUNTERS):
            value = None if hour % 50 == 0 else 1000 * number + hour
            rows.append(
                {"compteur": counter, "date_heure": f"{moment:%Y-%m-%dT%H:%M:%SZ}",
                 "passages": value, "jour": f"{moment:%Y-%m-%d}", "instant": moment.isoformat(),
                 "mois": f"{moment:%Y-%m}", "annee": moment.year}
            )  # fmt: skip
    return rows


ROWS = hourly_rows()


@pytest.fixture(scope="session")
def ckan(tmp_path_factory) -> Iterator[Ckan]:
    yield from start_ckan(tmp_path_factory.mktemp("ckan"))


@pytest.fixture(scope="session")
def resource(ckan) -> str:
    ckan.act("package_create", name="comptages", title="Comptages", license_id="cc-by")
    about = {"package_id": "comptages", "name": "horaires"}
    made = ckan.act("datastore_create", resource=about, fields=FIELDS, records=ROWS, force=True)
    return made["resource_id"]


@pytest.fixture
def ask(ckan, resource):
    """Answers and rows of a window, with these options."""

    def asked(window: Window = WINDOW, policy: HttpPolicy = POLICY, **options: object):
        query = Query(ckan.url, resource, options)
        with opened("ckan", query, policy) as connector:
            answers = list(connector.fetch(window))
            return answers, [row for batch in connector.read(answers) for row in batch]

    return asked


def test_probe_says_when_the_data_changed(ckan, resource):
    with opened("ckan", Query(ckan.url, resource), POLICY) as connector:
        probe = connector.probe()
    assert probe.title == "horaires"
    assert timedelta(0) < datetime.now(UTC) - probe.updated_at < timedelta(hours=1)
    assert probe.token.startswith(f"{probe.updated_at:%Y-%m-%dT%H:%M}")


def test_describe_tells_the_fields_their_units_and_the_licence(ckan, resource):
    with opened("ckan", Query(ckan.url, resource), POLICY) as connector:
        told = connector.describe()
    assert told.title == "Comptages – horaires"
    assert told.fields["date_heure"] == "timestamp"
    assert told.units == {"passages": "passages"}
    assert told.licence == "Creative Commons Attribution"


def test_fetch_gives_every_row_of_the_window_once_over_several_pages(ask):
    answers, rows = ask(time="date_heure")
    assert len(answers) == 4  # 216 rows by 100, then an empty page
    assert len({row["_id"] for row in rows}) == len(rows) == 3 * 24 * 3
    assert {row["date_heure"][:10] for row in rows} == {"2024-01-05", "2024-01-06", "2024-01-07"}
    assert all(answer.updated_at is not None for answer in answers)


@pytest.mark.parametrize(
    ("time", "extra"),
    [("jour", 0), ("instant", 0), ("mois", 20 - 3), ("annee", 20 - 3)],
)
def test_the_window_is_asked_for_by_the_type_of_the_field(ask, time, extra):
    """A text or a year is less fine than the window: what comes with it is dropped by the pull."""
    _, rows = ask(time=time)
    days = {row["jour"] for row in rows}
    assert {"2024-01-05", "2024-01-06", "2024-01-07"} <= days
    assert len(days) == 3 + extra


def test_a_timestamp_has_lost_its_zone_and_local_times_are_asked_for(ask):
    """Midnight in Paris of the window is asked for as midnight, whatever the offset."""
    paris = Window(datetime(2024, 1, 5, tzinfo=PARIS), datetime(2024, 1, 6, tzinfo=PARIS))
    _, rows = ask(window=paris, time="date_heure")
    assert sorted({row["date_heure"] for row in rows})[0] == "2024-01-05T00:00:00.000"
    assert len(rows) == 24 * 3


def test_a_limit_cut_without_a_word_loses_no_row(ckan, resource):
    ckan.act("datastore_create", resource={"package_id": "comptages", "name": "longue"},
             fields=[{"id": "n", "type": "int"}],
             records=[{"n": number} for number in range(33_000)], force=True)  # fmt: skip
    (long,) = [
        one["id"] for one in ckan.act("package_show", id="comptages")["resources"]
        if one["name"] == "longue"
    ]  # fmt: skip
    policy = HttpPolicy(allow=("127.0.0.1",), page_size=100_000)
    with opened("ckan", Query(ckan.url, long), policy) as connector:
        pages = list(connector.read(connector.fetch(WINDOW)))
    assert [len(page) for page in pages] == [32_000, 1_000, 0]


def test_without_ranges_the_whole_table_is_read_by_offset(ask):
    answers, rows = ask(time="date_heure", ranges=False)
    assert "offset=1400" in answers[-2].url
    assert len({row["_id"] for row in rows}) == len(rows) == len(ROWS)


def test_filters_and_fields_are_passed_on(ask):
    _, rows = ask(time="date_heure", filters={"compteur": ["A", "C"]}, fields=["passages"])
    assert len(rows) == 3 * 24 * 2
    assert {name for row in rows for name in row} == {"_id", "passages"}


def test_a_field_that_was_renamed_is_named(ask):
    with pytest.raises(QueryRefusedError, match="no field date_mesure: it has _id, compteur"):
        ask(time="date_mesure")


@pytest.mark.parametrize(
    "options", [{"filters": ["compteur"]}, {"filters": "compteur=A"}, {"fields": "compteur"}]
)
def test_options_that_cannot_be_followed_are_refused(ask, options):
    with pytest.raises(OptionsError):
        ask(**options)


def test_a_filter_that_the_server_ignores_is_found_out(ckan, resource):
    """The proxy forgets the filters, as CKAN before 2.12 or a copy of its interface may."""

    def forgetful(exchange):
        exchange.handler.path = re.sub(r"&filters=[^&]*", "", exchange.handler.path)
        exchange.send(exchange.real_body())

    with (
        FaultServer(ckan.url, otherwise=forgetful) as proxy,
        opened("ckan", Query(proxy.url, resource, {"time": "jour"}), POLICY) as connector,
        pytest.raises(PageLoopError, match="_id 1 after 100"),
    ):
        list(connector.fetch(WINDOW))


def test_a_missing_resource_is_named(ckan):
    with (
        opened("ckan", Query(ckan.url, "nulle-part"), POLICY) as connector,
        pytest.raises(MissingCollectionError),
    ):
        list(connector.fetch(WINDOW))


def test_the_token_opens_a_private_data_set_and_is_in_no_address(ckan):
    ckan.act("organization_create", name="voirie")
    ckan.act("package_create", name="prive", owner_org="voirie", private=True)
    made = ckan.act("datastore_create", resource={"package_id": "prive", "name": "r"},
                    fields=[{"id": "n", "type": "int"}], records=[{"n": 7}], force=True)  # fmt: skip
    with (
        opened("ckan", Query(ckan.url, made["resource_id"]), POLICY) as connector,
        pytest.raises(HttpStatusError),
    ):
        connector.probe()
    query = Query(ckan.url, made["resource_id"], secret=ckan.token)
    with opened("ckan", query, POLICY) as connector:
        answers = list(connector.fetch(WINDOW))
        rows = [row for batch in connector.read(answers) for row in batch]
    assert [row["n"] for row in rows] == [7]
    assert not any(ckan.token in answer.url for answer in answers)


def make_hourly_feed(ckan: Ckan, resource: str, url: str = "", **options: object):
    return make_feed(
        source=make_source(protocol="ckan", base_url=url or ckan.url), collection=resource,
        mapping=MAPPING, options={"time": "date_heure"} | options, starts_on=date(2024, 1, 1),
    )  # fmt: skip


@pytest.mark.django_db
def test_the_example_can_be_applied():
    assert [change.kind for change in apply_example("ckan")] == [
        "datasource", "indicator", "feed",
    ]  # fmt: skip
    options = Feed.objects.get().options
    assert options.keys() <= about("ckan").options.keys()
    assert options["time"] in options["fields"]


@pytest.mark.django_db
def test_what_is_published_is_what_was_loaded(ckan, resource):
    run = pull(make_hourly_feed(ckan, resource), policy=POLICY)
    assert (run.state, run.received, run.accepted) == ("SUCCEEDED", len(ROWS), len(ROWS))
    assert_adds_up(run)
    loaded = [row["passages"] for row in ROWS if row["passages"] is not None]
    published = ObservationVersion.objects.current().aggregate(
        rows=Count("pk"), values=Count("value"), sum=Sum("value")
    )
    assert published == {"rows": len(ROWS), "values": len(loaded), "sum": float(sum(loaded))}
    assert run.source_updated_at is not None


@pytest.mark.django_db
def test_a_replay_gives_the_same_rows_and_asks_nothing(ckan, resource):
    feed = make_hourly_feed(ckan, resource)
    run = pull(feed, policy=POLICY)
    feed.source.base_url = "http://127.0.0.1:1"
    feed.source.save()
    call_command("pull", replay=run.pk)
    again = Run.objects.get(replay_of=run)
    assert (again.state, again.received, again.unchanged) == ("SUCCEEDED", len(ROWS), len(ROWS))
    assert again.answer_sha256 == run.answer_sha256


@pytest.mark.django_db
def test_records_that_were_left_out_fail_the_pull(ckan, resource):
    """A proxy in front of the real server writes what CKAN writes when it leaves some out."""

    def cut(exchange):
        exchange.send(
            exchange.real_body().replace(b'"records":', b'"records_truncated": true, "records":')
        )

    with FaultServer(ckan.url, {3: cut}) as proxy:
        run = pull(make_hourly_feed(ckan, resource, proxy.url), policy=POLICY)
    assert (run.state, run.error_code) == ("FAILED", "TRUNCATED")
    assert "records_truncated" in run.error_message
    assert not ObservationVersion.objects.exists()
    assert RawFile.objects.filter(run=run).count() == 1


def test_a_portal_whose_search_finds_nothing_lists_nothing(ckan, resource):
    """This one has no index; what others answer is in tests/indicators/connectors/test_lists.py."""
    with opened("ckan", Query(ckan.url, ""), POLICY) as connector:
        assert connector.collections() == []
