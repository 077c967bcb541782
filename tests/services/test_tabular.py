"""The connector against a replica of data.gouv's tabular API: the real one cannot be had here."""

import csv
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import yaml
from django.db.models import Count, Sum

from indicators.connectors.base import (
    ForeignLinkError,
    HttpPolicy,
    MissingCollectionError,
    NotJsonError,
    PageLoopError,
    Query,
    QueryRefusedError,
    UnstablePagesError,
    Window,
    WrongShapeError,
)
from indicators.connectors.registry import opened
from indicators.models import ObservationVersion, RawFile
from indicators.services import planning, pulls, sources
from indicators.services.plain_yaml import PlainLoader
from indicators.services.sources import SCHEMA
from tests import fakes
from tests.factories.indicators import make_feed, make_source
from tests.peers.tabular import MADE, Replica, running, table
from tests.pulling import (
    NOW,
    POLICY,
    assert_adds_up,
    current_values,
    daily_rows,
    make_daily_feed,
    means,
    pull,
)
from tests.shared import DATA, needs

PARIS = ZoneInfo("Europe/Paris")
WINDOW = Window(datetime(2024, 1, 2, tzinfo=PARIS), datetime(2024, 1, 12, tzinfo=PARIS))
DAYS = {"time_field": "jour"}
NO2 = ("zfe_no2", "pollution_paris_no2_daily_clean.csv")
PARSED = datetime.fromisoformat(MADE)


def measures(rows, **columns):
    return table(rows, commune="string", valeur="float", statut="string", **columns)


@pytest.fixture(scope="module")
def running_replica() -> Iterator[Replica]:
    with running() as replica:
        yield replica


@pytest.fixture
def replica(running_replica):
    running_replica.load(mesures=measures(daily_rows(), jour="date"))
    return running_replica


def rows_of(replica, options=DAYS, window=WINDOW, name="mesures") -> list[dict]:
    with opened("tabular", Query(replica.url, name, options), POLICY) as connector:
        answers = list(connector.fetch(window))
        return [row for batch in connector.read(answers) for row in batch]


def days_of(rows: list[dict]) -> set[str]:
    return {row["jour"] for row in rows}


def test_probe_gives_the_file_and_when_it_was_last_read(replica):
    with opened("tabular", Query(replica.url, "mesures"), POLICY) as connector:
        probe = connector.probe()
        assert (probe.title, probe.updated_at) == ("mesures.csv", PARSED)
        replica.resources["mesures"].made = "2024-02-02T06:30:00+00:00"
        assert connector.probe().token != probe.token


def test_describe_gives_the_types_that_the_service_found(replica):
    with opened("tabular", Query(replica.url, "mesures"), POLICY) as connector:
        told = connector.describe()
    assert told.title == "mesures.csv"
    assert told.fields == {
        "commune": "string", "valeur": "float", "statut": "string", "jour": "date",
    }  # fmt: skip


def test_every_row_of_the_window_comes_once_over_several_pages(replica):
    rows = rows_of(replica)
    assert [words["page"] for words in replica.asked] == ["1", "2", "3"]
    assert {words["__id__sort"] for words in replica.asked} == {"asc"}
    assert len({row["__id"] for row in rows}) == len(rows) == 22
    # whole days are asked for: of a local day, the eve in UTC too
    assert days_of(rows) == {f"2024-01-{day:02d}" for day in range(1, 12)}


@pytest.mark.parametrize("kind", ["date", "datetime", "string"])
@pytest.mark.parametrize("zone", ["Europe/Paris", "UTC", "America/Martinique"])
def test_no_day_of_the_window_is_lost_whatever_the_column_is(replica, kind, zone):
    replica.load(mesures=measures(daily_rows(), jour=kind))
    place = ZoneInfo(zone)
    window = Window(datetime(2024, 1, 3, tzinfo=place), datetime(2024, 1, 5, tzinfo=place))
    assert {"2024-01-03", "2024-01-04"} <= days_of(rows_of(replica, window=window))


def test_without_a_column_of_dates_all_is_asked(replica):
    assert len(rows_of(replica, {})) == 30


def test_a_page_is_no_longer_than_the_service_allows(replica):
    policy = HttpPolicy(allow=("127.0.0.1",), page_size=5000)
    with opened("tabular", Query(replica.url, "mesures"), policy) as connector:
        assert len(list(connector.fetch(WINDOW))) == 1
    assert replica.asked[0]["page_size"] == "50"


def test_pages_by_a_column_that_names_no_single_row_are_found_out(replica):
    """As once without any order: 17,748 rows came, of which 13,533 were different."""
    with pytest.raises(UnstablePagesError):
        rows_of(replica, DAYS | {"sort": "statut"})


def test_another_column_may_name_a_row(replica):
    rows = [row | {"code": f"{n:03d}"} for n, row in enumerate(daily_rows())]
    replica.load(mesures=measures(rows, jour="date", code="string"))
    found = rows_of(replica, DAYS | {"sort": "code"})
    assert len(found) == 22
    assert [row["code"] for row in found] == sorted(row["code"] for row in found)


def test_a_file_that_is_replaced_while_pages_are_read_is_found_out(replica):
    def replace(exchange) -> None:
        replica.resources["mesures"].made = "2024-02-02T06:30:00+00:00"
        replica.answer(exchange)

    replica.server.faults = {3: replace}
    with pytest.raises(UnstablePagesError, match="was replaced"):
        rows_of(replica)


