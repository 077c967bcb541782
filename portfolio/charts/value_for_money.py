"""Cost against value, a bubble a project: those that no other beats on both lie on the Pareto line."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from portfolio.charts.scales import Scale, Tick, nice_ticks

Words = Callable[[float], str]
WIDTH, HEIGHT = 720, 380
LEFT, RIGHT, TOP, BOTTOM = 84, 700, 20, 336
LEAST, MOST = 5.0, 18.0  # radius
APART = 26.0  # between two names of bubbles, which are those of the Pareto line


@dataclass(frozen=True)
class Priced:
    """A project: what it costs, what it is worth, whether it is in."""

    name: str
    cost: float
    value: float
    is_in: bool
    title: str


@dataclass(frozen=True)
class Bubble:
    """The larger, the more value for each euro. `name` is empty where it has no room."""

    x: float
    y: float
    radius: float
    is_in: bool
    title: str
    name: str
    anchor: str


@dataclass(frozen=True)
class ValueForMoney:
    """`include "portfolio/charts/value_for_money.html" with chart=…`."""

    width: int
    height: int
    bubbles: tuple[Bubble, ...]
    line: str
    x_ticks: tuple[Tick, ...]
    y_ticks: tuple[Tick, ...]
    left: int
    right: int
    top: int
    bottom: int
    description: str


def value_for_money(
    projects: Sequence[Priced], *, cost_label: Words, value_label: Words, description: str
) -> ValueForMoney | None:
    """None without a project that costs something."""
    priced = [one for one in projects if one.cost > 0]
    if not priced:
        return None
    xs = nice_ticks(0.0, max(one.cost for one in priced), 5)
    ys = nice_ticks(0.0, max(one.value for one in priced), 5)
    across, up = Scale(xs[0], xs[-1], LEFT, RIGHT), Scale(ys[0], ys[-1], BOTTOM, TOP)
    best = max(one.value / one.cost for one in priced) or 1.0
    named = _named(pareto(priced), up)
    bubbles = tuple(
        _bubble(
            one,
            across(one.cost),
            up(one.value),
            one.value / one.cost / best,
            is_named=id(one) in named,
        )
        for one in sorted(priced, key=lambda one: one.value / one.cost)
    )
    return ValueForMoney(
        width=WIDTH, height=HEIGHT, bubbles=bubbles,
        line=" ".join(f"{across(one.cost)},{up(one.value)}" for one in pareto(priced)),
        x_ticks=tuple(Tick(across(at), cost_label(at)) for at in xs),
        y_ticks=tuple(Tick(up(at), value_label(at), "end") for at in ys),
        left=LEFT, right=RIGHT, top=TOP, bottom=BOTTOM, description=description,
    )  # fmt: skip


def _named(line: Sequence[Priced], up: Scale) -> set[int]:
    """Those of the line whose names do not meet, the most valuable first."""
    found: set[int] = set()
    last = -APART
    for one in sorted(line, key=lambda each: -each.value):
        if up(one.value) - last >= APART:
            found.add(id(one))
            last = up(one.value)
    return found


def pareto(projects: Sequence[Priced]) -> list[Priced]:
    """Those for which no other costs as little and is worth more, the cheapest first."""
    found: list[Priced] = []
    for one in sorted(projects, key=lambda each: (each.cost, -each.value)):
        if not found or one.value > found[-1].value:
            found.append(one)
    return found


def _bubble(one: Priced, x: float, y: float, share: float, *, is_named: bool) -> Bubble:
    radius = round(LEAST + (MOST - LEAST) * math.sqrt(max(share, 0.0)), 1)
    anchor = "end" if x > (LEFT + RIGHT) / 2 else "start"
    return Bubble(x, y, radius, one.is_in, one.title, one.name if is_named else "", anchor)
