"""Months of review, working days and the days of the digest; the clock is an argument."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portfolio.analysis import periods

PARIS = ZoneInfo("Europe/Paris")
DAYS = st.dates(date(2000, 1, 1), date(2100, 12, 1))


@pytest.mark.parametrize(
    ("year", "on"),
    [(2024, date(2024, 3, 31)), (2025, date(2025, 4, 20)), (2026, date(2026, 4, 5)),
     (2038, date(2038, 4, 25)), (2008, date(2008, 3, 23))],
)  # fmt: skip
def test_easter_is_on_the_published_sundays(year, on):
    assert periods.easter_on(year) == on


@given(st.integers(1900, 2200))
def test_easter_is_a_sunday_between_22_march_and_25_april(year):
    easter = periods.easter_on(year)
    assert easter.weekday() == 6
    assert date(year, 3, 22) <= easter <= date(year, 4, 25)


def test_there_are_eleven_public_holidays():
    assert len(periods.public_holidays(2026)) == 11
    assert date(2026, 5, 14) in periods.public_holidays(2026)  # Ascension


def test_the_grace_is_five_working_days_without_weekends_and_holidays():
    assert periods.grace_ends_on(date(2026, 10, 1)) == date(2026, 11, 6)
    # 1 May is a holiday, 2 and 3 May a weekend, 8 May after the fifth working day.
    assert periods.grace_ends_on(date(2026, 4, 1)) == date(2026, 5, 11)


def test_the_review_to_write_is_the_month_before_until_the_twentieth():
    assert periods.month_to_review(date(2026, 11, 19)) == date(2026, 10, 1)
    assert periods.month_to_review(date(2026, 11, 20)) == date(2026, 11, 1)


def test_a_month_is_overdue_on_the_day_after_its_grace():
    assert periods.last_month_overdue(date(2026, 11, 6)) == date(2026, 9, 1)
    assert periods.last_month_overdue(date(2026, 11, 7)) == date(2026, 10, 1)


@given(DAYS, st.integers(1, 30))
def test_months_follow_one_another_and_end_with_the_one_asked_for(day, count):
    months = periods.months_until(day, count)
    assert len(months) == count
    assert months[-1] == day.replace(day=1)
    assert all(periods.month_after(a) == b for a, b in pairwise(months))


# ---------------------------------------------------------------- digests


def _days(now, catch_up=timedelta(days=2)):
    return [d.on for d in periods.digest_days(now, zone=PARIS, catch_up=catch_up)]


def test_a_digest_is_due_from_half_past_seven_by_the_clock_of_paris():
    before = datetime(2026, 11, 30, 7, 29, tzinfo=PARIS)
    assert date(2026, 11, 30) not in _days(before)
    assert _days(before + timedelta(minutes=1))[-1] == date(2026, 11, 30)


@pytest.mark.parametrize("utc_hour", [(date(2026, 3, 30), 5), (date(2026, 10, 26), 6)])
def test_summer_time_moves_the_hour_of_the_world_not_the_one_of_paris(utc_hour):
    """The Mondays after the clocks changed, both ways."""
    monday, hour = utc_hour
    due = datetime(monday.year, monday.month, monday.day, hour, 30, tzinfo=UTC)
    assert _days(due)[-1] == monday
    assert _days(due - timedelta(seconds=1))[-1] < monday


@pytest.mark.parametrize("on", [date(2026, 3, 29), date(2026, 10, 25)])
def test_the_days_of_23_and_25_hours_have_one_digest_each(on):
    hours = [
        datetime(on.year, on.month, on.day, tzinfo=UTC) + timedelta(hours=h) for h in range(48)
    ]
    seen = [day for now in hours for day in _days(now, timedelta(hours=1))]
    assert seen.count(on) == 1


@given(st.datetimes(datetime(2020, 1, 1), datetime(2035, 1, 1), timezones=st.just(UTC)))  # noqa: DTZ001 - bounds are naive
def test_each_day_is_due_once_whatever_the_hour_of_the_look(now):
    found = periods.digest_days(now, zone=PARIS, catch_up=timedelta(days=2))
    assert len({day.on for day in found}) == len(found)
    assert len(found) in {1, 2, 3}  # two days of 23 or 25 hours are not forty-eight
    assert all(day.is_weekly == (day.on.weekday() == 0) for day in found)
    assert all(now - timedelta(days=2) < day.due_at <= now for day in found)
