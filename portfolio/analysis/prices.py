"""Bringing a cost of one month to the prices of another (actualisation).

Amounts are Decimal euros, months are the first day of a month. No clock: months are arguments.
A month that is not published is Unknown: the last one known never stands in its place silently.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from portfolio.results import Unknown

CENT = Decimal("0.01")


@dataclass(frozen=True)
class Point:
    """The index of one month."""

    value: Decimal
    is_provisional: bool = False


Series = Mapping[date, Point]


@dataclass(frozen=True)
class Actualised:
    """`amount` in the prices of `month`; provisional where one of the two values is."""

    amount: Decimal
    month: date
    is_provisional: bool


def month_of(day: date) -> date:
    return day.replace(day=1)


def actualised(
    amount: Decimal, series: Series, *, valued_on: date, wanted_on: date
) -> Actualised | Unknown:
    """Amount × index(wanted) / index(valued), to the cent.

    Source: code de la commande publique, art. R2112-10 (a price is updated by the ratio of the
    index at the date wanted to that of the date it was set).
    """
    start, end = series.get(month_of(valued_on)), series.get(month_of(wanted_on))
    if start is None:
        return Unknown("START_NOT_PUBLISHED")
    if end is None:
        return Unknown("MONTH_NOT_PUBLISHED")
    brought = (amount * end.value / start.value).quantize(CENT, ROUND_HALF_UP)
    provisional = start.is_provisional or end.is_provisional
    return Actualised(brought, month_of(wanted_on), provisional)


def last_month(series: Series, *, until: date) -> date | Unknown:
    """The last month published up to a day."""
    published = [month for month in series if month <= until]
    return max(published) if published else Unknown("NOTHING_PUBLISHED")