def test_a_link_that_forgets_the_window_is_not_followed(replica):
    """The service drops from its links the filters of columns named like `page…`."""
    rows = [row | {"page_jour": row["jour"]} for row in daily_rows()]
    replica.load(mesures=measures(rows, page_jour="date"))
    with pytest.raises(WrongShapeError, match="page_jour__greater, page_jour__strictly_less"):
        rows_of(replica, {"time_field": "page_jour"})


def test_a_link_to_another_server_is_not_followed(replica):
    body = {"data": [{"__id": 1}], "links": {"next": "http://elsewhere.example/api/"}}
    replica.server.faults = {2: fakes.body(body)}
    with pytest.raises(ForeignLinkError):
        rows_of(replica)


def test_a_page_that_comes_again_is_found_out(replica):
    replica.server.faults = {3: lambda exchange: first_page(replica, exchange)}
    with pytest.raises(PageLoopError):
        rows_of(replica)


def first_page(replica, exchange) -> None:
    """Whatever page is asked."""
    exchange.handler.path = exchange.handler.path.replace("page=2", "page=1")
    replica.answer(exchange)


@pytest.mark.parametrize("name", ["nulle-part", "retire"])
def test_a_resource_that_is_gone_is_named(replica, name):
    replica.withdrawn = {"retire"}
    with pytest.raises(MissingCollectionError):
        rows_of(replica, name=name)


def test_a_renamed_column_is_named(replica):
    with pytest.raises(QueryRefusedError, match='column "date_du_jour" does not exist'):
        rows_of(replica, {"time_field": "date_du_jour"})


def test_a_page_of_html_is_named(replica):
    replica.server.faults = {2: fakes.html_with_200}
    with pytest.raises(NotJsonError):
        rows_of(replica)


@pytest.mark.django_db
def test_the_commented_example_can_be_applied():
    text = (SCHEMA.parent / "examples" / "sources-tabular.yml").read_text(encoding="utf-8")
    changes = sources.apply(document=yaml.load(text, Loader=PlainLoader), dry_run=True)
    assert [change.code for change in changes if change.kind == "feed"] == ["dioxyde-azote-jour"]


def tabular_feed(replica, **fields):
    feed = make_daily_feed(replica.url, options=DAYS, **fields)
    feed.source.protocol = "tabular"
    feed.source.save()
    return feed


@pytest.mark.django_db
def test_a_whole_pull_publishes_what_was_loaded_and_a_replay_gives_it_again(replica):
    rows = daily_rows()
    rows[3]["valeur"] = None
    replica.load(mesures=measures(rows, jour="date"))
    feed = tabular_feed(replica)
    run = pull(feed)
    assert (run.state, run.accepted, run.source_updated_at) == ("SUCCEEDED", 30, PARSED)
    assert_adds_up(run)
    values = [value for _key, _start, value, _absence, _status in current_values(feed)]
    given = [value for value in values if value is not None]
    assert (len(values), len(given), sum(given)) == (30, 29, sum(r["valeur"] or 0 for r in rows))
    assert RawFile.objects.filter(run=run).count() == 3
    before, asked = current_values(feed), len(replica.server.requests)
    again = planning.plan_replay(run=run, now=NOW + timedelta(days=1))
    again = pulls.execute(run_id=again.pk, means=means(NOW + timedelta(days=1)))
    assert (again.state, again.received, again.unchanged) == ("SUCCEEDED", 30, 30)
    assert again.answer_sha256 == run.answer_sha256
    assert current_values(feed) == before
    assert len(replica.server.requests) == asked


@pytest.mark.django_db
def test_rows_outside_the_window_are_dropped_and_counted(replica):
    feed = tabular_feed(replica, starts_on=date(2024, 1, 5))
    run = pull(feed)
    assert (run.received, run.dropped, run.accepted) == (24, 2, 22)
    assert_adds_up(run)


@needs(*NO2)
@pytest.mark.django_db
def test_the_real_measures_of_paris_come_whole(replica):
    with DATA.joinpath(*NO2).open() as file:
        rows = list(csv.DictReader(file))
    rows = [row | {"no2": float(row["no2_ug_m3"])} for row in rows]
    replica.load(
        no2=table(rows, date="date", station_id="string", station_name="string", no2="float")
    )
    mapping = {
        "time": {"field": "date", "timezone": "Europe/Paris", "period": "DAY"},
        "value": {"field": "no2"},
        "series": ["station_id"],
        "label": "station_name",
    }
    source = make_source(base_url=replica.url, protocol="tabular")
    feed = make_feed(source=source, collection="no2", mapping=mapping,
                     options={"time_field": "date"}, starts_on=date(2015, 1, 1))  # fmt: skip
    run = pull(feed, datetime(2026, 1, 1, tzinfo=UTC), HttpPolicy(allow=("127.0.0.1",)))
    assert (run.state, run.received, run.accepted) == ("SUCCEEDED", len(rows), len(rows))
    published = ObservationVersion.objects.current().filter(series__feed=feed)
    assert published.aggregate(n=Count("pk"), given=Count("value"), total=Sum("value")) == {
        "n": len(rows),
        "given": len(rows),
        "total": pytest.approx(sum(row["no2"] for row in rows)),
    }
