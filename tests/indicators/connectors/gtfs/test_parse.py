import zipfile
from datetime import UTC, date, datetime

import pytest

from indicators.connectors.asked import marked
from indicators.connectors.base import (
    Answer,
    HttpPolicy,
    NotJsonError,
    OptionsError,
    Query,
    TooBigError,
    TruncatedError,
    Window,
    WrongShapeError,
)
from indicators.connectors.gtfs import departures, parse, service_days, tables
from indicators.connectors.registry import opened
from tests.gtfs_network import STOP_TIMES, WEEKDAY, zipped
from tests.shared import DATA, needs

MARCH = Window(datetime(2024, 3, 1, 12, tzinfo=UTC), datetime(2024, 4, 30, tzinfo=UTC))


def rows(
    body: bytes, collection: str = "departures_per_day", window=MARCH, **options
) -> list[dict]:
    answer = marked(Answer("http://tbm/gtfs.zip", "application/zip", body), window)
    query = Query("http://tbm/gtfs.zip", collection, options)
    with opened("gtfs", query, HttpPolicy(allow=())) as connector:
        found = []
        for batch in connector.read([answer]):
            found += batch if isinstance(batch, tuple) else batch.to_pylist()
    return found


def by_day(body: bytes, **options) -> dict[str, int]:
    return {row["date"]: row["departures"] for row in rows(body, **options)}


def on(day: str, body: bytes, **options) -> dict[str, int]:
    found = rows(body, "stops_served", **options)
    return {row["stop_id"]: row["departures"] for row in found if row["date"] == day}


def test_a_weekday_counts_every_departure_once():
    assert on("2024-03-04", zipped()) == WEEKDAY
    (row,) = [row for row in rows(zipped()) if row["date"] == "2024-03-04"]
    assert row == {"date": "2024-03-04", "zone": None, "departures": 15, "stops_served": 3}


def test_frequencies_are_optional():
    assert on("2024-03-04", zipped(frequencies=None)) == {"A": 2, "B": 2, "C": 1}


def test_a_day_removed_and_a_service_added_by_date():
    """Easter Monday runs as the nights do."""
    days = by_day(zipped())
    assert (days["2024-04-01"], days["2024-04-02"]) == (2, 15)


def test_each_day_that_the_zip_knows_is_a_row_and_no_other():
    days = by_day(zipped())
    assert (min(days), max(days), len(days)) == ("2024-03-01", "2024-04-02", 33)


def test_a_day_without_service_is_zero():
    dates = "service_id,date,exception_type\nnight,20240310,2\n"
    found = [r for r in rows(zipped(calendar_dates=dates)) if r["date"] == "2024-03-10"]
    assert [(row["departures"], row["stops_served"]) for row in found] == [(0, 0)]
    assert on("2024-03-10", zipped(calendar_dates=dates)) == {"A": 0, "B": 0, "C": 0}


def test_days_beyond_what_the_feed_states_are_unknown():
    info = "feed_publisher_name,feed_start_date,feed_end_date\nTBM,20240305,20240310\n"
    days = by_day(zipped(feed_info=info))
    assert (min(days), max(days)) == ("2024-03-05", "2024-03-10")


def test_days_outside_the_window_are_not_read():
    window = Window(datetime(2024, 3, 5, tzinfo=UTC), datetime(2024, 3, 7, tzinfo=UTC))
    assert list(by_day(zipped(), window=window)) == [f"2024-03-{n:02d}" for n in range(4, 9)]


def test_a_departure_after_midnight_belongs_to_its_service_by_default():
    days = by_day(zipped())
    assert (days["2024-03-09"], days["2024-03-10"], days["2024-03-11"]) == (2, 2, 15)


def test_a_departure_after_midnight_falls_on_the_next_day_of_the_calendar():
    """n1 runs on Saturday and Sunday, and leaves at 24:30 and 25:10."""
    days = by_day(zipped(), day="calendar")
    assert (days["2024-03-09"], days["2024-03-10"], days["2024-03-11"]) == (0, 2, 17)


