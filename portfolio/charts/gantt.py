"""Calendars as drawings: phases as bars, milestones as diamonds, today as a line.

What was announced first is a thin hollow bar, what is planned now an outlined one, what happened
a solid one; a procedure is dashed. One project is one drawing of several lanes; a list of
projects is one strip a project, all on one scale.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from portfolio.charts.scales import Scale, Tick, date_ticks

LABELS, WIDTH = 216, 760  # the column of names, the whole drawing
LANE, HEAD, FOOT, GROUP = 30, 26, 8, 28
STRIP_WIDTH, STRIP_HEIGHT = 520, 26
DIAMOND = 6
LONGEST_LABEL = 29
OPEN_TICKS = 9


@dataclass(frozen=True)
class Bar:
    """From a day to another. `kind`: ORIGINAL, CURRENT, ACTUAL or PROCEDURE; `title` says it in
    words."""

    kind: str
    starts_on: date
    ends_on: date
    title: str = ""


@dataclass(frozen=True)
class Mark:
    """A day. `kind`: ORIGINAL (announced first), CURRENT (planned) or ACTUAL (reached)."""

    kind: str
    on: date
    title: str = ""


@dataclass(frozen=True)
class Lane:
    """One line of a calendar; `group` is the heading it stands under."""

    label: str
    bars: tuple[Bar, ...] = ()
    marks: tuple[Mark, ...] = ()
    group: str = ""

    @property
    def days(self) -> list[date]:
        spans = [day for bar in self.bars for day in (bar.starts_on, bar.ends_on)]
        return spans + [mark.on for mark in self.marks]


@dataclass(frozen=True)
class DrawnBar:
    kind: str
    x: float
    y: float
    width: float
    height: float
    title: str


@dataclass(frozen=True)
class DrawnMark:
    kind: str
    points: str
    title: str


@dataclass(frozen=True)
class DrawnLane:
    """`heading` is not empty on the first lane of a group, at `heading_y`."""

    label: str
    shown: str
    y: float
    bars: tuple[DrawnBar, ...]
    marks: tuple[DrawnMark, ...]
    heading: str = ""
    heading_y: float = 0


@dataclass(frozen=True)
class Gantt:
    """`include "portfolio/charts/gantt.html" with gantt=…`. `today_at` is None where today is
    outside the drawing."""

    title: str
    width: int
    height: float
    left: float
    lanes: tuple[DrawnLane, ...]
    ticks: tuple[Tick, ...]
    today_at: float | None


@dataclass(frozen=True)
class Strips:
    """The same scale for many lanes, each a small drawing of its own; a lane without any date is
    None. `include "portfolio/charts/strip.html" with lane=… strips=…`."""

    width: int
    height: int
    ticks: tuple[Tick, ...]
    lanes: tuple[DrawnLane | None, ...]
    today_at: float | None


def gantt(lanes: Sequence[Lane], *, today: date, title: str) -> Gantt | None:
    """One drawing of every lane; None where none of them has a date."""
    dated = [lane for lane in lanes if lane.days]
    if not dated:
        return None
    scale, first, last = _scale(dated, start=LABELS, end=WIDTH - 14)
    drawn, y, group = [], float(HEAD), ""
    for lane in dated:
        heading = lane.group if lane.group != group else ""
        heading_y = y + 18
        y += GROUP if heading else 0
        drawn.append(_lane(lane, scale, y, heading=heading, heading_y=heading_y))
        group, y = lane.group, y + LANE
    return Gantt(
        title=title,
        width=WIDTH,
        height=y + FOOT,
        left=LABELS,
        lanes=tuple(drawn),
        ticks=_ticks(first, last, scale),
        today_at=_today(today, first, last, scale),
    )


def strips(lanes: Sequence[Lane], *, today: date) -> Strips | None:
    """One strip a lane, on one scale; None where none of them has a date."""
    dated = [lane for lane in lanes if lane.days]
    if not dated:
        return None
    scale, first, last = _scale(dated, start=8, end=STRIP_WIDTH - 8)
    y = (STRIP_HEIGHT - LANE) / 2
    return Strips(
        width=STRIP_WIDTH,
        height=STRIP_HEIGHT,
        ticks=_ticks(first, last, scale),
        lanes=tuple(_lane(lane, scale, y) if lane.days else None for lane in lanes),
        today_at=_today(today, first, last, scale),
    )


# ---------------------------------------------------------------- below


def _scale(lanes: Iterable[Lane], *, start: float, end: float) -> tuple[Scale, date, date]:
    days = [day for lane in lanes for day in lane.days]
    first, last = min(days), max(days)
    if first == last:
        first, last = first - timedelta(days=30), last + timedelta(days=30)
    return Scale(first.toordinal(), last.toordinal(), start, end), first, last


def _ticks(first: date, last: date, scale: Scale) -> tuple[Tick, ...]:
    found = date_ticks(first, last, OPEN_TICKS)
    return tuple(Tick(scale(day.toordinal()), label) for day, label in found)


def _today(today: date, first: date, last: date, scale: Scale) -> float | None:
    return scale(today.toordinal()) if first <= today <= last else None


def _lane(
    lane: Lane, scale: Scale, y: float, *, heading: str = "", heading_y: float = 0
) -> DrawnLane:
    return DrawnLane(
        label=lane.label,
        shown=_shortened(lane.label),
        y=round(y + LANE / 2, 1),
        bars=tuple(_bar(bar, scale, y) for bar in lane.bars),
        marks=tuple(_mark(mark, scale, y + LANE / 2) for mark in lane.marks),
        heading=heading,
        heading_y=heading_y,
    )


def _bar(bar: Bar, scale: Scale, y: float) -> DrawnBar:
    x, end = scale(bar.starts_on.toordinal()), scale(bar.ends_on.toordinal())
    top, height = (5.0, 4.0) if bar.kind == "ORIGINAL" else (11.0, 11.0)
    return DrawnBar(bar.kind, x, round(y + top, 1), round(max(end - x, 2), 1), height, bar.title)


def _mark(mark: Mark, scale: Scale, middle: float) -> DrawnMark:
    x, size = scale(mark.on.toordinal()), DIAMOND - 2 if mark.kind == "ORIGINAL" else DIAMOND
    corners = [(x, middle - size), (x + size, middle), (x, middle + size), (x - size, middle)]
    points = " ".join(f"{across:.1f},{down:.1f}" for across, down in corners)
    return DrawnMark(mark.kind, points, mark.title)


def _shortened(label: str) -> str:
    if len(label) <= LONGEST_LABEL:
        return label
    return f"{label[: LONGEST_LABEL - 1].rstrip()}…"
