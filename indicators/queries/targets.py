"""Targets with all that is said about them: observations, status, age, origin."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from indicators.analysis import progress
from indicators.analysis.progress import Band, Status
from indicators.models import Feed, Indicator, Run, Target, TargetPoint
from indicators.queries.formulas import in_words, latest
from indicators.queries.series import measured
from indicators.results import Freshness, Measured, Origin, Point, TargetView
from portfolio.results import Unknown


def target_view(target: Target, *, today: date, as_of: datetime | None = None) -> TargetView:
    """One target; for several call `target_views`, which asks no more of the database."""
    return target_views([target], today=today, as_of=as_of)[0]


def target_views(
    targets: Iterable[Target], *, today: date, as_of: datetime | None = None
) -> list[TargetView]:
    """The targets in their order, in a number of queries that does not depend on how many.

    `today` is the day the status is judged on; `as_of` the instant whose knowledge is used. Pass
    targets with `indicator` and `zone` already joined (`select_related`).
    """
    targets = list(targets)
    held = measured([(target.indicator, target.zone) for target in targets], as_of=as_of)
    origins = _origins({m.feed_id for m in held.values() if m.feed_id}, as_of)
    points = _points(targets)
    views = []
    for target in targets:
        found = held[target.indicator_id, target.zone_id]
        path = tuple(_point(point, target.indicator) for point in points.get(target.pk, []))
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
            )
        )
    return views


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


def _point(point: TargetPoint, indicator: Indicator) -> Point:
    """A band given for a one-way indicator is reached at its nearer bound."""
    if point.low is None or point.high is None:
        assert point.value is not None
        return Point(point.due_on, point.value)
    band: float | Band = (point.low, point.high)
    if indicator.direction != Indicator.Direction.RANGE:
        band = point.low if indicator.direction == Indicator.Direction.UP else point.high
    return Point(point.due_on, band)


def _points(targets: list[Target]) -> dict[int, list[TargetPoint]]:
    points = TargetPoint.objects.filter(target__in=targets).order_by("target_id", "due_on")
    grouped: dict[int, list[TargetPoint]] = {}
    for point in points:
        grouped.setdefault(point.target_id, []).append(point)
    return grouped


def _origins(feed_ids: set[int], as_of: datetime | None) -> dict[int, Origin]:
    runs = Run.objects.closed().filter(feed__in=feed_ids)
    if as_of is not None:
        runs = runs.filter(finished_at__lte=as_of)
    runs = runs.order_by("feed_id", "-finished_at", "-pk").distinct("feed_id")
    last = {run.feed_id: run for run in runs}
    feeds = list(Feed.objects.filter(pk__in=feed_ids).select_related("source__producer"))
    words = _formulas(feeds)
    return {feed.pk: _origin(feed, last.get(feed.pk), words.get(feed.pk, "")) for feed in feeds}


def _formulas(feeds: list[Feed]) -> dict[int, str]:
    """The formula in words of the feeds that are computed; nothing is asked where none is."""
    computed = {feed.indicator_id: feed.pk for feed in feeds if feed.is_computed}
    found = latest(computed) if computed else {}
    return {computed[pk]: in_words(formula) for pk, formula in found.items()}


def _origin(feed: Feed, run: Run | None, formula: str) -> Origin:
    source = feed.source
    return Origin(
        feed_code=feed.code,
        source_code=source.code,
        source_name=source.name,
        producer=source.producer.name if source.producer else "",
        licence=source.licence,
        run_id=run.pk if run else None,
        run_state=run.state if run else "",
        run_reason=run.error_code if run else "",
        run_finished_at=run.finished_at if run else None,
        formula=formula,
    )
