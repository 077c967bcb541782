"""What is computed from a feed's values, to be computed anew after they changed.

The runs are planned in the transaction that publishes the values: what was published and is not
computed yet is always in the ledger, whether or not a worker hears the bell.
"""

from datetime import datetime, timedelta

from django.db.models import Min

from indicators.models import Feed, ObservationVersion, Run
from indicators.models.source import FORMULA
from indicators.services.mapping import FeedMapping
from indicators.services.periods import period_of


def plan(*, run: Run, feed: Feed, at: datetime) -> tuple[int, ...]:
    """A run for each formula that reads the indicator of `feed`, from the first period that `run`
    changed. Call it inside the run's transaction."""
    dependents = Feed.objects.filter(
        source__protocol=FORMULA, is_active=True, source__is_active=True,
        indicator__formulas__inputs__indicator=feed.indicator_id,
    )  # fmt: skip
    feeds = list(dependents.distinct().order_by("priority", "pk"))
    if not feeds:
        return ()
    first = ObservationVersion.objects.filter(run=run).aggregate(on=Min("period_start"))["on"]
    runs = [_run(one, since=first, at=at) for one in feeds]
    planned = Run.objects.bulk_create(runs, ignore_conflicts=True)
    ids = Run.objects.open().filter(
        feed__in=[one.feed_id for one in planned],
        window_end__in=[one.window_end for one in planned],
    )
    return tuple(ids.order_by("feed__priority", "pk").values_list("pk", flat=True))


def _run(feed: Feed, *, since: datetime, at: datetime) -> Run:
    """Whole periods; those after the one that changed may have used its value as the last known."""
    mapping = FeedMapping.from_json(feed.mapping)
    start = period_of(since, mapping.period, mapping.timezone)[0]
    end = max(at, start + timedelta(microseconds=1))
    return Run(feed=feed, window_start=start, window_end=end, due_at=at)
