"""From values and dates to places on a drawing, with ticks that people read easily."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.utils.dateformat import format as format_date

STEPS = (1, 2, 2.5, 5, 10)
MONTHS_BETWEEN = (1, 3, 6, 12, 24, 60, 120, 240, 600)


@dataclass(frozen=True)
class Scale:
    """Linear: `low` is drawn at `start`, `high` at `end` (which may be less than `start`)."""

    low: float
    high: float
    start: float
    end: float

    def __call__(self, value: float) -> float:
        if self.high == self.low:
            return round((self.start + self.end) / 2, 1)
        share = (value - self.low) / (self.high - self.low)
        return round(self.start + share * (self.end - self.start), 1)


@dataclass(frozen=True)
class Tick:
    """`anchor`: which part of the label is at `at` (start, middle or end)."""

    at: float
    label: str
    anchor: str = "middle"


def nice_ticks(low: float, high: float, about: int = 5) -> list[float]:
    """Round values from at or below `low` to at or above `high`, about `about` of them.

    Raises ValueError when the bounds are not finite numbers in order.
    """
    if not (math.isfinite(low) and math.isfinite(high)) or low > high:
        raise ValueError("low, high: two finite numbers in order are needed")
    if low == high:
        low, high = (low - abs(low) * 0.1, high + abs(high) * 0.1) if low else (0.0, 1.0)
    step = _nice_step((high - low) / max(about - 1, 1))
    first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
    digits = max(0, 2 - math.floor(math.log10(step)))
    return [round(index * step, digits) for index in range(first, last + 1)]


def _nice_step(raw: float) -> float:
    size = 10.0 ** math.floor(math.log10(raw))
    return next(step * size for step in STEPS if step * size >= raw * (1 - 1e-9))


def decimals_of(ticks: Iterable[float]) -> int:
    """Decimals needed to tell the ticks apart."""
    return max((len(f"{tick:.6f}".rstrip("0").split(".")[1]) for tick in ticks), default=0)


def extent(values: Iterable[float]) -> tuple[float, float]:
    """Lowest and highest, zero included where it is near: a line need not start at zero, but a
    small change must not look like a large one when zero costs little room."""
    low, high = _bounds(values)
    if 0 <= low <= high / 2:
        return 0.0, high
    return (low, 0.0) if low / 2 <= high <= 0 else (low, high)


def _bounds(values: Iterable[float]) -> tuple[float, float]:
    known = list(values)
    return (min(known), max(known)) if known else (0.0, 1.0)


def date_ticks(first: date, last: date, most: int) -> list[tuple[date, str]]:
    """At most `most` round dates between two days, with their names in the active language."""
    months = next(
        (m for m in MONTHS_BETWEEN if len(_month_starts(first, last, m)) <= most),
        MONTHS_BETWEEN[-1],
    )
    style = "Y" if months >= 12 else "N Y"
    return [(day, str(format_date(day, style))) for day in _month_starts(first, last, months)]


def _month_starts(first: date, last: date, months: int) -> list[date]:
    start, end = first.year * 12 + first.month - 1, last.year * 12 + last.month - 1
    begin = math.ceil(start / months) * months
    days = [date(index // 12, index % 12 + 1, 1) for index in range(begin, end + 1, months)]
    return [day for day in days if day >= first]
