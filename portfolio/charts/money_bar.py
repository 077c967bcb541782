"""A cost: what was announced first, and what holds now."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from portfolio.charts.scales import Scale
from portfolio.templatetags.figures import about_euros

WIDTH = 320


@dataclass(frozen=True)
class MoneyBar:
    """Two bars from zero on one scale; `include "portfolio/charts/money_bar.html" with bar=…`."""

    width: int
    original: float
    current: float
    original_label: str
    current_label: str
    change: str  # SAME, MORE, LESS


def money_bar(*, original_eur: Decimal, current_eur: Decimal) -> MoneyBar:
    """Raises ValueError for a negative amount."""
    if min(original_eur, current_eur) < 0:
        raise ValueError("original_eur, current_eur: must not be negative")
    scale = Scale(0.0, float(max(original_eur, current_eur)) or 1.0, 0, WIDTH)
    change = "SAME" if current_eur == original_eur else "MORE"
    return MoneyBar(
        width=WIDTH,
        original=scale(float(original_eur)),
        current=scale(float(current_eur)),
        original_label=about_euros(original_eur),
        current_label=about_euros(current_eur),
        change="LESS" if current_eur < original_eur else change,
    )
