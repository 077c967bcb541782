"""Batches that look wrong: held back, until a steward has seen old beside new and decided."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from indicators import storage_held
from indicators.analysis.contract import Contract
from indicators.models import Run
from indicators.services import observations
from indicators.services.harvest import Harvest
from indicators.services.reading import SeriesKey
from portfolio.models import User

MOST_SHOWN = 50


def findings(run: Run, harvest: Harvest, terms: Contract) -> dict[str, Any]:
    """Why what is staged should be held; empty where nothing is suspicious.

    `spikes`: {count, times, first: [{series, on, usual, before, after}]}; `missing`: {known, again,
    share}, where too many of the values already published are not there again; `personal`:
    [{field, looks}], never a value, where the contract says that no field is personal.
    """
    series = observations.known_series(run.feed, harvest.keys)
    found: dict[str, Any] = {}
    if harvest.reader.personal:
        pairs = sorted(harvest.reader.personal.items())
        found["personal"] = [{"field": name, "looks": kind} for name, kind in pairs]
    if terms.spike is not None and (told := _spikes(series, harvest.keys, terms.spike)):
        found["spikes"] = told
    # A department's file leaves out what others send: what it does not hold is not missing.
    if terms.drop is not None and not run.feed.is_deposited:
        window = (run.window_start, run.window_end)
        known, again = storage_held.share_missing(series, feed_id=run.feed_id, window=window)
        if known and (known - again) / known >= terms.drop:
            found["missing"] = {"known": known, "again": again, "share": terms.drop}
    return found


def _spikes(
    series: Mapping[int, int], keys: Sequence[SeriesKey], times: float
) -> dict[str, Any] | None:
    spikes = storage_held.spikes(series, times=times, most=MOST_SHOWN)
    if not spikes:
        return None
    first = [
        {
            "series": keys[one.series].label or keys[one.series].key,
            "on": one.period_start.isoformat(), "usual": one.usual,
            "before": one.before, "after": one.value,
        }
        for one in spikes
    ]  # fmt: skip
    return {"count": spikes[0].count, "times": times, "first": first}


def rows_digest(harvest: Harvest) -> str:
    """Of what is staged, whatever its order and the envelope it came in: a server writes the hour
    into each of its answers."""
    told = {harvest.keys[place].key: one for place, *one in storage_held.summary()}
    return hashlib.sha256(json.dumps(told, sort_keys=True, default=str).encode()).hexdigest()


def rejected_before(run: Run) -> Run | None:
    """The run whose rows were these, where the last word on them was that they are rejected."""
    same = Run.objects.filter(feed=run.feed_id, state=Run.State.HELD, rows_sha256=run.rows_sha256)
    decided = same.filter(decision__in=[Run.Decision.ACCEPTED, Run.Decision.REJECTED])
    last = decided.order_by("-decided_at", "-pk").first()
    return last if last is not None and last.decision == Run.Decision.REJECTED else None


def stay_rejected(run: Run, earlier: Run) -> None:
    """Nobody is asked twice about the same rows: the decision is the earlier one, with its words,
    its author and its date. The run is saved as it is closed."""
    run.decision, run.decision_reason = Run.Decision.REJECTED, earlier.decision_reason
    run.decided_by_id, run.decided_at = earlier.decided_by_id, earlier.decided_at
    run.same_as_id = earlier.same_as_id or earlier.pk


@transaction.atomic
def accept(*, run: Run, by: User, reason: str, at: datetime) -> Run:
    """Publish what is held: a run that reads the same answers again, without holding them back.
    Raises ValidationError where it has been decided already, or without a reason."""
    held = _undecided(run, reason)
    _decide(held, Run.Decision.ACCEPTED, by, reason, at)
    replace_held(run=held, at=at)
    return Run.objects.create(
        feed=held.feed, window_start=held.window_start, window_end=held.window_end,
        due_at=at, replay_of=held.replay_of or held, accepts=held,
    )  # fmt: skip


def replace_held(*, run: Run, at: datetime) -> None:
    """What earlier pulls hold of the same window needs no decision any more: `run` knows better. A
    deposited file says nothing of the rows of another: each waits for its own decision."""
    if run.feed.is_deposited:
        return
    earlier = Run.objects.waiting_for_a_decision().filter(
        feed=run.feed_id, pk__lt=run.pk,
        window_start__gte=run.window_start, window_end__lte=run.window_end,
    )  # fmt: skip
    earlier.update(decision=Run.Decision.REPLACED, decided_at=at)


@transaction.atomic
def reject(*, run: Run, by: User, reason: str, at: datetime) -> None:
    """Leave what is published as it is. Raises ValidationError."""
    _decide(_undecided(run, reason), Run.Decision.REJECTED, by, reason, at)


def _undecided(run: Run, reason: str) -> Run:
    held = Run.objects.select_for_update().get(pk=run.pk)
    if held.state != Run.State.HELD or held.decision:
        raise ValidationError(_("This pull is not waiting for a decision any more."))
    if not reason.strip():
        raise ValidationError({"reason": _("Say why: whoever reads the figures will ask.")})
    return held


def _decide(run: Run, decision: Run.Decision, by: User, reason: str, at: datetime) -> None:
    run.decision, run.decision_reason = decision, reason.strip()[:500]
    run.decided_by, run.decided_at = by, at
    run.save(update_fields=["decision", "decision_reason", "decided_by", "decided_at"])
