"""Which files of a folder can hold a window, by their paths alone."""

import calendar
import re
from collections.abc import Mapping
from datetime import date, timedelta
from urllib.parse import unquote, urlsplit

from indicators.connectors.base import Window

MARGIN = timedelta(days=1)  # a lake may be cut by the days of another zone than the window's
YEARS = ("year", "yyyy", "annee", "année")
MONTHS = ("month", "mm", "mois")
DAYS = ("day", "dd", "jour")
DAY = re.compile(r"(\d{4})-?(\d{2})-?(\d{2})", re.ASCII)
MONTH = re.compile(r"(\d{4})-(\d{2})", re.ASCII)


def written(pattern: str, window: Window) -> list[str]:
    """The paths of a pattern with {yyyy}, {mm}, {dd} over the days of a window, in order."""
    first, last = _days(window)
    days = (first + timedelta(days=n) for n in range((last - first).days + 1))
    return list(dict.fromkeys(_filled(pattern, day) for day in days))


def matches(pattern: str, path: str) -> bool:
    """True if `path` is a data file that a pattern with `*` names, or lies in a folder it names.
    `*` stands for anything but a slash. Names that begin with `_` or `.` are no data."""
    wanted = "[^/]*".join(re.escape(part) for part in pattern.split("*"))
    rest = ".+" if pattern.endswith("/") else ""
    if not re.fullmatch(wanted + rest, path) or path.endswith("/"):
        return False
    return not any(name.startswith(("_", ".")) for name in path.split("/"))


def can_hold(path: str, window: Window) -> bool:
    """False if the partitions of a path (`year=2024/month=05`) say that no row is in the window."""
    span = _span(partition_values(path))
    first, last = _days(window)
    return span is None or (span[0] <= last and span[1] >= first)


def partition_values(url: str) -> dict[str, str]:
    """The values that a path states, such as {"year": "2024", "month": "05"}."""
    folders = [unquote(part) for part in urlsplit(url).path.split("/")[:-1]]
    pairs = (folder.split("=", 1) for folder in folders if "=" in folder)
    return {name: value for name, value in pairs if name}


def _filled(pattern: str, day: date) -> str:
    parts = {"{yyyy}": f"{day.year:04d}", "{mm}": f"{day.month:02d}", "{dd}": f"{day.day:02d}"}
    for mark, text in parts.items():
        pattern = pattern.replace(mark, text)
    return pattern


def _days(window: Window) -> tuple[date, date]:
    """The first and last day that a window can touch."""
    return (window.start - MARGIN).date(), (window.end + MARGIN).date()


def _span(values: Mapping[str, str]) -> tuple[date, date] | None:
    """First and last day of a partition; None if it states none."""
    try:
        for value in values.values():
            if found := DAY.fullmatch(value):
                return _between(*map(int, found.groups()))
            if found := MONTH.fullmatch(value):
                return _between(*map(int, found.groups()))
        return _between(*_numbers({name.lower(): value for name, value in values.items()}))
    except ValueError:
        return None


def _numbers(values: Mapping[str, str]) -> list[int]:
    """Year, then month, then day, as far as they are stated. Raises ValueError."""
    numbers = []
    for names in (YEARS, MONTHS, DAYS):
        told = [values[name] for name in names if name in values]
        if not told:
            break
        numbers.append(int(told[0]))
    return numbers


def _between(year: int = 0, month: int = 0, day: int = 0) -> tuple[date, date]:
    """Raises ValueError if there is no such day."""
    if day:
        return date(year, month, day), date(year, month, day)
    if not month:
        return date(year, 1, 1), date(year, 12, 31)
    if not 1 <= month <= 12:
        raise ValueError(f"there is no month {month}")
    return date(year, month, 1), date(year, month, calendar.monthrange(year, month)[1])
