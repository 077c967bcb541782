"""What was voted, committed and paid, on one scale."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from portfolio.charts.scales import Scale
from portfolio.results import Unknown
from portfolio.templatetags.figures import about_euros

WIDTH = 320


@dataclass(frozen=True)
class BudgetBar:
    """Three bars from zero; `include "portfolio/charts/budget_bar.html" with bar=…`. A length of
    None is a figure that nobody has: it is said in words, and not drawn."""

    width: int
    voted: float | None
    committed: float | None
    paid: float | None
    voted_label: str
    committed_label: str
    paid_label: str


def budget_bar(
    *, voted: Decimal | Unknown, committed: Decimal | Unknown, paid: Decimal | Unknown
) -> BudgetBar:
    """Raises ValueError for a negative amount."""
    known = [amount for amount in (voted, committed, paid) if not isinstance(amount, Unknown)]
    if any(amount < 0 for amount in known):
        raise ValueError("voted, committed, paid: must not be negative")
    scale = Scale(0.0, float(max(known, default=Decimal(0))) or 1.0, 0, WIDTH)
    return BudgetBar(
        width=WIDTH,
        voted=_length(voted, scale),
        committed=_length(committed, scale),
        paid=_length(paid, scale),
        voted_label=_label(voted),
        committed_label=_label(committed),
        paid_label=_label(paid),
    )


def _length(amount: Decimal | Unknown, scale: Scale) -> float | None:
    return None if isinstance(amount, Unknown) else scale(float(amount))


def _label(amount: Decimal | Unknown) -> str:
    return "" if isinstance(amount, Unknown) else about_euros(amount)
