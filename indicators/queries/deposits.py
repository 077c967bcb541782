"""What is awaited of the feeds whose files are deposited, and what was deposited."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from django.contrib.auth.models import AnonymousUser
from django.db.models import QuerySet
from django.utils import timezone

from indicators.models import Deposit, Depositor, Feed
from indicators.queries.series import clock_of
from portfolio.models import User

MOST_PERIODS = 24
MONTHS = {"MONTH": 1, "QUARTER": 3, "YEAR": 12}


@dataclass(frozen=True)
class Awaited:
    """The next period to deposit: its first day; `due_on`: the last day on which it is not late yet
    (the end of the period before, and the days that the indicator allows)."""

    on: date
    due_on: date
    is_late: bool

    @property
    def late_since(self) -> date:
        return self.due_on + timedelta(days=1)


@dataclass(frozen=True)
class FeedToFill:
    """`waiting`: a file of the reader that they have not published yet."""

    feed: Feed
    awaited: Awaited
    waiting: Deposit | None


def awaited(feed: Feed, *, today: date) -> Awaited:
    """Of a feed whose files are deposited."""
    following = _following(feed)
    due_on = following + timedelta(days=feed.indicator.stale_after_days - 1)
    return Awaited(_first_day(following, _period(feed)), due_on, is_late=today > due_on)


def awaited_periods(feed: Feed, *, today: date) -> list[date]:
    """First days of the periods that are over and not published, the oldest first; at least the
    next one, at most the last MOST_PERIODS."""
    period = _period(feed)
    first = _first_day(_following(feed), period)
    found = [day for day in _periods(first, period, today) if _next(day, period) <= today]
    return (found or [first])[-MOST_PERIODS:]


def to_fill(*, user: User, today: date) -> list[FeedToFill]:
    """The feeds that are open to somebody, what is late first."""
    feeds = Feed.objects.open_to(user).filter(is_active=True, source__is_active=True)
    mine = Deposit.objects.filter(author=user, run=None).defer("content").order_by("sent_at")
    waiting = {deposit.feed_id: deposit for deposit in mine}
    found = [
        FeedToFill(feed, awaited(feed, today=today), waiting.get(feed.pk))
        for feed in feeds.select_related("indicator", "source").order_by("code")
    ]
    return sorted(found, key=lambda one: (one.awaited.due_on, one.feed.code))


def published(feed: Feed) -> QuerySet[Deposit]:
    """Those of a feed that were published or are about to be, latest first."""
    asked = feed.deposits.filter(run__isnull=False).defer("content")
    return asked.select_related("author", "run__feed", "withdraws").order_by("-run_id")


def depositors(feed: Feed) -> QuerySet[Depositor]:
    """To whom a feed is open, beside the data team."""
    held = Depositor.objects.open().filter(feed=feed).select_related("user", "opened_by")
    return held.order_by("user__last_name", "user__username")


def same_file(deposit: Deposit) -> Deposit | None:
    """The last time that these bytes were published for the feed, if they were."""
    return published(deposit.feed).filter(sha256=deposit.sha256).exclude(pk=deposit.pk).first()


def may_deposit(user: User | AnonymousUser, feed: Feed) -> bool:
    return Feed.objects.open_to(user).filter(pk=feed.pk).exists()


def _following(feed: Feed) -> date:
    """The day after the last one published; the first day of the feed before that."""
    if feed.watermark_at is None:
        return feed.starts_on
    return timezone.localtime(feed.watermark_at, clock_of(feed)).date()


def _period(feed: Feed) -> str:
    try:
        return str(feed.mapping["time"]["period"])
    except (KeyError, TypeError):
        return feed.indicator.frequency


def _periods(first: date, period: str, until: date) -> Iterator[date]:
    day = first
    while day <= until:
        yield day
        day = _next(day, period)


def _first_day(day: date, period: str) -> date:
    size = MONTHS.get(period)
    return day if size is None else day.replace(month=(day.month - 1) // size * size + 1, day=1)


def _next(first: date, period: str) -> date:
    size = MONTHS.get(period)
    if size is None:
        return first + timedelta(days=1)
    months = first.year * 12 + first.month - 1 + size
    return date(months // 12, months % 12 + 1, 1)