def test_times_are_counted_from_noon_less_twelve_hours_where_the_clock_is_changed():
    times = STOP_TIMES.replace("n1,24:30:00,24:30:00", "n1,00:30:00,00:30:00")
    days = by_day(zipped(stop_times=times), day="calendar")
    # on 31 March 2024 noon less twelve hours is 23:00 of the day before
    assert days["2024-03-30"] == 2  # 00:30 of Saturday; 00:30 of Sunday, which is 23:30
    assert days["2024-03-31"] == 1  # 25:10 of Saturday
    assert days["2024-04-01"] == 2  # 25:10 of Sunday; 00:30 of Monday


def test_area_by_box_and_by_stops():
    assert on("2024-03-04", zipped(), area=[-0.61, 44.7, -0.58, 44.9]) == {"A": 2, "B": 7}
    assert on("2024-03-04", zipped(), area=["C"]) == {"C": 6}


def test_a_stop_belongs_to_the_first_zone_that_holds_it():
    zones = {"west": [-0.61, 44.7, -0.58, 44.9], "all": [-0.7, 44.7, -0.5, 44.9]}
    found = [row for row in rows(zipped(), zone_stops=zones) if row["date"] == "2024-03-04"]
    assert [(r["zone"], r["departures"], r["stops_served"]) for r in found] == [
        ("west", 9, 2), ("all", 6, 1),
    ]  # fmt: skip
    per_stop = rows(zipped(), "stops_served", zone_stops={"west": zones["west"]})
    assert {(row["stop_id"], row["zone"]) for row in per_stop} == {("A", "west"), ("B", "west")}


def test_a_row_of_a_stop_has_its_name_and_place():
    row = rows(zipped(), "stops_served")[0]
    assert (row["stop_name"], row["latitude"], row["longitude"]) == ("Arènes, quai 1", 44.8, -0.6)


def test_a_stop_without_a_place_is_counted_but_in_no_box():
    times = STOP_TIMES.replace("08:00:00,A,1", "08:00:00,D,1")
    found = {row["stop_id"]: row for row in rows(zipped(stop_times=times), "stops_served")}
    assert (found["D"]["latitude"], found["D"]["longitude"]) == (None, None)
    assert "D" not in on("2024-03-04", zipped(stop_times=times), area=[-10, 40, 10, 50])


@pytest.mark.parametrize(
    "options",
    [
        {"area": [1, 2, 3]},
        {"area": "bordeaux"},
        {"area": [44.7, -0.61, 44.9, -0.58][::-1]},
        {"zone_stops": ["A"]},
        {"zone_stops": {"A": [0, 0, 0, 0]}},
        {"day": "night"},
    ],
)
def test_a_wrong_option_is_named(options):
    with pytest.raises(OptionsError):
        rows(zipped(), **options)


@pytest.mark.parametrize("name", ["stop_times", "trips", "stops", "agency"])
def test_a_zip_without_a_file_names_it(name):
    with pytest.raises(WrongShapeError, match=f"no {name}.txt"):
        rows(zipped(**{name: None}))


def test_a_zip_without_any_calendar_names_both():
    with pytest.raises(WrongShapeError, match=r"calendar\.txt or calendar_dates\.txt"):
        rows(zipped(calendar=None, calendar_dates=None))


def test_one_calendar_is_enough():
    dates = "service_id,date,exception_type\nweek,20240304,1\n"
    assert by_day(zipped(calendar=None, calendar_dates=dates)) == {"2024-03-04": 15}
    assert by_day(zipped(calendar_dates=None))["2024-04-01"] == 15


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"stop_times": STOP_TIMES.replace("08:00:00,A", "8h,A")}, "'8h' is no time"),
        ({"stop_times": STOP_TIMES.replace("A,1", "A,one")}, "stop_sequence"),
        ({"stop_times": STOP_TIMES.replace("departure_time", "leaving")}, "no column departure"),
        ({"stop_times": "trip_id\na,b\n"}, "stop_times.txt"),
        ({"stop_times": ""}, "empty"),
        ({"stop_times": STOP_TIMES.split("\n")[0] + "\n"}, "no departure"),
        ({"trips": "route_id,service_id,trip_id\n1,week,other\n"}, "no departure of a trip"),
        ({"calendar_dates": "service_id,date,exception_type\nw,2024-01-01,1\n"}, "is no date"),
        ({"calendar_dates": "service_id,date,exception_type\nw,20240101,3\n"}, "exception_type"),
        ({"stops": "stop_id,stop_lat,stop_lon\nA,44°,1\n"}, "is no longitude or latitude"),
        ({"frequencies": "trip_id,start_time,end_time,headway_secs\nf1,1:00:00,2:00:00,0\n"},
         "headway_secs 0"),
    ],
)  # fmt: skip
def test_a_fault_names_its_file(changes, problem):
    with pytest.raises(WrongShapeError, match=problem):
        rows(zipped(**changes))


