"""The instant whose knowledge an address asks for: `?au=2026-09-01` (the end of that day), or
`?au=2026-09-01T10:30` (in the territory's time where it says no other)."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from urllib.parse import urlencode

from django.http import QueryDict
from django.utils import timezone

NAME = "au"  # of the parameter, in the language of the addresses
FIRST_DAY = date(1990, 1, 1)
LONGEST = 40  # characters


@dataclass(frozen=True)
class Moment:
    """`text` is what the address carries on; `day` the day that figures are judged on."""

    at: datetime
    text: str
    is_whole_day: bool

    @property
    def day(self) -> date:
        return timezone.localdate(self.at)

    @property
    def query(self) -> str:
        return urlencode({NAME: self.text})


@dataclass(frozen=True)
class Asked:
    """What an address asks for. `moment` is None for now; `is_wrong` where what it says cannot be
    read or is to come: then it is now that is shown, and the page says so."""

    moment: Moment | None = None
    is_wrong: bool = False

    @property
    def at(self) -> datetime | None:
        return self.moment.at if self.moment else None

    @property
    def query(self) -> str:
        """What an address carries on: nothing for now."""
        return self.moment.query if self.moment else ""

    def day(self, today: date) -> date:
        """The day that figures are judged on: that of the moment, else today."""
        return self.moment.day if self.moment else today


NOW = Asked()
DAYS = ("%Y-%m-%d", "%d/%m/%Y")


def asked(text: str, *, now: datetime) -> Asked:
    """What `text` asks for."""
    if not text:
        return NOW
    moment = _moment(text.strip()[:LONGEST])
    if moment is None or not FIRST_DAY <= moment.day <= timezone.localdate(now):
        return Asked(is_wrong=True)
    return Asked(moment)


def asked_by(query: QueryDict, *, now: datetime) -> Asked:
    """What the query of an address asks for."""
    return asked(query.get(NAME, ""), now=now)


def end_of(day: date) -> datetime:
    """The last instant of a day, in the territory's time zone."""
    after = timezone.make_aware(datetime.combine(day + timedelta(days=1), time.min))
    return after - timedelta(microseconds=1)


def without(query: QueryDict, path: str) -> str:
    """The same address, of now."""
    kept = query.copy()
    kept.pop(NAME, None)
    return f"{path}?{kept.urlencode()}" if kept else path


def just_before(at: datetime) -> Moment:
    """What was known until something changed at that instant."""
    before = timezone.localtime(at - timedelta(microseconds=1))
    return Moment(before, before.isoformat(), is_whole_day=False)


def _moment(text: str) -> Moment | None:
    """None where it cannot be read."""
    for form in DAYS:
        with suppress(ValueError, OverflowError):
            day = datetime.strptime(text, form).date()  # noqa: DTZ007 - a day has no time zone
            return Moment(end_of(day), day.isoformat(), is_whole_day=True)
    # The plus sign of an offset is a blank in an address typed by hand.
    with suppress(ValueError, OverflowError):
        at = datetime.fromisoformat(text.replace(" ", "+"))
        return Moment(at if at.tzinfo else timezone.make_aware(at), text, is_whole_day=False)
    return None
