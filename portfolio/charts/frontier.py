"""Value against budget: what whole projects reach, and the line that parts of projects would."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from portfolio.charts.scales import Scale, Tick, nice_ticks

Words = Callable[[float], str]
WIDTH, HEIGHT = 720, 340
LEFT, RIGHT, TOP, BOTTOM = 84, 700, 16, 296


@dataclass(frozen=True)
class Dot:
    x: float
    y: float
    label: str
    is_present: bool
    is_proven: bool


@dataclass(frozen=True)
class Frontier:
    """`include "portfolio/charts/frontier.html" with chart=…`; `line` and `dashed`: polylines."""

    width: int
    height: int
    dots: tuple[Dot, ...]
    line: str
    dashed: str
    x_ticks: tuple[Tick, ...]
    y_ticks: tuple[Tick, ...]
    left: int
    right: int
    top: int
    bottom: int
    description: str


@dataclass(frozen=True)
class Reached:
    """One budget; `value` None where nothing fits."""

    budget: float
    value: float | None
    label: str
    is_present: bool = False
    is_proven: bool = True


def frontier_chart(
    whole: Sequence[Reached], relaxed: Sequence[Reached], *, budget_label: Words,
    value_label: Words, description: str,
) -> Frontier | None:  # fmt: skip
    """None where no budget gives anything. `…_label`: from a number to its words."""
    both = [one for one in (*whole, *relaxed) if one.value is not None]
    if not both:
        return None
    xs = nice_ticks(0.0, max(one.budget for one in both), 5)
    ys = nice_ticks(0.0, max(one.value or 0.0 for one in both), 5)
    across = Scale(xs[0], xs[-1], LEFT, RIGHT)
    up = Scale(ys[0], ys[-1], BOTTOM, TOP)
    dots = tuple(
        Dot(across(one.budget), up(one.value), one.label, one.is_present, one.is_proven)
        for one in whole
        if one.value is not None
    )
    return Frontier(
        width=WIDTH, height=HEIGHT, dots=dots, line=_line((dot.x, dot.y) for dot in dots),
        dashed=_line((across(one.budget), up(one.value)) for one in relaxed if one.value is not None),
        x_ticks=tuple(Tick(across(at), budget_label(at)) for at in xs),
        y_ticks=tuple(Tick(up(at), value_label(at), "end") for at in ys),
        left=LEFT, right=RIGHT, top=TOP, bottom=BOTTOM, description=description,
    )  # fmt: skip


def _line(points: Iterable[tuple[float, float]]) -> str:
    return " ".join(f"{x},{y}" for x, y in points)
