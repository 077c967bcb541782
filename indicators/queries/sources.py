"""The state of sources and feeds: how fresh, how the last pull went, when the next one is due."""

from collections import defaultdict
from dataclasses import dataclass, replace
from datetime import date, datetime
from itertools import chain

from django.contrib.auth.models import AnonymousUser
from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, QuerySet
from django.utils import timezone

from indicators.analysis.lateness import Late
from indicators.charts.volumes import volumes
from indicators.models import DataSource, Feed, Run
from indicators.queries.deposits import Awaited, awaited
from indicators.queries.lateness import current_contracts, is_overdue, last_day, late
from portfolio.charts.sparkline import Sparkline
from portfolio.models import User

SHOWN = 12  # pulls of a sparkline


@dataclass(frozen=True)
class FeedState:
    """`open_run` is planned or under way; `last_run` the last that ended; None: there is none.

    `published_on` is the last day of the last period that has a value, by the source's own dates;
    `volumes`: the rows received by the last pulls; None before the first one ended.
    `is_overdue` when that is older than the indicator allows, or when nothing was ever published;
    `late` when its contract promised more by now.
    """

    feed: Feed
    last_run: Run | None
    open_run: Run | None
    published_on: date | None
    is_overdue: bool
    next_at: datetime | None
    volumes: Sparkline | None
    awaited: Awaited | None = None  # of a feed whose files are deposited
    late: Late | None = None


@dataclass(frozen=True)
class SourceState:
    """`is_resting`: it failed too often, and is left alone for a while."""

    source: DataSource
    feeds: tuple[FeedState, ...]
    is_resting: bool


def source_states(*, user: User | AnonymousUser, now: datetime) -> list[SourceState]:
    """Every source that `user` may see, with its feeds, by code, in six queries. What they cost
    grows with the feeds, not with the runs that the ledger holds."""
    feeds = Feed.objects.visible_to(user).select_related("indicator", "source").order_by("code")
    ended = _recent(feeds, Run.objects.visible_to(user).closed())
    opened = _latest(Run.objects.visible_to(user).open())
    held = current_contracts(feed.pk for feed in feeds)
    by_source: dict[int, list[FeedState]] = defaultdict(list)
    for feed in feeds:
        state = _feed_state(feed, ended.get(feed.pk, []), opened.get(feed.pk), now)
        if feed.is_active and feed.source.is_active:
            state = replace(state, late=late(feed, held.get(feed.pk), now))
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
    last = runs.order_by("feed_id", "-due_at", "-pk").distinct("feed_id")
    return {run.feed_id: run for run in last}


def _recent(feeds: QuerySet[Feed], runs: QuerySet[Run]) -> dict[int, list[Run]]:
    """The last ones of each feed, the oldest first, in two queries: an index gives those of a
    feed, and the rest of the ledger is not looked at."""
    of_feed = runs.filter(feed=OuterRef("pk")).order_by("-due_at", "-pk").values("pk")[:SHOWN]
    listed = feeds.order_by().values_list(ArraySubquery(of_feed), flat=True)
    found: dict[int, list[Run]] = defaultdict(list)
    for run in runs.filter(pk__among=chain.from_iterable(listed)).order_by("due_at", "pk"):
        found[run.feed_id].append(run)
    return found


def _feed_state(feed: Feed, recent: list[Run], opened: Run | None, now: datetime) -> FeedState:
    for run in (*recent, *([opened] if opened else [])):
        run.feed = feed  # read already
    ended = recent[-1] if recent else None
    return FeedState(
        feed=feed,
        last_run=ended,
        open_run=opened,
        published_on=last_day(feed),
        is_overdue=is_overdue(feed, now),
        next_at=_next_at(feed, ended, opened),
        awaited=_awaited(feed, now),
        volumes=volumes(recent),
    )


def _awaited(feed: Feed, now: datetime) -> Awaited | None:
    if not (feed.is_deposited and feed.is_active and feed.source.is_active):
        return None
    return awaited(feed, today=timezone.localdate(now))


def _next_at(feed: Feed, ended: Run | None, opened: Run | None) -> datetime | None:
    """None where nothing will be asked: the feed or its source is switched off."""
    if feed.is_deposited or not (feed.is_active and feed.source.is_active):
        return None
    if opened is not None:
        return opened.due_at
    if ended is not None and ended.is_poison:
        return None
    return ended.next_due_at() if ended else None
