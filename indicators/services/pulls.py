"""The pull: keep every answer as received, read the rows, publish in one transaction, or change
nothing."""

import hashlib
import logging
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import partial

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
from indicators.services.mapping import UNSTORABLE, FeedMapping, MappingError, storable
from indicators.services.periods import midnight
from indicators.services.reading import BatchReader, Refused, SeriesKey
from indicators.services.runs import FencedOutError
from indicators.services.zones import zone_book
from portfolio.models import Zone

MOST_ROWS_KEPT = 10_000  # rows set aside that are kept as received; all are counted
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


@dataclass
class Harvest:
    """What the answers of a run hold, row by row: staged, set aside or outside the window."""

    reader: BatchReader
    keys: list[SeriesKey]
    rejected: list[Quarantine] = field(default_factory=list)
    received: int = 0
    staged: int = 0
    gathered: int = 0
    quarantined: int = 0
    dropped: int = 0

    @property
    def room(self) -> int:
        return MOST_ROWS_KEPT - len(self.rejected)

    def refuse(self, rows: list[Refused], count: int) -> None:
        """Set `count` rows aside, of which `rows` are the first."""
        self.quarantined += count
        for one in rows[: self.room]:
            row, name = storable(one.row), one.field[:120]
            kept = Quarantine(row_number=one.number, field=name, reason=one.reason, row=row)
            self.rejected.append(kept)


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
        _ring(computing.carry_out(run=run, clock=means.clock), means)
        return
    mapping = _mapping(run.feed)
    window = _window(run, mapping)
    run.contract, run.code_version = contracts.current(run.feed), means.code_version
    terms = contracts.terms(run.contract)
    if run.fetched_attempt is None and run.replay_of is None:
        _fetch(run, window, means)
    files = raw_files.of_run(run)
    harvest = _read(run, _reader(mapping, window, terms, means), files, means)
    if run.replay_of is None:
        breaker.answered(source=run.feed.source)
    run.held_for = {} if _is_accepted(run) else holding.findings(run, harvest.keys, terms)
    runs.advance(run=run, state=Run.State.STAGED)
    with transaction.atomic():
        _ring(_publish(run, harvest, files, means.clock), means)


def _ring(planned: Iterable[int], means: Means) -> None:
    """Once what they are computed from can be read. A bell that is lost rings at the next tick."""
    for run_id in planned:
        transaction.on_commit(partial(means.ring, run_id), robust=True)


def _reader(mapping: FeedMapping, window: Window, terms: Contract, means: Means) -> BatchReader:
    return BatchReader(
        mapping, window, zone_book(mapping.zone_within), Conformity(terms, means.envelope),
        area_book(mapping.spreading),
    )  # fmt: skip


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
    terms = contracts.terms(contracts.current(feed))
    return _harvest(feed, _reader(mapping, window, terms, means), answers, means)


def _is_accepted(run: Run) -> bool:
    """Somebody has seen all that it would change, and wants it published."""
    return run.accepts_id is not None or Deposit.objects.withdrawals().filter(run=run).exists()


def _read(run: Run, reader: BatchReader, files: list[RawFile], means: Means) -> Harvest:
    """The rows of the kept answers."""
    with raw_files.opened(files, store=means.store) as answers:
        return _harvest(run.feed, reader, answers, means)


def _harvest(feed: Feed, reader: BatchReader, answers: Iterable[Answer], means: Means) -> Harvest:
    """Their rows, staged, each period and series once."""
    harvest = Harvest(reader, reader.keys)
    storage.begin()
    with opened(feed.source.protocol, _query(feed), means.policy) as connector:
        for batch in connector.read(answers):
            read = reader.read(batch, most=harvest.room)
            harvest.received += read.received
            harvest.dropped += read.dropped
            harvest.refuse(read.refused, read.refused_count)
            observations.stage(read.readings)
            harvest.staged += len(read.readings.number)
    _sift(harvest, reader.mapping)
    _gather(harvest, reader.mapping)
    _spread(harvest)
    return harvest


def _sift(harvest: Harvest, mapping: FeedMapping) -> None:
    """Rows that contradict each other are all set aside; of those that repeat one stays."""
    conflicts, duplicates = storage.sift(most=MOST_ROWS_KEPT)
    for reason, found in (("DUPLICATE", duplicates), ("CONFLICT", conflicts)):
        rows = [
            Refused(
                one.number, mapping.time, reason,
                {"series": harvest.reader.keys[one.series].key,
                 mapping.time: one.instant.isoformat(), mapping.value: one.value},
            )
            for one in found.first
        ]  # fmt: skip
        harvest.refuse(rows, found.count)
        harvest.staged -= found.count


def _gather(harvest: Harvest, mapping: FeedMapping) -> None:
    told = mapping.gathering
    if told is None or not harvest.staged:
        return
    left = storage.gather(how=told.how, grain_s=told.grain_s, minimum=told.minimum)
    harvest.gathered, harvest.staged = harvest.staged - left, left


def _spread(harvest: Harvest) -> None:
    """From what is said of polygons to values of zones."""
    if harvest.reader.areas is not None and harvest.staged:
        harvest.keys, harvest.staged = spreading.spread(harvest.reader)


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
        runs.close(run=run, state=Run.State.HELD, at=clock())
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
