"""From a time as a source writes it to the period it stands for, in the source's own zone."""

import re
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

SHORT_FORMS = (
    (re.compile(r"\d{4}", re.ASCII), "{}-01-01"),
    (re.compile(r"\d{4}-\d{2}", re.ASCII), "{}-01"),
)
QUARTER = re.compile(r"(\d{4})-?[QT]([1-4])", re.ASCII)


class Period(StrEnum):
    HOUR = "HOUR"
    DAY = "DAY"
    MONTH = "MONTH"
    QUARTER = "QUARTER"
    YEAR = "YEAR"


MONTHS = {Period.MONTH: 1, Period.QUARTER: 3, Period.YEAR: 12}


class BadTimeError(ValueError):
    """The text is not a time. `code` is the reason kept with the row."""

    code = "BAD_TIME"


class NonexistentTimeError(BadTimeError):
    """A local time that the clock skipped, on the spring night when it goes forward."""

    code = "NONEXISTENT_TIME"


def read_instant(value: object, zone: ZoneInfo) -> datetime:
    """An instant in UTC from ISO 8601 text, a year, a month or a quarter. Raises BadTimeError.

    A time without offset is local to `zone`. One that exists twice, on the autumn night, is
    read as the first: periods are whole days or longer, so both fall into the same one.
    """
    moment = _parse(_iso(value))
    if moment.tzinfo is not None:
        return moment.astimezone(UTC)
    instant = moment.replace(tzinfo=zone, fold=0).astimezone(UTC)
    if instant.astimezone(zone).replace(tzinfo=None) != moment:
        raise NonexistentTimeError(str(value))
    return instant


def period_of(instant: datetime, period: Period, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """[start, end) in UTC of the hour, day, month, quarter or year that holds `instant`."""
    if period is Period.HOUR:
        start = instant.astimezone(UTC).replace(minute=0, second=0, microsecond=0)
        return start, start + timedelta(hours=1)
    day = instant.astimezone(zone).date()
    if period is Period.DAY:
        first, following = day, day + timedelta(days=1)
    else:
        first, following = _months(day, MONTHS[period])
    return midnight(first, zone), midnight(following, zone)


def midnight(day: date, zone: ZoneInfo) -> datetime:
    """The start of a local day, in UTC."""
    return datetime(day.year, day.month, day.day, tzinfo=zone).astimezone(UTC)


def _months(day: date, size: int) -> tuple[date, date]:
    """First day of the block of `size` months that holds `day`, and of the block after it."""
    first = day.replace(month=(day.month - 1) // size * size + 1, day=1)
    months = first.year * 12 + first.month - 1 + size
    return first, date(months // 12, months % 12 + 1, 1)


def _iso(value: object) -> str:
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value)  # a year
    if isinstance(value, date):
        value = value.isoformat()  # an instant too
    if not isinstance(value, str):
        raise BadTimeError(repr(value)[:60])
    text = value.strip()
    quarter = QUARTER.fullmatch(text)
    if quarter:
        return f"{quarter[1]}-{int(quarter[2]) * 3 - 2:02d}-01"
    for pattern, shape in SHORT_FORMS:
        if pattern.fullmatch(text):
            return shape.format(text)
    return text


def _parse(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise BadTimeError(text[:60]) from error
    if not 1900 <= moment.year <= 2200:  # room for zone arithmetic, and for no other century
        raise BadTimeError(text[:60])
    return moment
