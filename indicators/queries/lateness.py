"""Which feeds are late: by the days that their contract promises, by what their indicator bears."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.utils import timezone

from indicators.analysis import lateness
from indicators.analysis.contract import Contract
from indicators.analysis.lateness import Late
from indicators.models import DataContract, Feed
from indicators.queries.series import clock_of

A_MOMENT = timedelta(microseconds=1)


@dataclass(frozen=True)
class Stale:
    """A feed to be looked at. `published_on`: the last day that has a value, None where none ever
    was; `late`: by its contract; `is_overdue`: older than its indicator bears."""

    feed: Feed
    published_on: date | None
    late: Late | None
    is_overdue: bool


def stale_feeds(*, now: datetime) -> list[Stale]:
    """Of what is switched on, by code, in two queries."""
    feeds = list(
        Feed.objects.filter(is_active=True, source__is_active=True)
        .select_related("indicator", "source")
        .order_by("code")
    )
    held = current_contracts(feed.pk for feed in feeds)
    found = [
        Stale(feed, last_day(feed), late(feed, held.get(feed.pk), now), is_overdue(feed, now))
        for feed in feeds
    ]
    return [one for one in found if one.late or one.is_overdue]


def current_contracts(feeds: Iterable[int]) -> Mapping[int, DataContract]:
    """The contract that holds of each of these feeds."""
    held = DataContract.objects.filter(feed__in=list(feeds)).order_by("feed", "-version")
    return {one.feed_id: one for one in held.distinct("feed")}


def late(feed: Feed, contract: DataContract | None, now: datetime) -> Late | None:
    """None where nothing is promised, or it is kept. What is awaited is the first period without a
    value: the one after the last published, or that of the feed's first day."""
    promised = Contract.from_json(contract.document if contract else {}).freshness_days
    time = feed.mapping.get("time")
    if promised is None or not isinstance(time, dict):
        return None
    clock = clock_of(feed)
    first = feed.watermark_at
    return lateness.late(
        awaited_from=timezone.localdate(first, clock) if first else feed.starts_on,
        period=str(time.get("period")),
        promised_days=promised,
        today=timezone.localdate(now, clock),
    )


def last_day(feed: Feed) -> date | None:
    """Periods end at midnight, which is already the next day."""
    return timezone.localdate(feed.watermark_at - A_MOMENT) if feed.watermark_at else None


def is_overdue(feed: Feed, now: datetime) -> bool:
    """Older than the indicator bears, or nothing was ever published."""
    last = last_day(feed)
    allowed = timedelta(days=feed.indicator.stale_after_days)
    return last is None or timezone.localdate(now) > last + allowed
