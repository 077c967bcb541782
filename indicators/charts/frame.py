"""The room of a chart: its size, its scales and its ticks."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from indicators.results import Observation, TargetView
from portfolio.charts.scales import Scale, Tick, date_ticks, decimals_of, extent, nice_ticks
from portfolio.templatetags.figures import figure

# Of the height of the curves: room for the words beyond the highest and the lowest point.
ROOM = 0.06


@dataclass(frozen=True)
class Size:
    """In units of the drawing; `font` is at least 12 CSS pixels at the width it is shown at."""

    name: str
    width: int
    height: int
    font: int
    dates: int


NARROW = Size("narrow", 320, 260, 13, 4)
WIDE = Size("wide", 640, 300, 14, 7)


@dataclass(frozen=True)
class Frame:
    """The room for the curves, and its two scales."""

    size: Size
    left: float
    right: float
    top: float
    bottom: float
    x: Scale
    y: Scale
    y_ticks: tuple[Tick, ...]
    x_ticks: tuple[Tick, ...]

    def place(self, day: date, value: float) -> tuple[float, float]:
        return self.x(day.toordinal()), self.y(value)


def frame_of(view: TargetView, size: Size, also: Iterable[Observation] = ()) -> Frame:
    """Room for the target and what is measured; `also`: for another line beside it."""
    also = list(also)
    days = [o.on for o in also]
    days += [o.on for o in view.observations] + [p.due_on for p in view.points] + [view.today]
    if view.target.baseline_on:
        days.append(view.target.baseline_on)
    values = all_values(view) + [o.value for o in also if o.value is not None]
    return frame_for(days, values, size)


def frame_for(
    days: list[date], values: list[float], size: Size, *, from_zero: bool = True
) -> Frame:
    """Room for these days and values, the zero of the values too where it costs little."""
    low, high = extent(values) if from_zero else (min(values), max(values))
    ticks = nice_ticks(*_with_room(low, high), about=5)
    decimals = decimals_of(ticks)
    labels = [figure(tick, decimals) for tick in ticks]
    left = max(text_width(label, size) for label in labels) + 10
    right, top, bottom = size.width - 12.0, size.font * 3.2, size.height - size.font * 2.0
    x = Scale(min(days).toordinal(), max(days).toordinal(), round(left, 1), right)
    y = Scale(ticks[0], ticks[-1], bottom, top)
    return Frame(
        size, round(left, 1), right, top, bottom, x, y,
        tuple(Tick(y(tick), label, "end") for tick, label in zip(ticks, labels, strict=True)),
        tuple(_date_tick(x(day.toordinal()), label, size)
              for day, label in date_ticks(min(days), max(days), size.dates)),
    )  # fmt: skip


def _date_tick(at: float, label: str, size: Size) -> Tick:
    """Named under its place, unless the name would leave the drawing."""
    leaves = at + text_width(label, size) / 2 > size.width
    return Tick(at, label, "end" if leaves else "middle")


def text_width(text: str, size: Size) -> float:
    """About how wide a text is drawn: a letter is 0.62 of the font's size."""
    return len(text) * size.font * 0.62


def all_values(view: TargetView) -> list[float]:
    values = [o.value for o in view.observations if o.value is not None]
    for point in view.points:
        values += [*point.value] if isinstance(point.value, tuple) else [point.value]
    baseline = view.target.baseline_value
    return values if baseline is None else [*values, baseline]


def _with_room(low: float, high: float) -> tuple[float, float]:
    """A little beyond both ends; zero stays an end."""
    room = (high - low) * ROOM
    return (low - room if low else low, high + room if high else high)
