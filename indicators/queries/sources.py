"""The state of sources and feeds: how fresh, how the last pull went, when the next one is due."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.contrib.auth.models import AnonymousUser
from django.db.models import QuerySet
from django.utils import timezone

from indicators.models import DataSource, Feed, Run
from indicators.queries.deposits import Awaited, awaited
from portfolio.models import User


@dataclass(frozen=True)
class FeedState:
    """`open_run` is planned or under way; `last_run` the last that ended; None: there is none.

    `published_on` is the last day of the last period that has a value, by the source's own dates;
    `is_overdue` when that is older than the indicator allows, or when nothing was ever published.
    """

    feed: Feed
    last_run: Run | None
    open_run: Run | None
    published_on: date | None
    is_overdue: bool
    next_at: datetime | None
    awaited: Awaited | None = None  # of a feed whose files are deposited


@dataclass(frozen=True)
class SourceState:
    """`is_resting`: it failed too often, and is left alone for a while."""

    source: DataSource
    feeds: tuple[FeedState, ...]
    is_resting: bool


def source_states(*, user: User | AnonymousUser, now: datetime) -> list[SourceState]:
    """Every source that `user` may see, with its feeds, by code, in four queries."""
    feeds = Feed.objects.visible_to(user).select_related("indicator", "source").order_by("code")
    ended = _latest(Run.objects.visible_to(user).closed())
    opened = _latest(Run.objects.visible_to(user).open())
    by_source: dict[int, list[FeedState]] = defaultdict(list)
    for feed in feeds:
        state = _feed_state(feed, ended.get(feed.pk), opened.get(feed.pk), now)
        by_source[feed.source_id].append(state)
    sources = (
        DataSource.objects.visible_to(user)
        .select_related("producer", "owner", "steward", "secret_set_by")
        .order_by("code")
    )
    return [
        SourceState(
            source,
            tuple(by_source[source.pk]),
            is_resting=source.resting_until is not None and source.resting_until > now,
        )
        for source in sources
    ]


def _latest(runs: QuerySet[Run]) -> dict[int, Run]:
    last = runs.select_related("feed").order_by("feed_id", "-due_at", "-pk").distinct("feed_id")
    return {run.feed_id: run for run in last}


def _feed_state(feed: Feed, ended: Run | None, opened: Run | None, now: datetime) -> FeedState:
    allowed = timedelta(days=feed.indicator.stale_after_days)
    last = _last_day(feed.watermark_at) if feed.watermark_at else None
    return FeedState(
        feed=feed,
        last_run=ended,
        open_run=opened,
        published_on=last,
        is_overdue=last is None or timezone.localdate(now) > last + allowed,
        next_at=_next_at(feed, ended, opened),
        awaited=_awaited(feed, now),
    )


def _awaited(feed: Feed, now: datetime) -> Awaited | None:
    if not (feed.is_deposited and feed.is_active and feed.source.is_active):
        return None
    return awaited(feed, today=timezone.localdate(now))


def _last_day(period_end: datetime) -> date:
    """Periods end at midnight, which is already the next day."""
    return timezone.localdate(period_end - timedelta(microseconds=1))


def _next_at(feed: Feed, ended: Run | None, opened: Run | None) -> datetime | None:
    """None where nothing will be asked: the feed or its source is switched off."""
    if feed.is_deposited or not (feed.is_active and feed.source.is_active):
        return None
    if opened is not None:
        return opened.due_at
    return ended.next_due_at() if ended else None
