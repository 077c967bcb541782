"""Stops served often, and the land around them, on a network small enough to count by hand."""

import csv
import zipfile
from collections import Counter, defaultdict
from datetime import UTC, date, datetime, timedelta
from math import pi

import numpy as np
import pytest
import shapely

from indicators.connectors.base import OptionsError, Window
from indicators.connectors.gtfs import service_days, tables
from indicators.connectors.gtfs.frequent import circles
from indicators.services.shapes import projected
from tests.gtfs_network import OFTEN, zipped
from tests.indicators.connectors.gtfs.test_parse import MARCH, rows
from tests.shared import DATA, needs

MONDAY, SUNDAY = "2024-03-04", "2024-03-10"


def area_m2(wkb: bytes) -> float:
    there = np.array([shapely.from_wkb(wkb)], dtype=object)
    return projected(there, crs=4326, metres=2154)[0].area


def on(day: str, **options) -> dict:
    found = rows(zipped(**OFTEN), "frequent_stops", **options)
    (row,) = [row for row in found if row["date"] == day]
    return row


def test_a_stop_with_six_departures_in_each_hour_is_frequent():
    row = on(MONDAY)
    assert (row["frequent_stops"], row["stops_served"], row["covered"]) == (2, 3, 1)
    assert area_m2(row["geometry"]) == pytest.approx(2 * pi * 500**2, rel=0.003)


def test_a_stop_that_one_hour_leaves_out_is_frequent_on_average_alone():
    assert on(MONDAY, per_hour=5.5)["frequent_stops"] == 2
    assert on(MONDAY, per_hour=5.5, served="on_average")["frequent_stops"] == 3
    assert on(MONDAY, served="on_average")["frequent_stops"] == 2
    assert on(MONDAY, from_hour=13)["frequent_stops"] == 3


def test_the_hours_are_those_asked_for():
    assert on(MONDAY, from_hour=6)["frequent_stops"] == 0
    assert on(MONDAY, to_hour=20)["frequent_stops"] == 0
    assert on(MONDAY, per_hour=7)["frequent_stops"] == 0


def test_a_day_without_service_covers_nothing():
    row = on(SUNDAY)
    assert (row["frequent_stops"], row["stops_served"]) == (0, 0)
    assert shapely.from_wkb(row["geometry"]).is_empty


def test_people_walk_as_far_as_they_are_said_to():
    assert area_m2(on(MONDAY, within_m=300)["geometry"]) == pytest.approx(
        2 * pi * 300**2, rel=0.003
    )


def test_circles_that_meet_are_counted_once():
    merged = shapely.from_wkb(on(MONDAY, within_m=3000)["geometry"])
    assert merged.geom_type == "Polygon"


def test_only_the_stops_that_count_are_looked_at():
    assert on(MONDAY, area=["P", "R"])["frequent_stops"] == 1


def test_a_stop_without_a_place_has_no_land():
    stops = OFTEN["stops"].replace("P,45.20,-0.50", "P,,")
    found = rows(zipped(**OFTEN | {"stops": stops}), "frequent_stops")
    assert {row["frequent_stops"] for row in found if row["date"] == MONDAY} == {1}


@pytest.mark.parametrize("latitude", [0.0, 45.2, -60.0])
def test_a_circle_is_as_wide_to_the_north_as_to_the_east(latitude):
    shape = shapely.from_wkb(circles(np.array([-0.5]), np.array([latitude]), 500.0))
    west, south, east, north = shape.bounds
    # a degree of latitude is 110.574 km at the equator, 111.132 at 45°, 111.412 at 60°
    length = {0.0: 110_574, 45.2: 111_136, -60.0: 111_412}[latitude]
    width = {0.0: 111_320, 45.2: 78_573, -60.0: 55_800}[latitude]
    assert (north - south) / 2 * length == pytest.approx(500, rel=0.003)
    assert (east - west) / 2 * width == pytest.approx(500, rel=0.003)


def test_a_month_has_one_row_with_its_typical_working_day():
    april = Window(datetime(2024, 3, 1, tzinfo=UTC), datetime(2024, 3, 31, tzinfo=UTC))
    found = rows(zipped(**OFTEN), "frequent_stops", window=april, every="month")
    told = {row["date"]: (row["typical_day"], row["frequent_stops"]) for row in found}
    # March has 21 days from Monday to Friday, all alike; of April the zip knows two of 22
    assert told == {"2024-03-01": ("2024-03-01", 2)}


def test_a_typical_day_is_the_median_one():
    """Of the 21 working days 11 have no service: the typical day has none either."""
    off = "".join(f"week,202403{n:02d},2\n" for n in (1, 4, 5, 6, 7, 8, 11, 12, 13, 14, 15))
    dates = f"service_id,date,exception_type\n{off}"
    (row, *_) = rows(zipped(**OFTEN, calendar_dates=dates), "frequent_stops", every="month")
    assert (row["typical_day"], row["frequent_stops"]) == ("2024-03-01", 0)


