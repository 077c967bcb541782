from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from indicators.services.periods import (
    BadTimeError,
    NonexistentTimeError,
    Period,
    midnight,
    period_of,
    read_instant,
)  # fmt: skip

PARIS = ZoneInfo("Europe/Paris")


def utc(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)


@pytest.mark.parametrize(
    ("value", "instant"),
    [
        ("2024-03-05", utc(2024, 3, 4, 23)),
        ("2024-07-05", utc(2024, 7, 4, 22)),
        ("2024-03-05T10:00:00", utc(2024, 3, 5, 9)),
        ("2024-03-05T10:00:00Z", utc(2024, 3, 5, 10)),
        ("2024-03-05T10:00:00+01:00", utc(2024, 3, 5, 9)),
        ("2024-03-05 10:00:00.250+02:00", utc(2024, 3, 5, 8, 0, 0, 250_000)),
        ("2024-03", utc(2024, 2, 29, 23)),
        ("2024", utc(2023, 12, 31, 23)),
        (2024, utc(2023, 12, 31, 23)),
        ("2024-Q3", utc(2024, 6, 30, 22)),
        ("2024T1", utc(2023, 12, 31, 23)),
        (" 2024-03-05 ", utc(2024, 3, 4, 23)),
    ],
)
def test_a_time_is_read_in_the_zone_of_the_source(value, instant):
    assert read_instant(value, PARIS) == instant


@pytest.mark.parametrize(
    "value",
    [None, True, 3.5, [], {}, "", "n.d.", "05/03/2024", "2024-13-01", "2024-02-30", "0001-01-01",
     "9999-12-31", 1709596800000, "２０２４-03"],
)  # fmt: skip
def test_anything_else_is_not_guessed(value):
    with pytest.raises(BadTimeError):
        read_instant(value, PARIS)


def test_a_local_time_that_the_spring_clock_skips_is_refused():
    with pytest.raises(NonexistentTimeError):
        read_instant("2026-03-29T02:30:00", PARIS)
    assert read_instant("2026-03-29T02:30:00Z", PARIS) == utc(2026, 3, 29, 2, 30)


def test_a_local_time_that_exists_twice_is_read_as_the_first():
    assert read_instant("2026-10-25T02:30:00", PARIS) == utc(2026, 10, 25, 0, 30)
    assert read_instant("2026-10-25T02:30:00+01:00", PARIS) == utc(2026, 10, 25, 1, 30)


@pytest.mark.parametrize(
    ("period", "start", "end"),
    [
        (Period.DAY, utc(2024, 8, 14, 22), utc(2024, 8, 15, 22)),
        (Period.MONTH, utc(2024, 7, 31, 22), utc(2024, 8, 31, 22)),
        (Period.QUARTER, utc(2024, 6, 30, 22), utc(2024, 9, 30, 22)),
        (Period.YEAR, utc(2023, 12, 31, 23), utc(2024, 12, 31, 23)),
    ],
)
def test_the_period_is_the_local_one_that_holds_the_instant(period, start, end):
    assert period_of(utc(2024, 8, 15, 11), period, PARIS) == (start, end)


def test_december_ends_with_the_year():
    assert period_of(utc(2024, 12, 31, 12), Period.MONTH, PARIS)[1] == utc(2024, 12, 31, 23)
    assert period_of(utc(2024, 12, 31, 12), Period.QUARTER, PARIS)[1] == utc(2024, 12, 31, 23)


def test_days_of_the_clock_change_last_23_and_25_hours():
    for day, hours in ((date(2026, 3, 29), 23), (date(2026, 10, 25), 25)):
        start, end = period_of(midnight(day, PARIS), Period.DAY, PARIS)
        assert (end - start).total_seconds() == hours * 3600
