"""The pull: keep every answer as received, read the rows, publish in one transaction, or change
nothing."""

import hashlib
import logging
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from django.db import InterfaceError, OperationalError, transaction
from django.db.models import Max, Q

from indicators import storage
from indicators.analysis.contract import Contract
from indicators.connectors.base import (
    Answer,
    DeadlineError,
    HttpPolicy,
    Known,
    Query,
    SourceError,
    TransientError,
    Window,
)
from indicators.connectors.registry import opened
from indicators.models import Deposit, Feed, ObservationVersion, Quarantine, RawFile, Run
from indicators.raw_store import RawStore
from indicators.services import (
    breaker,
    computing,
    contracts,
    holding,
    observations,
    raw_files,
    runs,
    source_secrets,
    spreading,
)
from indicators.services.areas import area_book
from indicators.services.conformity import Conformity, Envelope
from indicators.services.harvest import Harvest, gather_in
from indicators.services.mapping import UNSTORABLE, FeedMapping, MappingError
from indicators.services.periods import midnight
from indicators.services.reading import BatchReader
from indicators.services.runs import FencedOutError
from indicators.services.zones import zone_book
from portfolio.after_commit import after_commit
from portfolio.models import Zone

Clock = Callable[[], datetime]
logger = logging.getLogger(__name__)


class RedefinedError(SourceError):
    """The feed was read by a definition that no longer holds."""

    code = "REDEFINED"


class InternalError(SourceError):
    """A fault of ours, or an answer that nobody thought of; the log has the whole of it."""

    code = "INTERNAL"


@dataclass(frozen=True)
class Means:
    """What a pull works with: the clock, the limits of a fetch, the store of answers, how long a
    worker holds a run, how many sources are asked at the same time; where the territory is (west,
    south, east, north), which version of the software this is, and how a worker is told of a run
    that is planned."""

    clock: Clock
    policy: HttpPolicy
    store: RawStore
    lease: timedelta = runs.LEASE
    at_once: int = runs.AT_ONCE
    envelope: Envelope = (-180.0, -90.0, 180.0, 90.0)
    code_version: str = ""
    ring: Callable[[int], object] = int  # for a run that is planned: nobody is told unless said


def execute(*, run_id: int, means: Means) -> Run | None:
    """Carry out a run if it can be had. Returns it as it ended, None if it is another's.

    A fault of the source ends the run as FAILED and leaves every published value as it was.
    """
    run = runs.claim(run_id=run_id, at=means.clock(), lease=means.lease, at_once=means.at_once)
    if run is None:
        return None
    try:
        _carry_out(run, means)
    except SourceError as error:
        return _fail(run, error, means.clock)
    except FencedOutError:
        logger.warning("run %s: the lease lapsed, nothing was written", run.pk)
        return None
    except (OperationalError, InterfaceError):
        raise  # the database is away: the run is taken over once its lease lapses
    except Exception as error:
        logger.exception("run %s: it could not be carried out", run.pk)
        return _fail(run, InternalError(f"{type(error).__name__}: {error}"), means.clock)
    finally:
        storage.end()
    return Run.objects.get(pk=run.pk)


def _carry_out(run: Run, means: Means) -> None:
    if run.feed.is_computed:  # from what is published here: nothing is asked of anybody
        run.code_version = means.code_version
        _ring(computing.carry_out(run=run, clock=means.clock, lease=means.lease), means)
        return
    mapping = _mapping(run.feed)
    window = _window(run, mapping)
    run.contract, run.code_version = contracts.current(run.feed), means.code_version
    terms = contracts.terms(run.contract)
    if run.fetched_attempt is None and run.replay_of is None:
        _fetch(run, window, means)
    files = raw_files.of_run(run)
    harvest = _start(mapping, window, terms, means)
    with raw_files.opened(files, store=means.store) as answers:
        _reap(run.feed, harvest, answers, means,
              lambda received: runs.count_rows(run=run, received=received))  # fmt: skip
    if run.replay_of is None:
        breaker.answered(source=run.feed.source)
    run.held_for = {} if _is_accepted(run) else holding.findings(run, harvest, terms)
    runs.advance(run=run, state=Run.State.STAGED)
    with transaction.atomic():
        storage.give_up_after(means.lease.total_seconds() / 2)
        _ring(_publish(run, harvest, files, means.clock), means)


