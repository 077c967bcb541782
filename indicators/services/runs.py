"""The ledger of pulls: who holds a run, and how it ends. Every step is compare-and-set.

Leases are counted by the clock of the database: workers' clocks may differ.
"""

from datetime import datetime, timedelta
from uuid import uuid4

from django.db import transaction
from django.db.models import F, Q
from django.db.models.functions import Now

from indicators import storage
from indicators.models import DataSource, Run
from indicators.models.pull import INTERRUPTED
from indicators.querysets import HELD_BY_A_WORKER, RunQuerySet

MAX_ATTEMPTS = 3
LEASE = timedelta(seconds=660)  # longer than the time limit of a task
AT_ONCE = 4  # sources asked at the same time


class FencedOutError(Exception):
    """The lease lapsed and the run belongs to another worker: nothing may be written."""


@transaction.atomic
def claim(
    *, run_id: int, at: datetime, lease: timedelta = LEASE, at_once: int = AT_ONCE
) -> Run | None:
    """Take a run that is due, or whose worker has gone silent. None: it is not to be had now.

    A source is asked by one worker at a time, all of them by `at_once` workers, and the runs of a
    feed go in the order they were due. A run that was interrupted three times is closed as FAILED
    instead, and its feed is set apart (see `planning`).
    """
    storage.one_claim_at_a_time()
    if not _is_its_turn(run_id, at_once):
        return None
    free = Q(state=Run.State.DUE) | Q(state__in=HELD_BY_A_WORKER, lease_until__lt=Now())
    run = Run.objects.filter(free, pk=run_id)
    token = uuid4()
    taken = run.filter(attempts__lt=MAX_ATTEMPTS).update(
        state=Run.State.LEASED,
        lease_token=token,
        lease_until=Now() + lease,
        attempts=F("attempts") + 1,
        started_at=at,
    )
    if not taken:
        run.filter(attempts__gte=MAX_ATTEMPTS).update(
            state=Run.State.FAILED, error_code=INTERRUPTED, finished_at=at, lease_until=None
        )
        return None
    return Run.objects.select_related("feed__source").get(pk=run_id, lease_token=token)


def _is_its_turn(run_id: int, at_once: int) -> bool:
    run = Run.objects.select_related("feed").filter(pk=run_id).first()
    if run is None:
        return False
    others = Run.objects.held().exclude(pk=run_id)
    if others.filter(feed__source=run.feed.source_id).exists() or others.count() >= at_once:
        return False
    if run.replay_of_id is not None:
        return True
    if run.fetched_attempt is None and _rests(run):
        return False
    earlier = Q(due_at__lt=run.due_at) | Q(due_at=run.due_at, pk__lt=run.pk)
    return not Run.objects.open().filter(earlier, feed=run.feed_id, replay_of=None).exists()


def _rests(run: Run) -> bool:
    """Its source is left alone for its faults: a message that was sent before finds it so."""
    resting = DataSource.objects.filter(pk=run.feed.source_id, resting_until__gt=Now())
    return resting.exists()


def advance(*, run: Run, state: Run.State) -> None:
    """One step further with a run that is ours. Raises FencedOutError if it no longer is."""
    if state == Run.State.FETCHED:
        run.fetched_attempt = run.attempts
    if not _ours(run).update(state=state, fetched_attempt=run.fetched_attempt):
        raise FencedOutError(f"run {run.pk} was taken over")


def count_rows(*, run: Run, received: int) -> None:
    """How many rows were read so far, for whoever watches; nothing where the run is no longer
    ours."""
    _ours(run).update(received=received)


def _ours(run: Run) -> RunQuerySet:
    return Run.objects.filter(pk=run.pk, state__in=HELD_BY_A_WORKER, lease_token=run.lease_token)


def close(*, run: Run, state: Run.State, at: datetime) -> None:
    """End a run with the counts set on it. Raises FencedOutError if it is no longer ours."""
    closed = _ours(run).update(
        state=state,
        finished_at=at,
        lease_until=None,
        received=run.received,
        accepted=run.accepted,
        revised=run.revised,
        unchanged=run.unchanged,
        gathered=run.gathered,
        quarantined=run.quarantined,
        dropped=run.dropped,
        source_updated_at=run.source_updated_at,
        answer_sha256=run.answer_sha256,
        contract=run.contract,
        code_version=run.code_version,
        held_for=run.held_for,
        remarks=run.remarks,
        rows_sha256=run.rows_sha256,
        same_as=run.same_as_id,
        decision=run.decision,
        decision_reason=run.decision_reason,
        decided_by=run.decided_by_id,
        decided_at=run.decided_at,
        error_code=run.error_code,
        error_message=run.error_message,
    )
    if not closed:
        raise FencedOutError(f"run {run.pk} was taken over")