@pytest.mark.parametrize(
    "options",
    [
        {"within_m": 0}, {"within_m": "500"}, {"within_m": True}, {"per_hour": -1},
        {"from_hour": 19, "to_hour": 7}, {"from_hour": 7.5}, {"to_hour": 31}, {"served": "often"},
        {"every": "week"}, {"day": "calendar"}, {"zone_stops": {"A": [-1, 44, 0, 45]}},
    ],
)  # fmt: skip
def test_a_wrong_option_is_named(options):
    with pytest.raises(OptionsError, match=next(iter(options))):
        rows(zipped(**OFTEN), "frequent_stops", **options)


def test_the_size_of_the_pieces_changes_nothing(monkeypatch):
    """Trips written in several blocks, and out of their order, fall into different pieces."""
    random = np.random.default_rng(3)
    lines = [
        f"t{trip},{7 + trip % 12}:{n:02d}:00,stop {(trip + n) % 17},{n},{(trip + n) % 5 == 0:d}"
        for trip in range(60)
        for n in range(8)
    ]
    random.shuffle(lines)
    times = "\n".join(["trip_id,departure_time,stop_id,stop_sequence,pickup_type", *lines]) + "\n"
    trips = "trip_id,service_id\n" + "".join(
        f"t{n},{('week', 'night')[n % 2]}\n" for n in range(50)
    )
    body = zipped(stop_times=times, trips=trips, frequencies=None)
    whole = rows(body, "stops_served")
    monkeypatch.setattr(tables, "PIECE", 400)
    assert rows(body, "stops_served") == whole
    assert tallied(times, trips, "week") == {
        row["stop_id"]: row["departures"]
        for row in whole
        if row["date"] == MONDAY and row["departures"]
    }


def tallied(times: str, trips: str, service: str) -> dict[str, int]:
    """The same, by the standard's own words and Python's own reader."""
    running = {
        row["trip_id"] for row in csv.DictReader(trips.splitlines()) if row["service_id"] == service
    }
    by_trip = defaultdict(list)
    for row in csv.DictReader(times.splitlines()):
        by_trip[row["trip_id"]].append((int(row["stop_sequence"]), row))
    found: Counter[str] = Counter()
    for trip in running:
        for _sequence, row in sorted(by_trip[trip], key=lambda pair: pair[0])[:-1]:
            found[row["stop_id"]] += row["pickup_type"] != "1"
    return dict(+found)


@needs("gtfs_t2c", "trips.txt")
def test_the_stops_and_calendar_of_a_real_network(tmp_path):
    """Its file of stop times is not published: each trip is given two stops of its route."""
    folder, path = DATA.joinpath("gtfs_t2c"), tmp_path / "t2c.zip"
    trips = list(
        csv.DictReader((folder / "trips.txt").read_text(encoding="utf-8-sig").splitlines())
    )
    stops = list(
        csv.DictReader((folder / "stops.txt").read_text(encoding="utf-8-sig").splitlines())
    )
    placed = [one["stop_id"] for one in stops if one["stop_lat"]]
    routes = {route: n for n, route in enumerate(dict.fromkeys(t["route_id"] for t in trips))}
    times, passing = ["trip_id,departure_time,stop_id,stop_sequence"], defaultdict(list)
    for n, trip in enumerate(trips):
        hour, stop = 7 + n % 12, placed[routes[trip["route_id"]] * 3]
        times += [
            f"{trip['trip_id']},{hour}:10:00,{stop},1",
            f"{trip['trip_id']},{hour}:20:00,end,2",
        ]
        passing[trip["service_id"]].append((stop, hour))
    with zipfile.ZipFile(path, "w") as archive:
        for file in sorted(folder.glob("*.txt")):
            if file.name != "frequencies.txt":
                archive.write(file, file.name)
        archive.writestr("stop_times.txt", "\n".join(times))
    with zipfile.ZipFile(path) as archive:
        services = service_days.services(tables.Archive("t2c", archive))
    busy = max(
        (services.first + timedelta(days=n) for n in range((services.last - services.first).days)),
        key=lambda day: sum(len(passing[one]) for one in services.on(day)),
    )
    found = Counter(pair for one in services.on(busy) for pair in passing[one])
    expected = {stop for stop, _hour in found if all(found[stop, h] >= 2 for h in range(7, 19))}
    assert expected
    start = datetime(busy.year, busy.month, busy.day, tzinfo=UTC)
    window = Window(start, start + timedelta(days=1))
    answer = rows(path.read_bytes(), "frequent_stops", window=window, per_hour=2)
    (row,) = [one for one in answer if one["date"] == busy.isoformat()]
    assert row["frequent_stops"] == len(expected)
    land = shapely.from_wkb(row["geometry"])
    inside = {
        one["stop_id"]
        for one in stops
        if one["stop_lat"]
        and land.covers(shapely.Point(float(one["stop_lon"]), float(one["stop_lat"])))
    }
    assert expected <= inside
    assert 0 < area_m2(row["geometry"]) <= len(expected) * pi * 500**2 * 1.01
    assert isinstance(busy, date)


def test_days_outside_the_window_are_not_looked_at():
    assert len(rows(zipped(**OFTEN), "frequent_stops", window=MARCH)) == 33
