"""What is to be pulled, and over which window."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import QuerySet

from indicators.models import Feed, Run
from indicators.querysets import HELD_BY_A_WORKER
from indicators.services.mapping import FeedMapping, MappingError
from indicators.services.periods import midnight, period_of

WHOLE_EVERY = timedelta(days=30)


@transaction.atomic
def plan_due(
    *, now: datetime, feeds: QuerySet[Feed] | None = None, force: bool = False
) -> list[Run]:
    """One run for each active feed whose interval has passed: a single catch-up if several have.

    A feed with an open run gets none, however often this is called. `force` ignores intervals.
    """
    wanted = (Feed.objects.all() if feeds is None else feeds).filter(
        is_active=True, source__is_active=True
    )
    locked = wanted.select_for_update(of=("self",), skip_locked=True).order_by("pk")
    due = [feed for feed in locked if not _has_open_run(feed) and (force or _is_due(feed, now))]
    runs = [_next_run(feed, now) for feed in due]
    return Run.objects.bulk_create([run for run in runs if run is not None])


def plan_and_list(*, now: datetime) -> list[int]:
    """Plan what is due, then list every run that a worker may take, the oldest first."""
    plan_due(now=now)
    return list(Run.objects.claimable(now).order_by("due_at", "pk").values_list("pk", flat=True))


@transaction.atomic
def plan_window(*, feed: Feed, since: date | None, until: date | None, now: datetime) -> Run:
    """A run over the local days [since, until); the first day of the feed and now by default.

    Returns the run that is already open on the same window, if any. Raises ValueError if the
    window is empty, MappingError if the feed has no usable mapping.
    """
    Feed.objects.select_for_update().get(pk=feed.pk)
    zone = FeedMapping.from_json(feed.mapping).timezone
    start = midnight(since or feed.starts_on, zone)
    end = midnight(until, zone) if until else now
    if start >= end:
        raise ValueError(f"{feed.code}: nothing between {start:%Y-%m-%d} and {end:%Y-%m-%d}")
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


def _has_open_run(feed: Feed) -> bool:
    return feed.runs.open().filter(replay_of=None).exists()


def _is_due(feed: Feed, now: datetime) -> bool:
    last = feed.runs.filter(replay_of=None).order_by("-due_at").first()
    if last is None:
        return True
    last.feed = feed  # read already
    return last.next_due_at() <= now


def _next_run(feed: Feed, now: datetime) -> Run | None:
    start = _window_start(feed, now)
    return Run(feed=feed, window_start=start, window_end=now, due_at=now) if start < now else None


def _window_start(feed: Feed, now: datetime) -> datetime:
    """From the start of the period that is not complete yet, less the days asked again."""
    try:
        mapping = FeedMapping.from_json(feed.mapping)
    except MappingError:  # planned all the same: the run then fails with this reason
        return midnight(feed.starts_on, ZoneInfo("UTC"))
    first = midnight(feed.starts_on, mapping.timezone)
    if feed.watermark_at is None or _whole_is_due(feed, first, now):
        return first
    again = feed.watermark_at - timedelta(days=feed.lookback_days)
    return max(first, period_of(again, mapping.period, mapping.timezone)[0])


def _whole_is_due(feed: Feed, first: datetime, now: datetime) -> bool:
    """Once in a while all is asked again: what came later than the days asked again each time,
    or was corrected after it had been set aside, is found. After a failure the short window goes
    first: a whole that is too long must not keep the latest values away."""
    recent = feed.runs.filter(due_at__gt=now - WHOLE_EVERY, replay_of=None).order_by(
        "-due_at", "-pk"
    )
    last = recent.first()
    if last is not None and last.state == Run.State.FAILED:
        return False
    return not recent.filter(window_start__lte=first).exclude(state=Run.State.FAILED).exists()
