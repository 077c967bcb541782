"""Measures by the month, and indicators computed from them."""

import math
from datetime import UTC, date, datetime, timedelta

import numpy as np
from django.db import transaction

from indicators import storage
from indicators.models import Feed, Indicator, ObservationVersion, Run
from indicators.queries.worksheet import Input
from indicators.services import formulas, observations, pulls
from indicators.services.formula_checks import Draft
from indicators.services.formulas import Agreed
from indicators.services.periods import Period, midnight, period_of
from indicators.services.reading import Readings, SeriesKey, microseconds
from portfolio.models import Zone
from tests.factories.indicators import TERRITORY_TIME, make_feed, make_indicator, make_run
from tests.pulling import means

AT = datetime(2025, 6, 1, 8, tzinfo=UTC)
LATER = AT + timedelta(days=1)
Values = dict[date, float | None]


def measured(unit: str, frequency: str = "MONTH", **fields) -> Feed:
    """An indicator with a feed of its own."""
    indicator = make_indicator(machine_unit=unit, frequency=frequency, **fields)
    mapping = {"time": {"field": "d", "timezone": "Europe/Paris", "period": frequency},
               "value": {"field": "v"}}  # fmt: skip
    return make_feed(indicator=indicator, mapping=mapping)


@transaction.atomic
def publish(feed: Feed, zone: Zone, values: Values, *, at: datetime = AT, provisional=False):
    """As a pull does it, in one run; returns what was planned to follow."""
    periods = [_period(feed, day) for day in values]
    starts = np.array([microseconds(start) for start, _ in periods])
    storage.begin()
    observations.stage(
        Readings(
            number=np.arange(1, len(values) + 1),
            series=np.zeros(len(values), dtype=np.int32),
            instant=starts,
            start=starts,
            end=np.array([microseconds(end) for _, end in periods]),
            value=np.array([math.nan if v is None else v for v in values.values()], dtype=float),
            provisional=np.full(len(values), provisional),
        )
    )
    run = make_run(feed, state="SUCCEEDED", finished_at=at)
    keys = [SeriesKey(zone.code, zone.code, zone.name)]
    told = observations.publish(feed=feed, run=run, keys=keys, staged=len(values), known_from=at)
    storage.end()
    return told.following


def _period(feed: Feed, day: date) -> tuple[datetime, datetime]:
    start = midnight(day, TERRITORY_TIME)
    return period_of(start, Period(feed.indicator.frequency), TERRITORY_TIME)


def bound(name: str, feed: Feed | Indicator, time: str = "SAME", zone: Zone | None = None) -> Input:
    return Input(name, feed.indicator if isinstance(feed, Feed) else feed, zone, time)


def agreed(
    indicator: Indicator, expression: str, *inputs: Input, at: datetime = AT, **fields
) -> Agreed | None:
    draft = Draft(indicator, expression, inputs, **fields)
    return formulas.agree(draft=draft, by=None, reason="Essai", at=at)


def compute(run_id: int, at: datetime = AT) -> Run:
    done = pulls.execute(run_id=run_id, means=means(at))
    assert done is not None
    return done


def computed(indicator: Indicator, expression: str, *inputs: Input, at=AT, **fields) -> Run:
    """Agreed on, and computed."""
    made = agreed(indicator, expression, *inputs, at=at, **fields)
    assert made is not None
    return compute(made.run.pk, at)


def figures(indicator: Indicator, zone: Zone, as_of: datetime | None = None) -> dict:
    """What is published of a computed indicator: day → value, or the reason why there is none."""
    versions = ObservationVersion.objects.filter(
        series__feed__indicator=indicator, series__zone=zone
    ).order_by("period_start")
    versions = versions.as_of(as_of) if as_of else versions.current()
    return {
        one.period_start.astimezone(TERRITORY_TIME).date():
            one.absence if one.value is None else one.value
        for one in versions
    }  # fmt: skip
