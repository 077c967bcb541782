"""Targets with all that is said about them: observations, status, age, origin."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta

from indicators.analysis import progress
from indicators.analysis.progress import Band, Status
from indicators.models import Indicator, Target, TargetPoint
from indicators.queries.comparators import comparators, compared_to
from indicators.queries.origins import origins_of
from indicators.queries.series import OwnKey, measured_of
from indicators.queries.target_history import as_promised, points_of
from indicators.results import Comparator, Freshness, Measured, Origin, Point, TargetView
from portfolio.models import Zone
from portfolio.results import Unknown


def target_view(target: Target, *, today: date, as_of: datetime | None = None) -> TargetView:
    """One target; for several call `target_views`, which asks no more of the database. Raises
    Target.DoesNotExist where it was not promised yet."""
    views = target_views([target], today=today, as_of=as_of)
    if not views:
        raise Target.DoesNotExist(f"target {target.pk} was not promised yet")
    return views[0]


def target_views(
    targets: Iterable[Target], *, today: date, as_of: datetime | None = None
) -> list[TargetView]:
    """The targets in their order, in a number of queries that does not depend on how many.

    `today` is the day the status is judged on; `as_of` the instant whose knowledge is used: of the
    measures, and of the targets themselves; those not promised yet are left out. Pass targets with
    `indicator` and `zone` already joined (`select_related`).
    """
    targets = as_promised(targets, as_of)
    elsewhere = compared_to(target.indicator for target in targets)
    wanted = [(target.indicator, zone, target.group) for target in targets
              for zone in (target.zone, *elsewhere.get(target.indicator_id, ()))]  # fmt: skip
    held = measured_of(wanted, as_of=as_of)
    origins = origins_of({m.feed_id for m in held.values() if m.feed_id}, as_of)
    points = points_of(targets, as_of=as_of)
    views = []
    for target in targets:
        found = held[target.indicator_id, target.zone_id, target.group_id]
        path = points_in_order(points.get(target.pk, []), target.indicator)
        views.append(
            TargetView(
                target=target,
                indicator=target.indicator,
                zone=target.zone,
                today=today,
                as_of=as_of,
                points=path,
                measured=found,
                status=status_of(target, path, found, today),
                freshness=freshness(found, target.indicator, today),
                origin=origins.get(found.feed_id) if found.feed_id else None,
                comparators=_comparators(target, elsewhere, held, origins),
            )
        )
    return views


def _comparators(
    target: Target, elsewhere: Mapping[int, Sequence[Zone]], held: Mapping[OwnKey, Measured],
    origins: Mapping[int, Origin],
) -> tuple[Comparator, ...]:  # fmt: skip
    zones = elsewhere.get(target.indicator_id, ())
    return comparators(target.indicator, zones, held, origins, group_id=target.group_id)


def freshness(found: Measured, indicator: Indicator, today: date) -> Freshness:
    last = found.last_known
    if last is None:
        return Freshness(None, None, overdue=False, overdue_since=None)
    due = last.until + timedelta(days=indicator.stale_after_days)
    overdue = today > due
    data_on = min(last.until, today)  # a period under way speaks of no day to come
    return Freshness(
        data_on, (today - data_on).days, overdue, due + timedelta(days=1) if overdue else None
    )


def status_of(target: Target, path: tuple[Point, ...], found: Measured, today: date) -> Status:
    """The computed status. A target that contradicts its indicator (a data error that forms
    refuse) is UNKNOWN, INVALID_TARGET: a page must still be served."""
    last = found.last_known
    length = (last.until - last.on).days if last else 0
    try:
        return progress.status(
            baseline=target.baseline_value,
            baseline_on=target.baseline_on,
            points=[(point.due_on, point.value) for point in path],
            path=target.path,
            observations=found.values,
            as_of=today,
            direction=target.indicator.direction,
            # A value is dated by the first day of its period, its age counts from the last.
            stale_after_days=target.indicator.stale_after_days + length,
        )
    except ValueError:
        why = Unknown("INVALID_TARGET")
        return Status("UNKNOWN", why.reason, why, why)


def points_in_order(points: Iterable[TargetPoint], indicator: Indicator) -> tuple[Point, ...]:
    """As promised; `points` ascend by date."""
    return tuple(_point(point, indicator) for point in points)


def _point(point: TargetPoint, indicator: Indicator) -> Point:
    """A band given for a one-way indicator is reached at its nearer bound."""
    if point.low is None or point.high is None:
        assert point.value is not None
        return Point(point.due_on, point.value)
    band: float | Band = (point.low, point.high)
    if indicator.direction != Indicator.Direction.RANGE:
        band = point.low if indicator.direction == Indicator.Direction.UP else point.high
    return Point(point.due_on, band)
