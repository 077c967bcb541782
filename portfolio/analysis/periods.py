"""Months of review, working days, the days on which digests are due. No clock: it is an argument."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

WRITE_FROM_DAY = 20  # from this day on, the review to write is the one of the month itself
GRACE_DAYS = 5  # working days after the end of a month in which its review may still come
DIGEST_AT = time(7, 30)
MONDAY = 0
SATURDAY = 5


def first_day(day: date) -> date:
    return day.replace(day=1)


def month_before(month: date) -> date:
    return first_day(first_day(month) - timedelta(days=1))


def month_after(month: date) -> date:
    return first_day(first_day(month) + timedelta(days=31))


def months_until(month: date, count: int) -> list[date]:
    """`count` months, the oldest first, `month` the last."""
    months = [first_day(month)]
    while len(months) < count:
        months.append(month_before(months[-1]))
    return months[::-1]


def month_to_review(today: date) -> date:
    """The month whose review is to be written: this one in its last third, else the one before."""
    this = first_day(today)
    return this if today.day >= WRITE_FROM_DAY else month_before(this)


def last_month_overdue(today: date) -> date:
    """The latest month whose review can no longer be awaited: closed, and the grace passed."""
    month = month_before(today)
    return month if today > grace_ends_on(month) else month_before(month)


def grace_ends_on(month: date) -> date:
    """The fifth working day after the end of `month`."""
    day = month_after(month) - timedelta(days=1)
    for _ in range(GRACE_DAYS):
        day = next_working_day(day)
    return day


def next_working_day(day: date) -> date:
    day += timedelta(days=1)
    while day.weekday() >= SATURDAY or day in public_holidays(day.year):
        day += timedelta(days=1)
    return day


def public_holidays(year: int) -> set[date]:
    """The eleven days of the Code du travail, art. L3133-1."""
    easter = easter_on(year)
    moving = {easter + timedelta(days=days) for days in (1, 39, 50)}
    fixed = [(1, 1), (5, 1), (5, 8), (7, 14), (8, 15), (11, 1), (11, 11), (12, 25)]
    return moving | {date(year, month, day) for month, day in fixed}


def easter_on(year: int) -> date:
    """Easter Sunday in the Gregorian calendar.

    Source: the rule published anonymously in Nature, 20 April 1876, p. 487.
    """
    golden, (century, rest) = year % 19, divmod(year, 100)
    leaps, quarter = divmod(century, 4)
    shift = (century - (century + 8) // 25 + 1) // 3
    epact = (19 * golden + century - leaps - shift + 15) % 30
    fourth, left = divmod(rest, 4)
    weekday = (32 + 2 * quarter + 2 * fourth - epact - left) % 7
    late = (golden + 11 * epact + 22 * weekday) // 451
    month, day = divmod(epact + weekday - 7 * late + 114, 31)
    return date(year, month, day + 1)


# ---------------------------------------------------------------- digests


@dataclass(frozen=True)
class DigestDay:
    """A day on which mails are due; on Mondays, what is told every week is in them too."""

    on: date
    due_at: datetime

    @property
    def is_weekly(self) -> bool:
        return self.on.weekday() == MONDAY


def digest_days(now: datetime, *, zone: ZoneInfo, catch_up: timedelta) -> list[DigestDay]:
    """The days whose 7:30, by the clock of `zone`, has passed not longer than `catch_up` ago; the
    oldest first. `now` is aware; days change their length with the clocks, 7:30 exists on all."""
    today = now.astimezone(zone).date()
    count = catch_up.days + 1
    days = [_digest_day(today - timedelta(days=back), zone) for back in range(count, -1, -1)]
    return [day for day in days if now - catch_up < day.due_at <= now]


def _digest_day(on: date, zone: ZoneInfo) -> DigestDay:
    return DigestDay(on, datetime.combine(on, DIGEST_AT, tzinfo=zone))
