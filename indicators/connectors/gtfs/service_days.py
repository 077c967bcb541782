"""Which services run on which day, and which days a zip knows."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from indicators.connectors.gtfs.tables import Archive

WEEK = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
ADDED, REMOVED = "1", "2"
DAY = timedelta(days=1)


@dataclass(frozen=True)
class Week:
    """A line of `calendar.txt`: the service runs on these days of the week, both ends included."""

    service: str
    days: tuple[bool, ...]
    first: date
    last: date


@dataclass(frozen=True)
class Services:
    """`first` to `last` are the days that the zip knows, both included."""

    weeks: tuple[Week, ...]
    first: date
    last: date
    added: dict[date, set[str]] = field(default_factory=dict)
    removed: dict[date, set[str]] = field(default_factory=dict)

    def on(self, day: date) -> set[str]:
        """The services that run on a day."""
        weekly = {
            week.service
            for week in self.weeks
            if week.first <= day <= week.last and week.days[day.weekday()]
        }
        return (weekly | self.added.get(day, set())) - self.removed.get(day, set())

    def between(self, first: date, last: date) -> Iterator[date]:
        """The known days of [first, last]."""
        day = max(first, self.first)
        while day <= min(last, self.last):
            yield day
            day += DAY


def services(archive: Archive) -> Services:
    """Raises WrongShapeError where a date cannot be read, or there is none."""
    weeks = tuple(_weeks(archive))
    changes: dict[str, dict[date, set[str]]] = {ADDED: {}, REMOVED: {}}
    name, columns = "calendar_dates.txt", ("service_id", "date", "exception_type")
    for one in archive.table(name, columns).to_pylist():
        if one["exception_type"] not in changes:
            raise archive.fault(name, f"exception_type {one['exception_type']!r}")
        day = _day(archive, name, one["date"])
        changes[one["exception_type"]].setdefault(day, set()).add(one["service_id"])
    days = [end for week in weeks for end in (week.first, week.last)]
    days += [*changes[ADDED], *changes[REMOVED]]
    if not days:
        raise archive.fault("calendar.txt", "no day at all")
    first, last = _stated(archive, min(days), max(days))
    return Services(weeks, first, last, changes[ADDED], changes[REMOVED])


def _weeks(archive: Archive) -> Iterator[Week]:
    name = "calendar.txt"
    for one in archive.table(name, ("service_id", *WEEK, "start_date", "end_date")).to_pylist():
        yield Week(
            one["service_id"],
            tuple(one[day] == "1" for day in WEEK),
            _day(archive, name, one["start_date"]),
            _day(archive, name, one["end_date"]),
        )


def _stated(archive: Archive, first: date, last: date) -> tuple[date, date]:
    """Narrowed to what `feed_info.txt` says to be complete: a calendar may reach further."""
    name, columns = "feed_info.txt", ("feed_start_date", "feed_end_date")
    for one in archive.table(name, (), optional=columns).to_pylist()[:1]:
        if one["feed_start_date"]:
            first = max(first, _day(archive, name, one["feed_start_date"]))
        if one["feed_end_date"]:
            last = min(last, _day(archive, name, one["feed_end_date"]))
    return first, last


def _day(archive: Archive, name: str, told: str | None) -> date:
    try:
        return datetime.strptime(told or "", "%Y%m%d").date()  # noqa: DTZ007 (a day has no zone)
    except ValueError as error:
        raise archive.fault(name, f"{told!r} is no date") from error
