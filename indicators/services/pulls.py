"""The pull: fetch, read every row, publish in one transaction, or change nothing."""

import hashlib
import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q

from indicators.connectors.base import HttpPolicy, Page, Query, Row, SourceError, Window
from indicators.connectors.registry import opened
from indicators.models import Feed, ObservationVersion, Quarantine, Run
from indicators.services import observations, runs
from indicators.services.mapping import (
    FeedMapping,
    MappingError,
    OutsideWindowError,
    Reading,
    RowError,
    RowReader,
    storable,
)  # fmt: skip
from indicators.services.observations import Sifted
from indicators.services.periods import midnight
from indicators.services.runs import FencedOutError
from portfolio.models import Zone

MOST_ROWS_KEPT = 10_000  # rows set aside that are kept as received; all are counted
logger = logging.getLogger(__name__)


class RedefinedError(SourceError):
    """The feed was read by a definition that no longer holds."""

    code = "REDEFINED"


@dataclass
class Harvest:
    """What a fetch brought, row by row: read, set aside or outside the window."""

    readings: list[Reading] = field(default_factory=list)
    rejected: list[Quarantine] = field(default_factory=list)
    received: int = 0
    quarantined: int = 0
    dropped: int = 0
    updated_at: datetime | None = None
    digest: "hashlib._Hash" = field(default_factory=hashlib.sha256)

    def add(self, page: Page, reader: RowReader) -> None:
        """Read the rows of one page."""
        self.digest.update(page.sha256.encode())
        self.updated_at = page.updated_at or self.updated_at
        for row in page.rows:
            self.received += 1
            try:
                self.readings.append(reader.read(self.received, row))
            except OutsideWindowError:
                self.dropped += 1
            except RowError as error:
                self.set_aside(self.received, error.field, error.reason, row)

    def set_aside(self, number: int, name: str, reason: str, row: Row) -> None:
        self.quarantined += 1
        if len(self.rejected) < MOST_ROWS_KEPT:
            self.rejected.append(
                Quarantine(row_number=number, field=name[:120], reason=reason, row=storable(row))
            )


def execute(
    *,
    run_id: int,
    clock: Callable[[], datetime],
    policy: HttpPolicy,
    lease: timedelta = runs.LEASE,
) -> Run | None:
    """Carry out a run if it can be had. Returns it as it ended, None if it is another's.

    A fault of the source ends the run as FAILED and leaves every published value as it was.
    """
    run = runs.claim(run_id=run_id, at=clock(), lease=lease)
    if run is None:
        return None
    try:
        _carry_out(run, clock, policy)
    except SourceError as error:
        return _fail(run, error, clock)
    except FencedOutError:
        logger.warning("run %s: the lease lapsed, nothing was written", run.pk)
        return None
    return Run.objects.get(pk=run.pk)


def _carry_out(run: Run, clock: Callable[[], datetime], policy: HttpPolicy) -> None:
    mapping = _mapping(run.feed)
    harvest = _fetch(run, mapping, policy)
    sifted = observations.sift(harvest.readings)
    _set_aside_repeated(harvest, sifted, mapping)
    with transaction.atomic():
        _publish(run, harvest, sifted.kept, clock)


def _mapping(feed: Feed) -> FeedMapping:
    mapping = FeedMapping.from_json(feed.mapping)
    if mapping.zone_code and not Zone.objects.filter(code=mapping.zone_code).exists():
        raise MappingError(f"there is no zone {mapping.zone_code}")
    return mapping


def _fetch(run: Run, mapping: FeedMapping, policy: HttpPolicy) -> Harvest:
    zone = mapping.timezone
    window = Window(run.window_start.astimezone(zone), run.window_end.astimezone(zone))
    reader = RowReader(mapping, window, frozenset(Zone.objects.values_list("code", flat=True)))
    query = Query(run.feed.source.base_url, run.feed.collection)
    harvest = Harvest()
    with opened(run.feed.source.protocol, query, policy) as connector:
        for page in connector.fetch(window):
            harvest.add(page, reader)
    return harvest


def _set_aside_repeated(harvest: Harvest, sifted: Sifted, mapping: FeedMapping) -> None:
    for reason, readings in (("DUPLICATE", sifted.duplicates), ("CONFLICT", sifted.conflicts)):
        for one in readings:
            row: Row = {
                "series": one.key,
                mapping.time: one.start.isoformat(),
                mapping.value: one.value,
            }
            harvest.set_aside(one.number, mapping.time, reason, row)


def _publish(
    run: Run, harvest: Harvest, readings: list[Reading], clock: Callable[[], datetime]
) -> None:
    """One transaction: versions, rows set aside, watermark, end of the run."""
    feed = Feed.objects.select_for_update().get(pk=run.feed_id)  # one publication at a time
    if _definition(feed) != _definition(run.feed):
        raise RedefinedError(f"{feed.code} was redefined during the pull")
    run.received, run.dropped = harvest.received, harvest.dropped
    run.quarantined = harvest.quarantined
    run.answer_sha256, run.source_updated_at = harvest.digest.hexdigest(), harvest.updated_at
    for row in harvest.rejected:
        row.run = run
    Quarantine.objects.bulk_create(harvest.rejected, batch_size=1000)
    if not readings:
        _close_without_rows(run, clock)
        return
    known_from = clock()
    published = observations.publish(feed=feed, run=run, readings=readings, known_from=known_from)
    run.accepted, run.revised = published.accepted, published.revised
    run.unchanged = published.unchanged
    _advance_watermark(feed, run, readings)
    state = Run.State.PARTIAL if run.quarantined else Run.State.SUCCEEDED
    runs.close(run=run, state=state, at=known_from)


def _definition(feed: Feed) -> tuple[object, ...]:
    return feed.source_id, feed.collection, feed.mapping, feed.indicator_id


def _close_without_rows(run: Run, clock: Callable[[], datetime]) -> None:
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


def _advance_watermark(feed: Feed, run: Run, readings: list[Reading]) -> None:
    """Up to the last period that has a value, if nothing before the window is left to ask.

    The gaps behind it, of a slower series or of rows set aside, are asked for again: see
    `planning`.
    """
    zone = FeedMapping.from_json(feed.mapping).timezone
    joins = run.window_start <= (feed.watermark_at or midnight(feed.starts_on, zone))
    ends = [one.end for one in readings if one.value is not None]
    if not joins or not ends:
        return
    reached = min(max(ends), run.window_end)
    if feed.watermark_at is None or reached > feed.watermark_at:
        feed.watermark_at = reached
        feed.save(update_fields=["watermark_at"])


def _fail(run: Run, error: SourceError, clock: Callable[[], datetime]) -> Run | None:
    run.error_code, run.error_message = error.code, error.message[:2000]
    try:
        runs.close(run=run, state=Run.State.FAILED, at=clock())
    except FencedOutError:
        return None
    return Run.objects.get(pk=run.pk)
