"""The connector against real files on a real static server."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from indicators.connectors.base import (
    ForeignLinkError,
    MissingCollectionError,
    Query,
    Window,
    WrongShapeError,
)
from indicators.connectors.registry import opened
from tests.factories.indicators import make_feed, make_source
from tests.gbfs_system import System
from tests.peers.static_files import served
from tests.pulling import FIRST_DAY, NOW, POLICY, assert_adds_up, current_values, pull
from tests.services.published import replayed, totals

WINDOW = Window(NOW - timedelta(days=1), NOW)
MAPPING = {
    "time": {"field": "at", "timezone": "Europe/Paris", "period": "HOUR"},
    "value": {"field": "num_bikes_available"},
    "series": ["station_id"],
    "label": "name",
}


@pytest.fixture
def system(tmp_path):
    folder = tmp_path / "gbfs"
    folder.mkdir()
    with served(folder) as server:
        system = System(folder, server.url)
        system.report(NOW, {n: n % 20 for n in range(180)})
        yield system


@pytest.fixture
def connector(system):
    query = Query(f"{system.url}/gbfs.json", "station_status", {"language": "fr"})
    with opened("gbfs", query, POLICY) as connector:
        yield connector


def test_probe_gives_the_date_of_the_state(connector):
    probe = connector.probe()
    assert (probe.updated_at, probe.rows) == (NOW, 180)
    assert probe.token == NOW.isoformat()


def test_describe_gives_the_system_its_licence_and_the_fields(connector):
    told = connector.describe()
    assert (told.title, told.licence) == ("V³", "LO-2.0")
    assert told.fields["num_bikes_available"] == "number"


def test_each_station_is_a_row_once_with_its_name(connector):
    answers = list(connector.fetch(WINDOW))
    (rows,) = connector.read(answers)
    assert len(rows) == len({row["station_id"] for row in rows}) == 180
    assert {row["name"] for row in rows} == {f"Station {n}" for n in range(180)}
    assert answers[-1].updated_at == NOW
    assert connector.capabilities.time is False


def test_a_system_of_version_3_is_read_too(system):
    told = NOW.isoformat()

    def write(name: str, **data: object) -> None:
        whole = {"version": "3.0", "ttl": 60, "last_updated": told, "data": data}
        (system.folder / f"{name}.json").write_text(json.dumps(whole))

    feeds = ("vehicle_status", "station_status", "station_information")
    write("gbfs", feeds=[{"name": one, "url": f"{system.url}/{one}.json"} for one in feeds])
    name = [{"text": "Gare", "language": "fr"}, {"text": "Station", "language": "en"}]
    write("station_information", stations=[{"station_id": "1", "name": name}])
    write("station_status", stations=[
        {"station_id": "1", "num_vehicles_available": 4, "last_reported": told}
    ])  # fmt: skip
    write("vehicle_status", vehicles=[{"vehicle_id": "v", "is_reserved": False}])
    found = {}
    for collection in ("station_status", "vehicle_status"):
        query = Query(f"{system.url}/gbfs.json", collection, {"language": "en"})
        with opened("gbfs", query, POLICY) as connector:
            (found[collection],) = connector.read(list(connector.fetch(WINDOW)))
    (station,), (vehicle,) = found["station_status"], found["vehicle_status"]
    assert (station["name"], station["num_vehicles_available"]) == ("Station", 4)
    assert (vehicle["vehicle_id"], vehicle["is_reserved"]) == ("v", False)
    assert station["at"] == vehicle["at"] == (NOW - timedelta(microseconds=1)).isoformat()


def test_a_feed_that_is_not_listed_is_named(system):
    query = Query(f"{system.url}/gbfs.json", "free_bike_status")
    with (
        opened("gbfs", query, POLICY) as connector,
        pytest.raises(MissingCollectionError, match="station_status"),
    ):
        connector.probe()


def test_a_feed_at_another_address_is_not_asked(system):
    listed = {"feeds": [{"name": "station_status", "url": "http://127.0.0.1:1/s.json"}]}
    system.write("gbfs", NOW, en=listed)
    query = Query(f"{system.url}/gbfs.json", "station_status")
    with opened("gbfs", query, POLICY) as connector, pytest.raises(ForeignLinkError):
        list(connector.fetch(WINDOW))


def test_a_feed_without_a_list_is_named(system):
    query = Query(f"{system.url}/gbfs.json", "system_information")
    with opened("gbfs", query, POLICY) as connector, pytest.raises(WrongShapeError):
        list(connector.fetch(WINDOW))


@pytest.fixture
def feed(db, system):
    source = make_source(protocol="gbfs", base_url=f"{system.url}/gbfs.json")
    return make_feed(
        source=source, collection="station_status", mapping=MAPPING, starts_on=FIRST_DAY
    )


def test_a_pull_publishes_the_state_and_a_replay_gives_the_same(feed, system):
    bikes = {n: None if n % 50 == 0 else n % 20 for n in range(180)}
    system.report(NOW, bikes)
    run = pull(feed)
    assert (run.state, run.quarantined, run.dropped) == ("SUCCEEDED", 0, 0), run.error_message
    known = [value for value in bikes.values() if value is not None]
    assert totals(feed) == (180, len(known), sum(known))
    assert_adds_up(run)
    again = replayed(run)
    assert (again.state, again.unchanged) == ("SUCCEEDED", 180)


def test_states_become_history(feed, system):
    """Also where the operator dates its answer after the instant the pull was planned for."""
    for hour in range(3):
        now = NOW + timedelta(hours=hour)
        system.report(now + timedelta(seconds=90), {1: 10 + hour})
        assert pull(feed, now).state == "SUCCEEDED"
    assert [(start, value) for _, start, value, *_ in current_values(feed)] == [
        (datetime(2024, 2, 1, 7 + hour, tzinfo=UTC), 10 + hour) for hour in range(3)
    ]


def test_the_feeds_of_the_system_are_listed(connector):
    names = {one.code for one in connector.collections()}
    assert {"station_status", "station_information"} <= names
