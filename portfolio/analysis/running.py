"""What a project costs to run: yearly amounts, added up over the years.

Amounts are Decimal euros of the year they were entered in, without indexation; a revenue or a
saving is negative.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

ZERO = Decimal(0)


@dataclass(frozen=True)
class YearlyAmount:
    """`yearly` from `first` to `last` included; `last` None: for good."""

    yearly: Decimal
    first: int
    last: int | None = None

    def of(self, year: int) -> Decimal:
        inside = self.first <= year and (self.last is None or year <= self.last)
        return self.yearly if inside else ZERO


@dataclass(frozen=True)
class RunningYear:
    """What `year` costs, and what it all adds up to since the first year."""

    year: int
    costs: Decimal
    revenue: Decimal
    cumulated: Decimal

    @property
    def net(self) -> Decimal:
        return self.costs + self.revenue


def by_year(amounts: Sequence[YearlyAmount], *, years: int) -> list[RunningYear]:
    """`years` years from the first amount on.

    Source: CGCT, art. L1611-9 and D1611-35 (the study shows the yearly effect on running costs).
    """
    if not amounts:
        return []
    first = min(amount.first for amount in amounts)
    found: list[RunningYear] = []
    cumulated = ZERO
    for year in range(first, first + years):
        costs, revenue = _signed(amount.of(year) for amount in amounts)
        cumulated += costs + revenue
        found.append(RunningYear(year, costs, revenue, cumulated))
    return found


def _signed(amounts: Iterable[Decimal]) -> tuple[Decimal, Decimal]:
    """What costs, and what comes in (negative)."""
    told = list(amounts)
    costs = sum((amount for amount in told if amount > 0), ZERO)
    return costs, sum((amount for amount in told if amount < 0), ZERO)
