"""What must hold after every fault of a pull, asserted by one function.

I1  what is published is what a run without fault publishes
I2  the date published up to is not ahead of the rows
I3  one end for each run that was due, and none held by a worker that is gone
I4  received = new + revised + unchanged + gathered + set aside + dropped
I5  the last good value stays visible, with its age
I6  number → run → kept answers (SHA-256) → contract → version of the software
I8  no socket reached for anything outside the list of allowed addresses
"""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from django.conf import settings
from django.db.models import Max
from django.utils import timezone

from indicators.models import Feed, ObservationVersion, Quarantine, Run
from indicators.queries.provenance import provenance
from indicators.queries.series import measured
from indicators.queries.sources import source_states
from indicators.queries.targets import freshness
from indicators.raw_store import RawStore
from indicators.services import contracts, raw_files
from portfolio.models import Zone
from tests.factories.portfolio import make_user
from tests.pulling import current_values
from tests.sockets import Address

ENDED = {"SUCCEEDED", "PARTIAL", "FAILED", "HELD"}
MOST_KEPT = 10_000


@dataclass(frozen=True)
class Truth:
    """What a feed publishes where nothing goes wrong."""

    values: list[tuple]
    watermark_at: datetime | None

    @property
    def checksum(self) -> str:
        return hashlib.sha256(json.dumps(self.values, default=str).encode()).hexdigest()


def truth_of(feed: Feed) -> Truth:
    feed.refresh_from_db()
    return Truth(current_values(feed), feed.watermark_at)


def assert_invariants(
    feed: Feed, *, truth: Truth, now: datetime, sockets: Iterable[Address], allowed: set[Address]
) -> None:
    """`truth`: of a run without fault; `sockets`: what was reached for since the fault."""
    feed.refresh_from_db()
    runs = list(feed.runs.order_by("pk"))
    _same_rows(feed, truth)  # I1
    _watermark_not_ahead(feed, truth)  # I2
    _one_end_each(runs)  # I3
    for run in runs:
        _rows_add_up(run)  # I4
    _last_value_is_visible(feed, truth, now)  # I5
    _every_number_leads_back(feed)  # I6
    assert set(sockets) <= allowed  # I8


def _same_rows(feed: Feed, truth: Truth) -> None:
    found = truth_of(feed)
    assert found.values == truth.values  # the difference is readable here
    assert found.checksum == truth.checksum
    doubles = ObservationVersion.objects.current().filter(series__feed=feed)
    assert doubles.count() == doubles.values("series", "period_start").distinct().count()


def _watermark_not_ahead(feed: Feed, truth: Truth) -> None:
    known = ObservationVersion.objects.current().filter(series__feed=feed, value__isnull=False)
    last = known.aggregate(last=Max("period_end"))["last"]
    assert feed.watermark_at is None or feed.watermark_at <= last
    assert feed.watermark_at == truth.watermark_at


def _one_end_each(runs: list[Run]) -> None:
    assert {run.state for run in runs} <= ENDED
    for run in runs:
        assert run.finished_at is not None
        assert run.lease_until is None
        assert 1 <= run.attempts <= 3
    due = [(run.window_start, run.window_end, run.due_at) for run in runs if not run.replay_of_id]
    assert len(due) == len(set(due))


def _rows_add_up(run: Run) -> None:
    published = run.accepted + run.revised + run.unchanged
    told = published + run.gathered + run.quarantined + run.dropped
    assert run.received >= told if run.state == "HELD" else run.received == told
    written = ObservationVersion.objects.filter(run=run)
    assert written.count() == run.accepted + run.revised
    aside = Quarantine.objects.filter(run=run)
    assert aside.count() == min(run.quarantined, MOST_KEPT)
    assert all(row.field and row.reason and row.explanation for row in aside)
    if run.state in {"FAILED", "HELD"}:
        assert published == 0


def _last_value_is_visible(feed: Feed, truth: Truth, now: datetime) -> None:
    states = source_states(user=make_user(), now=now)
    (state,) = (one for source in states for one in source.feeds if one.feed.pk == feed.pk)
    if truth.watermark_at is None:
        assert (state.published_on, state.is_overdue) == (None, True)
        return
    last = timezone.localdate(truth.watermark_at - timedelta(microseconds=1))
    assert state.published_on == last
    assert state.is_overdue == (
        timezone.localdate(now) > last + timedelta(days=feed.indicator.stale_after_days)
    )
    for code in {zone for zone, *_ in truth.values if Zone.objects.filter(code=zone).exists()}:
        _value_of_zone_is_visible(feed, code, truth, now)


def _value_of_zone_is_visible(feed: Feed, code: str, truth: Truth, now: datetime) -> None:
    values = [one[2] for one in truth.values if one[0] == code and one[2] is not None]
    zone, today = Zone.objects.get(code=code), timezone.localdate(now)
    found = measured([(feed.indicator, zone)])[feed.indicator_id, zone.pk]
    assert found.last_known is not None
    assert found.last_known.value == values[-1]
    age = freshness(found, feed.indicator, today)
    assert age.data_on == found.last_known.until
    assert age.age_days == (today - age.data_on).days
    trail = provenance(feed.indicator, zone, found.last_known.on)
    assert trail is not None
    assert all(part.answers > 0 for part in trail.parts)


def _every_number_leads_back(feed: Feed) -> None:
    store, contract = RawStore(settings.RAW_STORE), contracts.current(feed)
    current = ObservationVersion.objects.current().filter(series__feed=feed)
    runs = Run.objects.filter(pk__in=current.values("run").distinct())
    with TemporaryDirectory() as folder:
        for run in runs:
            files = raw_files.of_run(run)
            assert files, f"run {run.pk} kept no answer"
            for file in files:
                store.copy(file.sha256, Path(folder) / "answer")  # holds it against its digest
            told = hashlib.sha256("".join(file.sha256 for file in files).encode()).hexdigest()
            assert run.answer_sha256 == told
            assert run.contract == contract
            assert run.code_version
