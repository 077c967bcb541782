"""When a promised value is late. Pure functions."""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta

MONTHS = {"MONTH": 1, "QUARTER": 3, "YEAR": 12}


@dataclass(frozen=True)
class Late:
    """The value of the period that ended on `awaited_on` was to be there `promised_days` later: it
    is late since `since`."""

    awaited_on: date
    since: date
    promised_days: int


def late(*, awaited_from: date, period: str, promised_days: int, today: date) -> Late | None:
    """None while the promise is kept. `awaited_from`: a day of the first period without a value;
    `period`: HOUR, DAY, MONTH, QUARTER or YEAR."""
    ended = last_day(awaited_from, period)
    since = ended + timedelta(days=promised_days + 1)
    return Late(ended, since, promised_days) if today >= since else None


def last_day(day: date, period: str) -> date:
    """Of the period that holds `day`."""
    months = MONTHS.get(period)
    if months is None:
        return day
    month = (day.month - 1) // months * months + months
    return date(day.year, month, monthrange(day.year, month)[1])
