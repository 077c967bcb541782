"""When the next delivery of a source is due, by what its agreement says. No Django."""

from __future__ import annotations

from datetime import date, timedelta

MONTHS = {"MONTH": 1, "QUARTER": 3, "YEAR": 12}
FINEST_FIRST = ("DAY", "MONTH", "QUARTER", "YEAR")
A_DAY = timedelta(days=1)


def coarser(one: str, other: str) -> str:
    """Of two frequencies: a yearly measure comes once a year in a monthly supply."""
    return max(one, other, key=FINEST_FIRST.index)


def due_on(*, published_on: date | None, starts_on: date, frequency: str, days: int) -> date:
    """The day by which the period after the last one published is to be supplied.

    `published_on` is the last day of that last period, None where nothing was supplied: then the
    first whole period from `starts_on` counts. `frequency`: DAY, MONTH, QUARTER or YEAR; `days`
    after the end of the period. Raises KeyError on another frequency.
    """
    first = starts_on if published_on is None else published_on + A_DAY
    return _last_day(first, frequency) + timedelta(days=days)


def _last_day(first: date, frequency: str) -> date:
    """Of the first whole period that begins on `first` or later."""
    if frequency == "DAY":
        return first
    step = MONTHS[frequency]
    begun = _month(first) if first.day == 1 else _month(first) + 1
    begun += -begun % step
    return _first_of(begun + step) - A_DAY


def _month(day: date) -> int:
    return day.year * 12 + day.month - 1


def _first_of(month: int) -> date:
    return date(month // 12, month % 12 + 1, 1)