def test_an_unknown_time_zone_is_named():
    agency = "agency_name,agency_timezone\nTBM,Europe/Bordeaux\n"
    assert by_day(zipped(agency=agency))["2024-03-04"] == 15
    with pytest.raises(WrongShapeError, match="agency_timezone"):
        by_day(zipped(agency=agency), day="calendar")


def test_endless_frequencies_are_refused(monkeypatch):
    monkeypatch.setattr(departures, "MOST_DEPARTURES", 1000)
    with pytest.raises(TooBigError, match=r"frequencies\.txt"):
        rows(zipped(frequencies="trip_id,start_time,end_time,headway_secs\nf1,0:00:00,9:00:00,1\n"))


def test_what_is_no_zip_is_named():
    with pytest.raises(NotJsonError):
        rows(b"<html>gone</html>")


def test_half_a_zip_is_named():
    body = zipped()
    with pytest.raises(TruncatedError):
        rows(body[: len(body) // 2])


@pytest.mark.parametrize("byte", range(20, 180, 8))
def test_a_damaged_file_is_named(byte):
    body = bytearray(zipped())
    place = body.index(b"stop_times.txt") + byte
    body[place : place + 4] = bytes(255 - one for one in body[place : place + 4])
    with pytest.raises((TruncatedError, WrongShapeError), match=r"stop_times\.txt"):
        rows(bytes(body))


def test_a_bomb_is_not_unpacked(monkeypatch):
    monkeypatch.setattr(tables, "MOST_BYTES", 100)
    with pytest.raises(TooBigError):
        rows(zipped())


@needs("gtfs_t2c", "trips.txt")
def test_the_real_network_of_clermont_ferrand_misses_its_stop_times(tmp_path):
    path = tmp_path / "t2c.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for file in sorted(DATA.joinpath("gtfs_t2c").glob("*.txt")):
            archive.write(file, file.name)
    with pytest.raises(WrongShapeError, match=r"no stop_times\.txt"):
        rows(path.read_bytes())


@needs("gtfs_t2c", "trips.txt")
def test_the_calendar_of_a_real_network_is_read(tmp_path):
    path = tmp_path / "t2c.zip"
    folder = DATA.joinpath("gtfs_t2c")
    trips = (folder / "trips.txt").read_text(encoding="utf-8-sig").splitlines()
    place = trips[0].split(",").index("trip_id")
    times = "trip_id,departure_time,stop_id,stop_sequence\n" + "".join(
        f"{line.split(',')[place]},08:00:00,s,{n}\n" for line in trips[1:] for n in (1, 2)
    )
    with zipfile.ZipFile(path, "w") as archive:
        for file in sorted(folder.glob("*.txt")):
            archive.write(file, file.name)
        archive.writestr("stop_times.txt", times)
    answer = Answer("http://t2c", "application/zip", path)
    with tables.opened(answer) as archive:
        services = service_days.services(archive)
        assert parse.title(archive)
    whole = Window(
        datetime.combine(services.first, datetime.min.time(), UTC),
        datetime.combine(services.last, datetime.max.time(), UTC),
    )
    days = by_day(path.read_bytes(), window=whole)
    assert len(days) == (services.last - services.first).days + 1
    assert days[services.first.isoformat()] >= 0
    assert max(days.values()) <= len(trips) - 1
    assert sum(days.values()) > 0
    assert isinstance(services.first, date)
