"""What was said of a measure, and when it was said otherwise: for the chart of what was known."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime, timedelta

from indicators.charts.known import KnownChart, known_chart
from indicators.known import Change, Compared, Known, Promise, Revision
from indicators.models import Feed, ObservationVersion, Run, Series, Target
from indicators.queries.provenance import series_behind
from indicators.queries.series import clock_of, measured_of
from indicators.queries.target_history import as_promised, points_of
from indicators.queries.targets import points_in_order, target_views
from indicators.results import Measured, Observation, TargetView

MOST_CHANGES = 2000  # versions looked at, the latest first


def known_page(target: Target, *, today: date, at: datetime | None) -> tuple[Known, KnownChart]:
    """All that the page of a measure's revisions shows, in the active language."""
    found = known(target, today=today, at=at)
    return found, known_chart(found)


def known(target: Target, *, today: date, at: datetime | None) -> Known:
    """A constant number of queries; `at`: the instant to compare with, None for none."""
    (view,) = target_views([target], today=today)
    wanted = (target.indicator, target.zone, target.group)
    key = (target.indicator_id, target.zone_id, target.group_id)
    then = measured_of([wanted], as_of=at)[key] if at else None
    return Known(
        view=view,
        at=at,
        then=then,
        rows=tuple(_compared(then, view.measured)) if then is not None else (),
        revisions=tuple(revisions_of(view)),
        promise=Promise(target, view.points),
        promised_then=_promised(target, at) if at else None,
    )


def revisions_of(view: TargetView) -> list[Revision]:
    """Of the series behind a figure, the latest first; three queries."""
    if view.measured.feed_id is None:
        return []
    feed = Feed.objects.get(pk=view.measured.feed_id)
    series = {one.pk: one for one in series_behind(feed, view.zone, view.target.group)}
    ended = ObservationVersion.objects.filter(series__in=series, superseded_at__isnull=False)
    before = list(ended.order_by("-superseded_at", "-pk")[:MOST_CHANGES])
    after = _after(before)
    grouped: dict[tuple[datetime, int], list[Change]] = defaultdict(list)
    runs: dict[int, Run] = {}
    for old in before:
        new = after.get((old.series_id, old.period_start, old.superseded_at))
        if new is None or old.superseded_at is None:
            continue
        runs[new.run_id] = new.run
        change = _change(series[old.series_id], feed, old, new)
        grouped[old.superseded_at, new.run_id].append(change)
    return [
        Revision(at, runs[run_id], tuple(sorted(found, key=lambda c: (c.after.on, c.label))))
        for (at, run_id), found in grouped.items()
    ]


def _after(
    before: Iterable[ObservationVersion],
) -> dict[tuple[int, datetime, datetime | None], ObservationVersion]:
    """What took their place: known from the instant they ended."""
    before = list(before)
    later = ObservationVersion.objects.filter(
        series__in={one.series_id for one in before},
        period_start__in={one.period_start for one in before},
        known_from__in={one.superseded_at for one in before},
    )
    return {
        (one.series_id, one.period_start, one.known_from): one
        for one in later.select_related("run")
    }


def _change(series: Series, feed: Feed, old: ObservationVersion, new: ObservationVersion) -> Change:
    label = series.zone.name if series.zone else str(series)
    return Change(series.zone, label, _observation(old, feed), _observation(new, feed))


def _observation(version: ObservationVersion, feed: Feed) -> Observation:
    clock = clock_of(feed)
    until = version.period_end.astimezone(clock) - timedelta(microseconds=1)
    return Observation(
        version.period_start.astimezone(clock).date(), until.date(), version.value,
        version.absence, version.status, version.coverage, feed.is_by_area,
    )  # fmt: skip


def _compared(then: Measured, now: Measured) -> list[Compared]:
    """Every period that was known then or is known now, oldest first."""
    old = {(o.on, o.until): o for o in then.observations}
    new = {(o.on, o.until): o for o in now.observations}
    return [Compared(old.get(key), new.get(key)) for key in sorted({*old, *new})]


def _promised(target: Target, at: datetime) -> Promise | None:
    for then in as_promised([target], at):
        kept = points_of([then], as_of=at).get(then.pk, [])
        return Promise(then, points_in_order(kept, target.indicator))
    return None