def _ring(planned: Iterable[int], means: Means) -> None:
    """Once what they are computed from can be read. A bell that is lost rings at the next tick."""
    for run_id in planned:
        after_commit(means.ring, run_id)


def _start(mapping: FeedMapping, window: Window, terms: Contract, means: Means) -> Harvest:
    reader = BatchReader(
        mapping, window, zone_book(mapping.zone_within), Conformity(terms, means.envelope),
        area_book(mapping.spreading),
    )  # fmt: skip
    return Harvest(reader, reader.keys, _kept_fields(terms, mapping))


def _kept_fields(terms: Contract, mapping: FeedMapping) -> frozenset[str] | None:
    """Of a row set aside, where its feed speaks of persons: what the mapping reads, and no more."""
    if terms.personal_data in {"", "NONE"}:
        return None
    return mapping.fields | ({terms.point} if terms.point else set())


def _reap(
    feed: Feed, harvest: Harvest, answers: Iterable[Answer], means: Means,
    tell: Callable[[int], object] = int,
) -> None:  # fmt: skip
    with opened(feed.source.protocol, _query(feed), means.policy) as connector:
        gather_in(harvest, connector=connector, answers=answers, tell=tell)


def _mapping(feed: Feed) -> FeedMapping:
    mapping = FeedMapping.from_json(feed.mapping)
    if mapping.zone_code and not Zone.objects.filter(code=mapping.zone_code).exists():
        raise MappingError(f"there is no zone {mapping.zone_code}")
    return mapping


def _window(run: Run, mapping: FeedMapping) -> Window:
    zone = mapping.timezone
    return Window(run.window_start.astimezone(zone), run.window_end.astimezone(zone))


def _query(feed: Feed) -> Query:
    return Query(feed.source.base_url, feed.collection, feed.options)


def _with_secret(feed: Feed, known: Mapping[str, Known]) -> Query:
    """To ask the source; what was kept is read without its key."""
    return replace(_query(feed), secret=source_secrets.read(feed.source), known=known)


def _fetch(run: Run, window: Window, means: Means) -> None:
    """All the answers, kept before a row of them is read."""
    with raw_files.known(run.feed, store=means.store) as known:
        query = _with_secret(run.feed, known)
        with opened(run.feed.source.protocol, query, means.policy) as connector:
            answers = connector.fetch(window)
            raw_files.keep(run, answers, store=means.store, at=means.clock())
    runs.advance(run=run, state=Run.State.FETCHED)


def look(*, feed: Feed, answers: Iterable[Answer], window: Window, means: Means) -> Harvest:
    """What answers hold, read and staged as a pull would, and published by nobody. Raises
    SourceError. Call `storage.end` afterwards."""
    mapping = _mapping(feed)
    harvest = _start(mapping, window, contracts.terms(contracts.current(feed)), means)
    _reap(feed, harvest, answers, means)
    return harvest


def _is_accepted(run: Run) -> bool:
    """Somebody has seen all that it would change, and wants it published."""
    return run.accepts_id is not None or Deposit.objects.withdrawals().filter(run=run).exists()


def _publish(run: Run, harvest: Harvest, files: list[RawFile], clock: Clock) -> tuple[int, ...]:
    """One transaction: versions, rows set aside, watermark, end of the run. Returns the runs that
    it planned of what is computed from these values."""
    feed = Feed.objects.select_for_update().get(pk=run.feed_id)  # one publication at a time
    if _definition(feed) != _definition(run.feed):
        raise RedefinedError(f"{feed.code} was redefined during the pull")
    run.received, run.dropped = harvest.received, harvest.dropped
    run.quarantined, run.gathered = harvest.quarantined, harvest.gathered
    run.remarks = spreading.remarks(harvest.reader)
    run.answer_sha256, run.source_updated_at = _digest(files), _source_date(files)
    for row in harvest.rejected:
        row.run = run
    Quarantine.objects.bulk_create(harvest.rejected, batch_size=1000)
    if not harvest.staged:
        _close_without_rows(run, clock)
        return ()
    if run.held_for:
        _hold(run, harvest, clock())
        return ()
    known_from = clock()
    published = observations.publish(
        feed=feed, run=run, keys=harvest.keys, staged=harvest.staged, known_from=known_from
    )
    run.accepted, run.revised = published.accepted, published.revised
    run.unchanged = published.unchanged
    if run.replay_of is None:
        holding.replace_held(run=run, at=known_from)
    _advance_watermark(feed, run)
    state = Run.State.PARTIAL if run.quarantined else Run.State.SUCCEEDED
    runs.close(run=run, state=state, at=known_from)
    return published.following


