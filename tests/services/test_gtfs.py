"""The connector against a real zip on a real static server."""

import os
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from math import pi
from types import SimpleNamespace

import pytest
import shapely
from django.contrib.gis.geos import GEOSGeometry

from indicators.connectors.base import (
    Known,
    MissingCollectionError,
    NotJsonError,
    OptionsError,
    Query,
    Window,
    WrongShapeError,
)
from indicators.connectors.registry import opened
from tests.factories.indicators import make_feed, make_source
from tests.factories.portfolio import make_zone
from tests.gtfs_network import OFTEN, WEEKDAY, zipped
from tests.peers.static_files import served
from tests.pulling import POLICY, assert_adds_up, current_values, pull
from tests.services.published import replayed, totals

WINDOW = Window(datetime(2024, 3, 3, 23, tzinfo=UTC), datetime(2024, 3, 10, 23, tzinfo=UTC))
NOW = datetime(2024, 3, 10, 23, tzinfo=UTC)  # the end of Sunday 10 March in Paris
MAPPING = {
    "time": {"field": "date", "timezone": "Europe/Paris", "period": "DAY"},
    "value": {"field": "departures"},
}
PER_STOP = MAPPING | {"series": ["stop_id"], "label": "stop_name"}


@pytest.fixture
def network(tmp_path):
    folder = tmp_path / "gtfs"
    folder.mkdir()
    file = folder / "gtfs.zip"
    file.write_bytes(zipped())
    with served(folder) as server:
        yield SimpleNamespace(url=f"{server.url}/gtfs.zip", file=file)


def connected(network, collection: str = "departures_per_day", **options):
    return opened("gtfs", Query(network.url, collection, options), POLICY)


def test_probe_gives_the_date_of_the_file_and_the_agency(network):
    with connected(network) as connector:
        probe = connector.probe()
    assert probe.title == "TBM"
    assert probe.updated_at is not None
    assert probe.token


def test_describe_gives_the_fields_of_the_collection(network):
    with connected(network, "stops_served") as connector:
        assert {"stop_id", "latitude", "departures"} <= connector.describe().fields.keys()


def test_a_zip_that_did_not_change_is_not_sent_again(network):
    with connected(network) as connector:
        (first,) = connector.fetch(WINDOW)
        kept = replace(first, body=first.read())
    known = Known(
        "", kept.headers["last-modified"], NOW, again=lambda: replace(kept, content_type="again")
    )
    query = Query(network.url, "departures_per_day", known={network.url: known})
    with opened("gtfs", query, POLICY) as connector:
        (again,) = connector.fetch(WINDOW)
        assert again.content_type == "again"
        assert sum(len(batch) for batch in connector.read([again])) == 10


def test_a_collection_that_no_network_has_is_named(network):
    with connected(network, "delays") as connector, pytest.raises(MissingCollectionError):
        list(connector.fetch(WINDOW))


def test_a_zip_that_is_gone_is_named(network):
    network.file.unlink()
    with connected(network) as connector, pytest.raises(MissingCollectionError):
        list(connector.fetch(WINDOW))


def test_a_page_in_its_place_is_named(network):
    network.file.write_text("<html>moved</html>")
    with connected(network) as connector, pytest.raises(NotJsonError):
        list(connector.fetch(WINDOW))


def test_a_zip_without_stop_times_is_named(network):
    network.file.write_bytes(zipped(stop_times=None))
    with connected(network) as connector, pytest.raises(WrongShapeError, match="stop_times"):
        list(connector.fetch(WINDOW))


def test_a_wrong_option_is_named_before_anything_is_asked(network):
    network.file.unlink()
    with connected(network, area=[1]) as connector, pytest.raises(OptionsError):
        list(connector.fetch(WINDOW))


def feed_of(network, collection: str, mapping: dict):
    source = make_source(protocol="gtfs", base_url=network.url)
    return make_feed(
        source=source, collection=collection, mapping=mapping, starts_on=date(2024, 3, 4)
    )


