"""How much of an envelope is taken: a bar from zero, and a mark where the envelope ends."""

from __future__ import annotations

from dataclasses import dataclass

from portfolio.charts.scales import Scale

WIDTH, BAR_END = 320, 316


@dataclass(frozen=True)
class EnvelopeBar:
    """`include "portfolio/charts/envelope_bar.html" with bar=…`. `limit` is None where there is
    none; `description` is the alternative of the drawing."""

    width: int
    used: float
    limit: float | None
    is_over: bool
    description: str


def envelope_bar(*, used: float, limit: float | None, description: str) -> EnvelopeBar:
    """Raises ValueError for a negative amount."""
    if used < 0 or (limit is not None and limit < 0):
        raise ValueError("used, limit: must not be negative")
    scale = Scale(0.0, max(used, limit or 0.0) or 1.0, 0, BAR_END)
    place = None if limit is None else scale(limit)
    return EnvelopeBar(WIDTH, scale(used), place, limit is not None and used > limit, description)
