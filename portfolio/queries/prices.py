"""A project's estimates in the prices of today, and the price indexes with what is published."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Count, Max

from portfolio.analysis import prices
from portfolio.analysis.prices import Actualised, Point, Series
from portfolio.models import CostEstimate, PriceIndex, PriceIndexValue, Project
from portfolio.results import Unknown

Price = Actualised | Unknown


@dataclass(frozen=True)
class EstimateRow:
    """A version; `now` in the prices of this month, `last` in those of the last month published
    (said as such, where this one is not)."""

    estimate: CostEstimate
    now: Price
    last: Price

    @property
    def is_complete(self) -> bool:
        told = self.estimate
        said = told.scope != CostEstimate.Scope.NOT_SAID and told.before_tax_eur is not None
        return said and told.index_id is not None


@dataclass(frozen=True)
class IndexRow:
    """An index and how far its series goes."""

    index: PriceIndex
    months: int
    last_on: date | None


def estimates(project: Project, *, today: date) -> list[EstimateRow]:
    """Every version, first one first, in two queries."""
    versions = project.cost_estimates.select_related("author", "phase", "index")
    rows = list(versions.order_by("version"))
    series = series_of({row.index_id for row in rows if row.index_id})
    return [_row(row, series.get(row.index_id or 0), today) for row in rows]


def series_of(indexes: Iterable[int]) -> dict[int, Series]:
    """The published months of some indexes, in one query."""
    found: dict[int, dict[date, Point]] = {index: {} for index in indexes}
    for value in PriceIndexValue.objects.filter(index__in=found):
        found[value.index_id][value.month_on] = Point(value.value, value.is_provisional)
    return dict(found.items())


def index_rows() -> list[IndexRow]:
    told = PriceIndex.objects.annotate(months=Count("values"), last_on=Max("values__month_on"))
    return [IndexRow(index, index.months, index.last_on) for index in told.order_by("code")]


def _row(estimate: CostEstimate, series: Series | None, today: date) -> EstimateRow:
    if series is None:
        return EstimateRow(estimate, Unknown("NO_INDEX"), Unknown("NO_INDEX"))
    last = prices.last_month(series, until=today)
    return EstimateRow(
        estimate,
        now=_in(estimate, series, today),
        last=last if isinstance(last, Unknown) else _in(estimate, series, last),
    )


def _in(estimate: CostEstimate, series: Series, wanted_on: date) -> Price:
    amount: Decimal = estimate.amount_eur
    return prices.actualised(amount, series, valued_on=estimate.valued_on, wanted_on=wanted_on)
