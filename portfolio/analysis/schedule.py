"""The arithmetic of a calendar: how late, in which order, and who waits for whom.

Dates only; no clock: the day is an argument. A date that nobody knows is `Unknown`, with its
reason. Nothing here foretells a date: a delay is what the record says, not what it may become.
"""

from __future__ import annotations

import calendar
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from portfolio.results import Unknown

GAP_DAYS = 31  # a shorter pause between two phases is not worth a word


# ---------------------------------------------------------------- how late


@dataclass(frozen=True)
class Slip:
    """From a date announced to a later one (`days` above zero) or an earlier one (below).

    `months` are whole ones, of the same sign. `is_fact`: it has happened. `at_least`: the day
    has passed and nothing has happened, so the delay is this one or a longer one.
    """

    announced_on: date
    days: int
    months: int
    is_fact: bool = False
    at_least: bool = False


def slip(
    announced: date, *, current: date, actual: date | None = None, today: date | None = None
) -> Slip:
    """How far a date moved from the one announced.

    What happened counts before what is planned. A current date that has passed by `today`
    without its fact makes the delay reach `today` at least.
    """
    if actual is not None:
        return _slip(announced, actual, is_fact=True)
    if today is not None and current < today:
        return _slip(announced, today, at_least=True)
    return _slip(announced, current)


def _slip(announced: date, reached: date, *, is_fact: bool = False, at_least: bool = False) -> Slip:
    return Slip(
        announced_on=announced,
        days=(reached - announced).days,
        months=months_between(announced, reached),
        is_fact=is_fact,
        at_least=at_least,
    )


def latest_move(moves: Sequence[tuple[date, date]]) -> Slip | Unknown:
    """The last of the moves (before, after), oldest first: how far it went from the date that
    held just before."""
    if not moves:
        return Unknown("NEVER_MOVED")
    before, after = moves[-1]
    return _slip(before, after)


def months_between(first: date, last: date) -> int:
    """Whole calendar months from one day to another, negative backwards.

    The last day of a month is a month away from the last day of the next one: 31 January to
    28 February counts as one.
    """
    if last < first:
        return -months_between(last, first)
    months = (last.year - first.year) * 12 + last.month - first.month
    return months if add_months(first, months) <= last else months - 1


def add_months(day: date, months: int) -> date:
    """The same day of another month, or its last one. Raises ValueError out of the calendar."""
    index = day.year * 12 + day.month - 1 + months
    year, month = index // 12, index % 12 + 1
    return date(year, month, min(day.day, calendar.monthrange(year, month)[1]))


# ---------------------------------------------------------------- in which order


@dataclass(frozen=True)
class Period:
    """A phase from its first day to its last, in the order of its set."""

    rank: int
    name: str
    starts_on: date
    ends_on: date


@dataclass(frozen=True)
class OrderFinding:
    """OVERLAP (allowed, said), GAP (nothing planned in between) or BEFORE (the later phase would
    start first). `days`: how long."""

    code: str
    before: str
    after: str
    days: int


def order_findings(periods: Iterable[Period]) -> list[OrderFinding]:
    """What is worth a word between each phase and the next one that has dates."""
    found = []
    for before, after in pairwise(sorted(periods, key=lambda period: period.rank)):
        shared = (before.ends_on - after.starts_on).days + 1
        if after.starts_on < before.starts_on:
            days = (before.starts_on - after.starts_on).days
            found.append(OrderFinding("BEFORE", before.name, after.name, days))
        elif shared > 1:  # a phase may end on the day the next one starts
            found.append(OrderFinding("OVERLAP", before.name, after.name, shared))
        elif -shared > GAP_DAYS:
            found.append(OrderFinding("GAP", before.name, after.name, -shared))
    return found


# ---------------------------------------------------------------- who waits for whom


def cycle_through(needs: Mapping[int, Iterable[int]], waiting: int, needed: int) -> list[int]:
    """The cycle that "`waiting` needs `needed`" would close: waiting → needed → … → waiting.

    `needs` maps each one to those it waits for. The shortest such path; empty where none.
    """
    if waiting == needed:
        return [waiting, waiting]
    came_from = {needed: waiting}
    row = [needed]
    while row:
        following = []
        for one in row:
            for other in sorted(needs.get(one, ())):
                if other == waiting:
                    return _path_back(came_from, one, waiting)
                if other not in came_from:
                    came_from[other] = one
                    following.append(other)
        row = following
    return []


def _path_back(came_from: Mapping[int, int], last: int, waiting: int) -> list[int]:
    path = [waiting, last]
    while path[-1] != waiting:
        path.append(came_from[path[-1]])
    return path[::-1]


# ---------------------------------------------------------------- prerequisites


def lateness_of_prerequisite(serves_on: date | None, needed_on: date | None) -> int | Unknown:
    """Days by which a prerequisite would serve after it is needed; zero or below: in time."""
    if serves_on is None:
        return Unknown("NO_COMMISSIONING")
    if needed_on is None:
        return Unknown("NO_START")
    return (serves_on - needed_on).days