@pytest.mark.django_db
def test_a_pull_publishes_the_departures_of_each_day_and_a_replay_gives_the_same(network):
    feed = feed_of(network, "departures_per_day", MAPPING)
    run = pull(feed, NOW)
    assert (run.state, run.quarantined) == ("SUCCEEDED", 0), run.error_message
    assert [value for _, _, value, *_ in current_values(feed)] == [15] * 5 + [2] * 2
    assert totals(feed) == (7, 7, 79)
    assert run.dropped == 3  # a day before and two after: the zip does not know the zone
    assert_adds_up(run)
    assert run.source_updated_at is not None
    again = replayed(run)
    assert (again.state, again.unchanged) == ("SUCCEEDED", 7)


@pytest.mark.django_db
def test_a_pull_publishes_the_departures_of_each_stop(network):
    feed = feed_of(network, "stops_served", PER_STOP)
    run = pull(feed, NOW)
    assert (run.state, run.quarantined) == ("SUCCEEDED", 0), run.error_message
    assert totals(feed) == (21, 21, 5 * sum(WEEKDAY.values()) + 2 * 2)
    again = replayed(run)
    assert (again.state, again.unchanged) == ("SUCCEEDED", 21)


@pytest.mark.django_db
def test_a_zip_that_lost_a_file_changes_nothing(network):
    feed = feed_of(network, "departures_per_day", MAPPING)
    pull(feed, NOW)
    before = current_values(feed)
    network.file.write_bytes(zipped(stop_times=None))
    later = network.file.stat().st_mtime + 60  # this server dates its files by the second
    os.utime(network.file, (later, later))
    run = pull(feed, NOW + timedelta(days=1))
    assert (run.state, run.error_code) == ("FAILED", "WRONG_SHAPE")
    assert "stop_times.txt" in run.error_message
    assert current_values(feed) == before


def commune(code: str, longitude: float, people: int | None):
    """A square of 2 km around a place at 45.20° north, where a degree is 111,139 by 78,584 m."""
    dx, dy = 1000 / 78_584, 1000 / 111_139
    shape = shapely.MultiPolygon(
        [shapely.box(longitude - dx, 45.20 - dy, longitude + dx, 45.20 + dy)]
    )
    geometry = GEOSGeometry(shape.wkt, srid=4326)
    make_zone(code=code, geometry=geometry, population=people)


def people_feed(network, measure: str, period: str = "DAY", **options):
    network.file.write_bytes(zipped(**OFTEN))
    mapping = {
        "time": {"field": "date", "timezone": "Europe/Paris", "period": period},
        "value": {"field": "covered", "scale": 100 if measure == "SHARE" else 1},
        "zone": {"field": "geometry", "by_area": {"kind": "COMMUNE", "measure": measure}},
    }
    source = make_source(protocol="gtfs", base_url=network.url)
    return make_feed(
        source=source, collection="frequent_stops", mapping=mapping, options=options,
        starts_on=date(2024, 3, 1),
    )  # fmt: skip


@pytest.mark.django_db
def test_people_near_a_frequent_stop_are_counted_by_zone(network):
    commune("P", -0.50, 1000)
    commune("R", -0.40, 4000)  # its stop is not served at noon
    commune("?", -0.45, None)  # a frequent stop, and nobody knows for how many
    feed = people_feed(network, "PEOPLE")
    run = pull(feed, NOW)
    assert (run.state, run.quarantined) == ("SUCCEEDED", 0), run.error_message
    assert_adds_up(run)
    told = {(key, start.day): value for key, start, value, *_ in current_values(feed)}
    assert {key for key, _day in told} == {"P", "R"}
    friday, sunday = 7, 9  # of March, each begins at 23h UTC of the day before
    assert told["P", friday] == pytest.approx(1000 * pi * 500**2 / 2000**2, rel=0.003)
    assert (told["R", friday], told["P", sunday], told["R", sunday]) == (0, 0, 0)
    again = replayed(run)
    assert (again.state, again.unchanged) == ("SUCCEEDED", run.accepted)


@pytest.mark.django_db
def test_the_share_of_people_near_a_frequent_stop_on_a_typical_day_of_the_month(network):
    commune("P", -0.50, 1000)
    feed = people_feed(network, "SHARE", "MONTH", every="month", within_m=1000)
    run = pull(feed, NOW)
    assert run.state == "SUCCEEDED", run.error_message
    ((key, start, value, *_),) = current_values(feed)
    assert (key, start) == ("P", datetime(2024, 2, 29, 23, tzinfo=UTC))
    assert value == pytest.approx(100 * pi / 4, rel=0.003)