def _hold(run: Run, harvest: Harvest, at: datetime) -> None:
    """For the steward, unless they have rejected the same rows already."""
    run.rows_sha256 = holding.rows_digest(harvest)
    earlier = holding.rejected_before(run)
    if earlier is not None:
        holding.stay_rejected(run, earlier)
    runs.close(run=run, state=Run.State.HELD, at=at)


def _definition(feed: Feed) -> tuple[object, ...]:
    return feed.source_id, feed.collection, feed.options, feed.mapping, feed.indicator_id


def _digest(files: list[RawFile]) -> str:
    """Of all answers together, in their order."""
    return hashlib.sha256("".join(one.sha256 for one in files).encode()).hexdigest()


def _source_date(files: list[RawFile]) -> datetime | None:
    told = [one.source_updated_at for one in files if one.source_updated_at]
    return told[-1] if told else None


def _close_without_rows(run: Run, clock: Clock) -> None:
    """Nothing to publish: normal where nothing was ever published, a fault elsewhere."""
    if run.quarantined:
        first = run.quarantine.order_by("row_number").first()
        run.error_code = "ALL_REJECTED"
        run.error_message = f"row {first.row_number}: {first.field} {first.reason}" if first else ""
    elif _had_values(run):
        run.error_code = "EMPTY_ANSWER"
    state = Run.State.FAILED if run.error_code else Run.State.SUCCEEDED
    runs.close(run=run, state=state, at=clock())


def _had_values(run: Run) -> bool:
    inside = Q(period_start__gte=run.window_start, period_start__lt=run.window_end)
    return ObservationVersion.objects.current().filter(inside, series__feed=run.feed_id).exists()


def _advance_watermark(feed: Feed, run: Run) -> None:
    """Up to the last period that has a value, if nothing before the window is left to ask.

    The gaps behind it, of a slower series or of rows set aside, are asked for again: see
    `planning`.
    """
    if feed.is_deposited:
        _follow_what_is_published(feed)
        return
    zone = FeedMapping.from_json(feed.mapping).timezone
    joins = run.window_start <= (feed.watermark_at or midnight(feed.starts_on, zone))
    last = storage.latest_end()
    if not joins or last is None or not (run.replay_of is None or _is_accepted(run)):
        return
    reached = min(last, run.window_end)
    if feed.watermark_at is None or reached > feed.watermark_at:
        feed.watermark_at = reached
        feed.save(update_fields=["watermark_at"])


def _follow_what_is_published(feed: Feed) -> None:
    """Nobody asks again for the gaps of what is deposited: the last value that is known counts,
    which a withdrawal may take back."""
    known = ObservationVersion.objects.current().filter(series__feed=feed, value__isnull=False)
    feed.watermark_at = known.aggregate(last=Max("period_end"))["last"]
    feed.save(update_fields=["watermark_at"])


def _fail(run: Run, error: SourceError, clock: Clock) -> Run | None:
    run.error_code = error.code
    run.error_message = UNSTORABLE.sub("�", error.message)[:2000]
    try:
        runs.close(run=run, state=Run.State.FAILED, at=clock())
    except FencedOutError:
        return None
    if isinstance(error, TransientError | DeadlineError) and run.replay_of is None:
        wish_s = error.retry_after_s if isinstance(error, TransientError) else None
        breaker.failed(source=run.feed.source, wish_s=wish_s)
    return Run.objects.get(pk=run.pk)
