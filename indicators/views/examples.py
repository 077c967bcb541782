"""Charts with example inputs, for the living page of components; nothing here is measured."""

from calendar import monthrange
from datetime import date

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from indicators.charts.path import PathChart, path_chart
from indicators.models import Indicator, Target
from indicators.queries.targets import freshness, status_of
from indicators.results import Measured, Observation, Point, TargetView
from indicators.views.evidence import fragment
from portfolio.models import Zone

TODAY = date(2026, 6, 10)
DUE = date(2027, 12, 31)
# None is a month that nobody measured; the last two are provisional.
RISING = (880, 890, 905, 900, 925, 940, None, 930, 955, 960, 975, 990, 985, 1010, 1030, 1025, 1050)
STEADY = (
    88.4,
    88.1,
    88.9,
    89.3,
    88.7,
    89.8,
    90.4,
    90.1,
    89.6,
    90.2,
    90.9,
    91.1,
    90.7,
    91.0,
    91.4,
    90.8,
    91.6,
)


@login_required
def example_charts(request: HttpRequest) -> HttpResponse:
    return fragment(request, "example_charts", {"charts": charts()})


def charts() -> list[PathChart]:
    """A value to reach, a band to be within, and nothing measured yet."""
    return [
        path_chart(_view(1, "UP", RISING, 1200.0)),
        path_chart(_view(2, "RANGE", STEADY, (90.0, 94.0))),
        path_chart(_view(3, "DOWN", (), 700.0)),
    ]


def _view(
    pk: int, direction: str, values: tuple[float | None, ...], goal: float | tuple[float, float]
) -> TargetView:
    indicator = Indicator(
        pk=pk, code=f"example-{pk}", name_fr=_("Example"), name_en=_("Example"), frequency="MONTH",
        unit_fr=_("trips a day"), unit_en=_("trips a day"), direction=direction, decimals=0,
        stale_after_days=60,
    )  # fmt: skip
    zone = Zone(pk=pk, code="EXAMPLE", name=_("Example commune"))
    start = values[0] if values else 900.0
    target = Target(
        pk=pk, indicator=indicator, zone=zone, path="LINEAR", baseline_value=start,
        baseline_on=date(2025, 1, 1),
    )  # fmt: skip
    points = (Point(DUE, goal),)
    found = Measured(tuple(_month(n, value, len(values)) for n, value in enumerate(values)))
    return TargetView(
        target=target, indicator=indicator, zone=zone, today=TODAY, as_of=None, points=points,
        measured=found, status=status_of(target, points, found, TODAY),
        freshness=freshness(found, indicator, TODAY), origin=None,
    )  # fmt: skip


def _month(number: int, value: float | None, total: int) -> Observation:
    on = date(2025 + number // 12, number % 12 + 1, 1)
    until = on.replace(day=monthrange(on.year, on.month)[1])
    status = "PROVISIONAL" if number >= total - 2 else "FINAL"
    return Observation(on, until, value, "" if value is not None else "MISSING", status)
