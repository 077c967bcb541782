"""The pull: keep every answer as received, read the rows, publish in one transaction, or change
nothing."""

import hashlib
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from django.db import InterfaceError, OperationalError, transaction
from django.db.models import Q

from indicators import storage
from indicators.analysis.contract import Contract
from indicators.connectors.base import (
    DeadlineError,
    HttpPolicy,
    Known,
    Query,
    SourceError,
    TransientError,
    Window,
)
from indicators.connectors.registry import opened
from indicators.models import Feed, ObservationVersion, Quarantine, RawFile, Run
from indicators.raw_store import RawStore
from indicators.services import (
    breaker,
    contracts,
    holding,
    observations,
    raw_files,
    runs,
    source_secrets,
)
from indicators.services.conformity import Conformity, Envelope
from indicators.services.mapping import UNSTORABLE, FeedMapping, MappingError, storable
from indicators.services.periods import midnight
from indicators.services.reading import BatchReader, Refused
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
    south, east, north), and which version of the software this is."""

    clock: Clock
    policy: HttpPolicy
    store: RawStore
    lease: timedelta = runs.LEASE
    at_once: int = runs.AT_ONCE
    envelope: Envelope = (-180.0, -90.0, 180.0, 90.0)
    code_version: str = ""


@dataclass
class Harvest:
    """What the answers of a run hold, row by row: staged, set aside or outside the window."""

    reader: BatchReader
    kept_fields: frozenset[str] | None = None  # of a row set aside, where some are of persons
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
            row, name = storable(self._shown(one)), one.field[:120]
            kept = Quarantine(row_number=one.number, field=name, reason=one.reason, row=row)
            self.rejected.append(kept)

    def _shown(self, one: Refused) -> Mapping[str, object]:
        if self.kept_fields is None:
            return one.row
        wanted = self.kept_fields | {one.field}
        return {name: value for name, value in one.row.items() if name in wanted}


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
    mapping = _mapping(run.feed)
    window = _window(run, mapping)
    run.contract, run.code_version = contracts.current(run.feed), means.code_version
    terms = contracts.terms(run.contract)
    if run.fetched_attempt is None and run.replay_of is None:
        _fetch(run, window, means)
    files = raw_files.of_run(run)
    reader = BatchReader(
        mapping, window, zone_book(mapping.zone_within), Conformity(terms, means.envelope)
    )
    harvest = Harvest(reader, kept_fields=_kept_fields(terms, mapping))
    _read(run, harvest, files, means)
    if run.replay_of is None:
        breaker.answered(source=run.feed.source)
    run.held_for = {} if _is_accepted(run) else holding.findings(run, reader, terms)
    runs.advance(run=run, state=Run.State.STAGED)
    with transaction.atomic():
        storage.give_up_after(means.lease.total_seconds() / 2)
        _publish(run, harvest, files, means.clock)


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


def _is_accepted(run: Run) -> bool:
    """A steward has seen what was held, and wants it published."""
    return run.accepts_id is not None


def _kept_fields(terms: Contract, mapping: FeedMapping) -> frozenset[str] | None:
    """Of a row set aside, where its feed speaks of persons: what the mapping reads, and no more."""
    if terms.personal_data in {"", "NONE"}:
        return None
    return mapping.fields | ({terms.point} if terms.point else set())


def _read(run: Run, harvest: Harvest, files: list[RawFile], means: Means) -> None:
    """The rows of the kept answers, staged, each period and series once."""
    reader = harvest.reader
    storage.begin()
    with (
        opened(run.feed.source.protocol, _query(run.feed), means.policy) as connector,
        raw_files.opened(files, store=means.store) as answers,
    ):
        for batch in connector.read(answers):
            read = reader.read(batch, most=harvest.room)
            harvest.received += read.received
            harvest.dropped += read.dropped
            harvest.refuse(read.refused, read.refused_count)
            observations.stage(read.readings)
            harvest.staged += len(read.readings.number)
    reader.check_grain()
    _sift(harvest, reader.mapping)
    _gather(harvest, reader.mapping)


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


def _publish(run: Run, harvest: Harvest, files: list[RawFile], clock: Clock) -> None:
    """One transaction: versions, rows set aside, watermark, end of the run."""
    feed = Feed.objects.select_for_update().get(pk=run.feed_id)  # one publication at a time
    if _definition(feed) != _definition(run.feed):
        raise RedefinedError(f"{feed.code} was redefined during the pull")
    run.received, run.dropped = harvest.received, harvest.dropped
    run.quarantined, run.gathered = harvest.quarantined, harvest.gathered
    run.answer_sha256, run.source_updated_at = _digest(files), _source_date(files)
    for row in harvest.rejected:
        row.run = run
    Quarantine.objects.bulk_create(harvest.rejected, batch_size=1000)
    if not harvest.staged:
        _close_without_rows(run, clock)
        return
    if run.held_for:
        _hold(run, harvest, clock())
        return
    known_from = clock()
    published = observations.publish(
        feed=feed, run=run, keys=harvest.reader.keys, staged=harvest.staged, known_from=known_from
    )
    run.accepted, run.revised = published.accepted, published.revised
    run.unchanged = published.unchanged
    if run.replay_of is None:
        holding.replace_held(run=run, at=known_from)
    _advance_watermark(feed, run)
    state = Run.State.PARTIAL if run.quarantined else Run.State.SUCCEEDED
    runs.close(run=run, state=state, at=known_from)


def _hold(run: Run, harvest: Harvest, at: datetime) -> None:
    """For the steward, unless they have rejected the same rows already."""
    run.rows_sha256 = holding.rows_digest(harvest.reader)
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
    zone = FeedMapping.from_json(feed.mapping).timezone
    joins = run.window_start <= (feed.watermark_at or midnight(feed.starts_on, zone))
    last = storage.latest_end()
    if not joins or last is None or not (run.replay_of is None or _is_accepted(run)):
        return
    reached = min(last, run.window_end)
    if feed.watermark_at is None or reached > feed.watermark_at:
        feed.watermark_at = reached
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
