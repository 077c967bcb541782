"""What is to be pulled, and over which window."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import DurationField, ExpressionWrapper, F, Min, Value

from indicators.models import Feed, Run
from indicators.querysets import HELD_BY_A_WORKER, FeedQuerySet
from indicators.services import breaker
from indicators.services.mapping import FeedMapping, MappingError
from indicators.services.periods import midnight, period_of

WHOLE_EVERY = timedelta(days=30)
MOST_CATCH_UPS = 200  # more intervals than that at once: the oldest are asked for together
MINUTE = Value(timedelta(minutes=1), output_field=DurationField())


@dataclass(frozen=True)
class _Past:
    """What was planned of feeds, by their ids: the last run, and how far back one reached lately
    that did not fail."""

    last: Mapping[int, Run]
    reached: Mapping[int, datetime]


@transaction.atomic
def plan_due(*, now: datetime, feeds: FeedQuerySet | None = None, force: bool = False) -> list[Run]:
    """One run for each interval that has passed of each active feed: after a stop, one catch-up an
    interval missed, the oldest due first.

    A feed with an open run gets none, however often this is called. `force`, when somebody asks,
    ignores intervals and asks a source again that was left alone for its faults. The number of
    queries does not grow with that of the feeds.
    """
    wanted = (Feed.objects.all() if feeds is None else feeds).pulled()
    wanted = wanted.filter(is_active=True, source__is_active=True)
    wanted = wanted.select_related("source").order_by("pk")
    locked = wanted.select_for_update(of=("self",), skip_locked=True)
    found = {feed.pk: feed for feed in locked}
    opened = Run.objects.open().filter(replay_of=None, feed__in=list(found))
    busy = set(opened.values_list("feed", flat=True))
    free = [feed for feed in found.values() if feed.pk not in busy]
    if force:
        breaker.reset({feed.source_id for feed in free})
    past = _past([feed.pk for feed in free], now)
    runs = [
        run
        for feed in free
        for run in _runs(feed, now, [now] if force else _due(feed, past, now), past)
    ]
    return Run.objects.bulk_create(runs)


def plan_and_list(*, now: datetime) -> list[int]:
    """Plan what is due, then list every run that a worker may take: by the priority of its feed,
    the oldest first."""
    plan_due(now=now)
    ordered = Run.objects.claimable(now).order_by("feed__priority", "due_at", "pk")
    return list(ordered.values_list("pk", flat=True))


@transaction.atomic
def plan_window(*, feed: Feed, since: date | None, until: date | None, now: datetime) -> Run:
    """A run over the local days [since, until), to the whole periods around them; the first day of
    the feed and now by default.

    Returns the run that is already open on the same window, if any. Raises ValueError if the
    window is empty or nothing is asked of the source, MappingError if the feed has no usable
    mapping.
    """
    if feed.is_deposited:
        raise ValueError(f"{feed.code}: its files are deposited, there is nothing to ask")
    Feed.objects.select_for_update().get(pk=feed.pk)
    mapping = FeedMapping.from_json(feed.mapping)
    start = midnight(since or feed.starts_on, mapping.timezone)
    end = midnight(until, mapping.timezone) if until else now
    if start >= end:
        raise ValueError(f"{feed.code}: nothing between {start:%Y-%m-%d} and {end:%Y-%m-%d}")
    # Whole periods: a part of one would be published as if it were all of it.
    start = period_of(start, mapping.period, mapping.timezone)[0]
    last = period_of(end - timedelta(microseconds=1), mapping.period, mapping.timezone)[1]
    end = min(last, now)
    breaker.reset([feed.source_id])
    run, _ = Run.objects.get_or_create(
        feed=feed,
        window_start=start,
        window_end=end,
        replay_of=None,
        state__in=["DUE", *HELD_BY_A_WORKER],
        defaults={"due_at": now, "state": Run.State.DUE},
    )
    return run


def plan_replay(*, run: Run, now: datetime) -> Run:
    """A run that reads again the answers kept of `run`, over the same window, by the feed's
    definition of today. It writes over nothing that a later pull has said. Raises ValueError if no
    answers are kept."""
    earlier = run.replay_of or run
    if earlier.fetched_attempt is None:
        raise ValueError(
            f"run {earlier.pk} was never fetched whole: there is nothing to read again"
        )
    return Run.objects.create(
        feed=earlier.feed, window_start=earlier.window_start, window_end=earlier.window_end,
        due_at=now, replay_of=earlier,
    )  # fmt: skip


def _past(feeds: Collection[int], now: datetime) -> _Past:
    """Of runs up to the moment they were due: neither replays, nor old windows asked by hand."""
    interval = ExpressionWrapper(F("feed__every_minutes") * MINUTE, output_field=DurationField())
    planned = Run.objects.filter(
        feed__in=feeds, replay_of=None, window_end__gte=F("due_at") - interval
    )
    last = planned.order_by("feed", "-due_at", "-pk").distinct("feed")
    lately = planned.filter(due_at__gt=now - WHOLE_EVERY).exclude(state=Run.State.FAILED)
    reached = lately.values_list("feed").annotate(first=Min("window_start"))
    return _Past({run.feed_id: run for run in last}, dict(reached))


def _due(feed: Feed, past: _Past, now: datetime) -> list[datetime]:
    """When its runs were due that nobody has planned yet, the oldest first. One that failed is
    asked again by the first of them, and the others follow at the feed's own pace. A feed whose
    last run took its workers with it is set apart: it would do so again."""
    last = past.last.get(feed.pk)
    if last is None:
        return [now]
    if last.is_poison:
        return []
    last.feed = feed  # read already
    due, found = last.next_due_at(), []
    while due <= now:
        found.append(due)
        due += timedelta(minutes=feed.every_minutes)
    # What is computed is computed whole: once is enough, however long the stop.
    return found[-1:] if feed.is_computed else found[-MOST_CATCH_UPS:]


def _runs(feed: Feed, now: datetime, due: list[datetime], past: _Past) -> Iterator[Run]:
    """The first one goes back to what is not complete yet, each other to the one before it; the
    last one reaches to now."""
    start = _window_start(feed, now, past)
    for place, due_at in enumerate(due):
        is_last = place + 1 == len(due)
        end = now if is_last else due_at
        if start < end:
            yield Run(feed=feed, window_start=start, window_end=end, due_at=end)
            start = start if is_last else max(start, _again(feed, end))


def _window_start(feed: Feed, now: datetime, past: _Past) -> datetime:
    """From the start of the period that is not complete yet, less the days asked again."""
    try:
        mapping = FeedMapping.from_json(feed.mapping)
    except MappingError:  # planned all the same: the run then fails with this reason
        return midnight(feed.starts_on, ZoneInfo("UTC"))
    first = midnight(feed.starts_on, mapping.timezone)
    if feed.watermark_at is None or feed.is_computed or _whole_is_due(feed, first, now, past):
        return first
    return max(first, _again(feed, feed.watermark_at))


def _again(feed: Feed, until: datetime) -> datetime:
    """The start of the period that holds `until`, less the days asked again."""
    try:
        mapping = FeedMapping.from_json(feed.mapping)
    except MappingError:
        return until
    asked = until - timedelta(days=feed.lookback_days)
    return period_of(asked, mapping.period, mapping.timezone)[0]


def _whole_is_due(feed: Feed, first: datetime, now: datetime, past: _Past) -> bool:
    """Once in a while all is asked again: what came later than the days asked again each time,
    or was corrected after it had been set aside, is found. After a failure the short window goes
    first: a whole that is too long must not keep the latest values away."""
    last, reached = past.last.get(feed.pk), past.reached.get(feed.pk)
    if last is not None and last.state == Run.State.FAILED and last.due_at > now - WHOLE_EVERY:
        return False
    return reached is None or reached > first
