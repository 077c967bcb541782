"""A run of a formula: every zone and period where its inputs have values, published like any other
measure, each with what it was made of."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import numpy as np
from django.db import transaction

from indicators import storage, storage_remarks
from indicators.models import Computation, Feed, Formula, ObservationVersion, Run, Series
from indicators.queries.worksheet import Cell, Line, Recipe, lines, recipe_of, zones_of
from indicators.services import observations, runs
from indicators.services.mapping import FeedMapping
from indicators.services.periods import midnight
from indicators.services.reading import Readings, SeriesKey, microseconds
from portfolio.models import Zone
from portfolio.results import Unknown

A_DAY = timedelta(days=1)
NOT_COMPUTED = "NOT_COMPUTED"  # it was, and the formula of today says nothing of it
Told = dict[tuple[int, datetime], Line]  # by zone and start of the period


@dataclass(frozen=True)
class _Result:
    """What is to be published of a zone and period; `line` is None where nothing is computed of it
    any more."""

    zone: Zone
    start: datetime
    end: datetime
    line: Line | None

    @property
    def value(self) -> float:
        found = self.line.value if self.line else None
        return found if isinstance(found, float) else float("nan")

    @property
    def absence(self) -> str:
        if self.line is None:
            return NOT_COMPUTED
        return self.line.value.reason if isinstance(self.line.value, Unknown) else ""


def recipes(feed: Feed) -> list[Recipe]:
    """The versions of its formula that some period is computed by, the last one first."""
    versions = Formula.objects.filter(indicator=feed.indicator_id).select_related("indicator")
    found = []
    for one in versions.prefetch_related("inputs__indicator", "inputs__zone").order_by("-version"):
        found.append(recipe_of(one))
        if one.valid_from is None:  # it holds on every day: those before it hold on none
            break
    return found


def carry_out(
    *, run: Run, clock: Callable[[], datetime], lease: timedelta = runs.LEASE
) -> tuple[int, ...]:
    """Compute what changed since the start of the run's window, and publish it in one transaction.
    Returns the runs planned of what is computed from it. Computing again changes nothing.

    Raises FencedOutError if the run is no longer ours.
    """
    runs.advance(run=run, state=Run.State.STAGED)
    with transaction.atomic():
        storage.give_up_after(lease.total_seconds() / 2)
        feed = Feed.objects.select_for_update().get(pk=run.feed_id)  # one publication at a time
        results = _results(feed, run)
        run.received = len(results)
        if not results:
            runs.close(run=run, state=Run.State.SUCCEEDED, at=clock())
            return ()
        return _publish(run, feed, results, clock())


def _results(feed: Feed, run: Run) -> list[_Result]:
    timezone = FeedMapping.from_json(feed.mapping).timezone
    since = run.window_start.astimezone(timezone).date()
    used = recipes(feed)
    zones = {zone.pk: zone for zone in zones_of(used)}
    found = [
        _Result(zones[pk], midnight(one.on, timezone), midnight(one.until + A_DAY, timezone), one)
        for pk, several in lines(used, list(zones.values()), since=since).items()
        for one in several
    ]
    return found + list(_withdrawn(feed, found, midnight(since, timezone)))


def _withdrawn(feed: Feed, found: Sequence[_Result], since: datetime) -> Iterator[_Result]:
    """Values that an earlier version of the formula gave, and this one does not."""
    there = {(one.zone.pk, one.start) for one in found}
    published = ObservationVersion.objects.current().filter(
        series__feed=feed, period_start__gte=since, value__isnull=False
    )
    for version in published.select_related("series__zone"):
        zone = version.series.zone
        if zone is not None and (zone.pk, version.period_start) not in there:
            yield _Result(zone, version.period_start, version.period_end, None)


def _publish(
    run: Run, feed: Feed, results: Sequence[_Result], known_from: datetime
) -> tuple[int, ...]:
    zones = list({one.zone.pk: one.zone for one in results}.values())
    keys = [SeriesKey(zone.code, zone.code, zone.name) for zone in zones]
    places = {zone.pk: place for place, zone in enumerate(zones)}
    storage.begin()
    observations.stage(_readings(results, places))
    storage_remarks.remark(
        (number, one.line.coverage if one.line else None, one.absence)
        for number, one in enumerate(results, start=1)
    )
    published = observations.publish(
        feed=feed, run=run, keys=keys, staged=len(results), known_from=known_from
    )
    run.accepted, run.revised = published.accepted, published.revised
    run.unchanged = published.unchanged
    _keep_inputs(run, results)
    _date(feed)
    runs.close(run=run, state=Run.State.SUCCEEDED, at=known_from)
    return published.following


def _readings(results: Sequence[_Result], places: dict[int, int]) -> Readings:
    starts = np.array([microseconds(one.start) for one in results], dtype=np.int64)
    return Readings(
        number=np.arange(1, len(results) + 1, dtype=np.int64),
        series=np.array([places[one.zone.pk] for one in results], dtype=np.int32),
        instant=starts,
        start=starts,
        end=np.array([microseconds(one.end) for one in results], dtype=np.int64),
        value=np.array([one.value for one in results], dtype=np.float64),
        provisional=np.array(
            [one.line is not None and one.line.is_provisional for one in results], dtype=np.bool_
        ),
    )


def _keep_inputs(run: Run, results: Sequence[_Result]) -> None:
    """With each new value, what it was made of."""
    told: Told = {(one.zone.pk, one.start): one.line for one in results if one.line is not None}
    written = ObservationVersion.objects.filter(run=run).values_list(
        "pk", "series__zone", "period_start"
    )
    kept = []
    for pk, zone_id, start in written:
        line = told.get((zone_id, start))
        if line is not None:
            inputs = [_as_kept(cell) for cell in line.cells]
            kept.append(Computation(version_id=pk, formula=line.recipe.formula, inputs=inputs))
    Computation.objects.bulk_create(kept, batch_size=1000)


def _as_kept(cell: Cell) -> dict[str, Any]:
    used = cell.used
    return {
        "name": cell.input.name,
        "indicator": cell.input.indicator.code,
        "zone": cell.zone.code,
        "on": used.on.isoformat() if used else None,
        "until": used.until.isoformat() if used else None,
        "value": used.value if used else None,
        "absence": used.absence if used else "",
        "status": used.status if used else "",
    }


def _date(feed: Feed) -> None:
    """Its date published up to: the end of the last period that has a value."""
    known = ObservationVersion.objects.current().filter(
        series__in=Series.objects.filter(feed=feed), value__isnull=False
    )
    last = known.order_by("-period_end").values_list("period_end", flat=True).first()
    Feed.objects.filter(pk=feed.pk).update(watermark_at=last)
