"""The connector against a real pygeoapi."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pyarrow as pa
import pytest

from indicators.connectors.base import (
    BusyError,
    MissingCollectionError,
    OptionsError,
    Query,
    Window,
)
from indicators.connectors.registry import opened
from tests.pulling import NOW, POLICY, current_values, daily_rows, make_daily_feed, pull

WINDOW = Window(datetime(2024, 1, 2, tzinfo=UTC), datetime(2024, 1, 12, tzinfo=UTC))


@pytest.fixture
def connector(platform):
    platform.fill(daily_rows())
    with opened("ogc_features", Query(platform.url, "mesures"), POLICY) as connector:
        yield connector


def test_probe_finds_the_collection(connector):
    assert connector.probe().title == "mesures"


def test_describe_lists_the_fields_with_their_types(connector):
    fields = connector.describe().fields
    assert fields["valeur"] == "number"
    assert {"nom", "commune", "jour"} <= fields.keys()


def test_fetch_gives_every_row_of_the_window_once_over_several_pages(connector):
    answers = list(connector.fetch(WINDOW))
    assert len(answers) == 3
    rows = [row for batch in connector.read(answers) for row in batch]
    assert len({row["id"] for row in rows}) == len(rows)
    # this server includes both ends of the interval
    assert {row["jour"] for row in rows} == {f"2024-01-{day:02d}" for day in range(2, 13)}


def test_a_missing_collection_is_named(platform):
    with (
        opened("ogc_features", Query(platform.url, "mesure"), POLICY) as connector,
        pytest.raises(MissingCollectionError),
    ):
        connector.probe()


def asked_in(platform, area: object) -> list[dict]:
    query = Query(platform.url, "mesures", {"area": area})
    with opened("ogc_features", query, POLICY) as connector:
        return [row for batch in connector.read(connector.fetch(WINDOW)) for row in batch]


def test_an_area_is_asked_for_on_every_page(platform):
    platform.fill(daily_rows())
    platform.change("UPDATE mesures SET geom = ST_SetSRID(ST_MakePoint(2.3, 48.8), 4326)"
                    " WHERE commune = 'B'")  # fmt: skip
    found = asked_in(platform, [-1, 45, 0, 46])
    assert [row["commune"] for row in found] == ["A"] * 11
    assert asked_in(platform, [-1, 40, 0, 41]) == []


@pytest.mark.parametrize("area", ["Bordeaux", [1, 2, 3], [1, 2, 3, "est"], 7])
def test_an_area_that_is_none_is_named(platform, area):
    with pytest.raises(OptionsError, match="area"):
        asked_in(platform, area)


# ---------------------------------------------------------------- GeoParquet

UNIVERSAL, LOCAL = pa.timestamp("us", tz="UTC"), pa.timestamp("us")


def rows_of_file(platform, collection: str = "fichier", zone: str = "UTC", **options) -> list[dict]:
    window = Window(*(one.replace(tzinfo=ZoneInfo(zone)) for one in (WINDOW.start, WINDOW.end)))
    query = Query(platform.url, collection, options)
    with opened("ogc_features", query, POLICY) as connector:
        return [row for batch in connector.read(connector.fetch(window)) for row in batch]


def days_of(rows: list[dict]) -> set[str]:
    return {row["jour"][:10] for row in rows}


@pytest.mark.parametrize("rows_a_group", [7, 10, 1000])
def test_pages_of_a_geoparquet_file_give_each_row_once(platform, rows_a_group):
    """They overlap where a page ends inside a group of rows, and number their features anew."""
    platform.write(daily_rows(), UNIVERSAL, rows_a_group)
    rows = rows_of_file(platform)
    assert len(rows) == len({row["id"] for row in rows}) == 22
    assert days_of(rows) == {f"2024-01-{day:02d}" for day in range(2, 13)}
    assert rows[0]["geometry"] == [-0.5, 45.2]


def test_dates_without_offset_in_a_file_are_asked_for_without_one(platform):
    platform.write(daily_rows(), LOCAL)
    with pytest.raises(BusyError):  # its 500 says nothing else
        rows_of_file(platform, zone="America/Guadeloupe")
    found = rows_of_file(platform, zone="America/Guadeloupe", times="local")
    assert days_of(found) == {f"2024-01-{day:02d}" for day in range(2, 13)}


def test_days_of_a_file_are_all_found_west_of_greenwich_too_where_asked_for_as_local(platform):
    platform.write(daily_rows(), pa.date32())
    first = min(days_of(rows_of_file(platform, zone="America/Guadeloupe")))
    local = min(days_of(rows_of_file(platform, zone="America/Guadeloupe", times="local")))
    assert (first, local) == ("2024-01-03", "2024-01-02")


def test_a_file_without_a_date_to_ask_by_is_asked_for_whole(platform):
    platform.write(daily_rows(), UNIVERSAL)
    with pytest.raises(BusyError):
        rows_of_file(platform, "fichier_sans_date")
    assert len(rows_of_file(platform, "fichier_sans_date", times="none")) == 30


def test_a_way_of_asking_that_is_none_is_named(platform):
    with pytest.raises(OptionsError, match="times"):
        rows_of_file(platform, times="maybe")


@pytest.mark.django_db
@pytest.mark.parametrize("kind", [LOCAL, pa.date32()])
def test_a_file_and_a_table_of_the_same_rows_publish_the_same(platform, kind):
    rows = daily_rows()
    platform.fill(rows)
    platform.write(rows, kind)
    table = make_daily_feed(platform.url)
    file = make_daily_feed(platform.url, options={"times": "local"})
    file.collection = "fichier"
    file.save()
    runs = [pull(table), pull(file)]
    assert [(run.state, run.received, run.accepted) for run in runs] == [("SUCCEEDED", 30, 30)] * 2
    assert current_values(file) == current_values(table)
    later = NOW + timedelta(days=1)
    platform.write([row | {"valeur": 7.0} if row["jour"] == date(2024, 1, 9) else row
                    for row in rows], kind)  # fmt: skip
    again = pull(file, later)
    assert (again.state, again.revised, again.unchanged) == ("SUCCEEDED", 2, 28)


@pytest.mark.django_db
def test_a_null_of_a_file_is_unknown_and_not_zero(platform):
    last = {"commune": "A", "jour": date(2024, 1, 20), "valeur": None, "statut": ""}
    platform.write([*daily_rows(), last], LOCAL)
    feed = make_daily_feed(platform.url, options={"times": "local"})
    feed.collection = "fichier"
    feed.save()
    run = pull(feed)
    assert (run.state, run.accepted) == ("SUCCEEDED", 31)
    (told,) = [one for one in current_values(feed) if one[2] is None]
    assert told[3] == "NO_VALUE"
