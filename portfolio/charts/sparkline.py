"""How much came each time, in the room of a word: one bar a time, the oldest first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from portfolio.charts.scales import Scale

STEP, WIDTH_OF_BAR = 11.0, 8.0
HEIGHT, ROOM_FOR_MARK = 34.0, 9.0
SHORTEST = 1.5  # a bar of almost nothing is still seen

STATES = ("", "PARTIAL", "HELD", "FAILED")


@dataclass(frozen=True)
class Amount:
    """`value` is None where nothing is known; `state` one of STATES; `label` says both in words."""

    value: int | None
    state: str
    label: str


@dataclass(frozen=True)
class Bar:
    """`height` is None where there is no amount to draw: a mark alone stands there."""

    x: float
    y: float
    width: float
    height: float | None
    state: str
    label: str

    @property
    def middle(self) -> float:
        return round(self.x + self.width / 2, 1)


@dataclass(frozen=True)
class Sparkline:
    """`include "portfolio/charts/sparkline.html" with line=…`; `description` is its alternative."""

    width: float
    height: float
    bars: tuple[Bar, ...]
    description: str


def sparkline(amounts: Sequence[Amount], *, description: str) -> Sparkline:
    """Bars from zero on one scale. Raises ValueError for a negative amount or an unknown state."""
    known = [one.value for one in amounts if one.value is not None]
    if any(value < 0 for value in known):
        raise ValueError("amounts: must not be negative")
    if any(one.state not in STATES for one in amounts):
        raise ValueError(f"amounts: a state is one of {STATES}")
    scale = Scale(0.0, float(max(known, default=0)) or 1.0, 0.0, HEIGHT - ROOM_FOR_MARK)
    bars = tuple(_bar(number, one, scale) for number, one in enumerate(amounts))
    return Sparkline(max(len(bars), 1) * STEP, HEIGHT, bars, description)


def _bar(number: int, one: Amount, scale: Scale) -> Bar:
    height = None if one.value is None else max(scale(one.value), SHORTEST)
    x, y = round(number * STEP + 1.5, 1), HEIGHT - (height or 0.0)
    return Bar(x, round(y, 1), WIDTH_OF_BAR, height, one.state, one.label)
