"""What a meeting decides: added to a register whose rows never change; what follows is ticked off."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from portfolio.models import (
    AgendaItem,
    Condition,
    Decision,
    DecisionChain,
    FollowUpAction,
    Meeting,
    User,
)
from portfolio.queries.meetings import Standing, standing
from portfolio.services import audit
from portfolio.services.history import recorded, said
from portfolio.services.meetings import locked_item, must_be_free

LONGEST = 300


@dataclass(frozen=True)
class ConditionGiven:
    text: str
    due_on: date


@dataclass(frozen=True)
class ActionGiven:
    text: str
    owner: User
    due_on: date


@dataclass(frozen=True)
class Given:
    """What was decided, and why."""

    kind: str
    text: str
    reason: str
    conditions: Sequence[ConditionGiven] = ()
    actions: Sequence[ActionGiven] = ()


def decide(
    *, item: AgendaItem, given: Given, snapshot: Mapping[str, Any], key: UUID, by: User | None,
    at: datetime,
) -> Decision:  # fmt: skip
    """Add the decision to the register, with what it rests on. The same key sent twice decides
    once.

    Raises ValidationError by field: nothing said, no quorum (then an item is only postponed), the
    positions not shown yet, decided already, the meeting not open.
    """
    with recorded(by=by, reason=given.reason.strip() or _("Decision")):
        stored = locked_item(item)
        if known := Decision.objects.filter(form_key=key).first():
            if known.item_id != stored.pk:
                raise ValidationError(_("Open this page again, and enter the decision."))
            return known
        stands = standing(stored)
        _check(stored, given, stands, by)
        chain = _held_chain()
        decision = _sealed(stands, given, snapshot, chain=chain, by=by, at=at)
        decision.form_key = key
        decision.save(force_insert=True)
        _follow(decision, given)
        chain.length, chain.last_seal = decision.number, decision.seal
        chain.save()
    return decision


def meet(*, condition: Condition, how: str, by: User | None, at: datetime) -> Condition:
    """A condition holds; met twice, the first word stays. Raises ValidationError by field."""
    why = _short(how, _("Say how the condition was met."))
    with recorded(by=by, reason=why):
        waiting = Condition.objects.filter(pk=condition.pk, met_at=None)
        waiting.update(met_at=at, met_by=by, met_how=why)
    condition.refresh_from_db()
    return condition


def complete(*, action: FollowUpAction, how: str, by: User | None, at: datetime) -> FollowUpAction:
    """An action is done; told twice, the first word stays. Raises ValidationError by field."""
    why = _short(how, _("Say what was done."))
    with recorded(by=by, reason=why):
        waiting = FollowUpAction.objects.filter(pk=action.pk, done_at=None)
        waiting.update(done_at=at, done_by=by, done_how=why)
    action.refresh_from_db()
    return action


# ---------------------------------------------------------------- below


def _check(item: AgendaItem, given: Given, stands: Standing, by: User | None) -> None:
    meeting: Meeting = item.meeting
    if not meeting.is_open:
        raise ValidationError(_("This meeting is not open."))
    if hasattr(item, "decision"):
        words = _("Decided already, under number %(number)s: read it, it is not decided twice.")
        raise ValidationError(words % {"number": item.decision.number}, code="decided")
    must_be_free(item, by)
    _check_words(given, timezone.localdate(meeting.opened_at))
    if given.kind == Decision.Kind.POSTPONE:
        return
    if not stands.has_quorum:
        figures = {"free": len(stands.free), "quorum": stands.quorum}
        words = _("The quorum is not there: %(free)s who may decide, %(quorum)s needed. The item can only be postponed.")  # fmt: skip
        raise ValidationError(words % figures, code="quorum")
    if stands.spoken and item.revealed_at is None:
        raise ValidationError(_("Show the positions before you decide."), code="hidden")


def _check_words(given: Given, day: date) -> None:
    errors: dict[str, list[str]] = {}
    if given.kind not in Decision.Kind.values:
        errors["kind"] = [_("Choose what was decided.")]
    if not given.text.strip():
        errors["text"] = [_("Say what was decided.")]
    if not given.reason.strip():
        errors["reason"] = [_("Say why.")]
    for name, rows in (("conditions", given.conditions), ("actions", given.actions)):
        if any(not row.text.strip() or len(row.text) > LONGEST for row in rows):
            errors[name] = [_("Say each of them in 300 characters at most.")]
        elif any(row.due_on < day for row in rows):
            errors[name] = [_("A day before the meeting cannot be kept.")]
    if errors:
        raise ValidationError(errors)


def _held_chain() -> DecisionChain:
    """The end of the register, held: whoever decides next waits."""
    DecisionChain.objects.get_or_create(pk=1)
    return DecisionChain.objects.select_for_update().get(pk=1)


def _sealed(
    stands: Standing, given: Given, snapshot: Mapping[str, Any], *, chain: DecisionChain,
    by: User | None, at: datetime,
) -> Decision:  # fmt: skip
    rests_on = audit.canonical(snapshot)
    decision = Decision(
        item=stands.item, project_id=stands.item.project_id, number=chain.length + 1,
        kind=given.kind, text=given.text.strip(), reason=given.reason.strip(), decided_at=at,
        author=by, snapshot=rests_on, snapshot_sha256=audit.digest(rests_on),
        key_name=audit.key_name(at), previous_seal=chain.last_seal or audit.FIRST,
    )  # fmt: skip
    decision.content = audit.canonical(_content(decision, given, stands))
    decision.seal = audit.seal(
        decision.content, previous=decision.previous_seal, name=decision.key_name
    )
    return decision


def _content(decision: Decision, given: Given, stands: Standing) -> dict[str, Any]:
    """All that is sealed; names stand beside keys, since people and titles change."""
    item, meeting = stands.item, stands.item.meeting
    there = meeting.attendances.select_related("user").order_by("pk")
    return {
        "number": decision.number,
        "item": item.pk,
        "title": item.subject or (item.project.name_fr if item.project else ""),
        "question": item.question,
        "project": decision.project_id,
        "project_code": item.project.code if item.project else None,
        "meeting": meeting.pk,
        "committee": meeting.committee.name_fr,
        "kind": decision.kind,
        "text": decision.text,
        "reason": decision.reason,
        "decided_at": audit.instant(decision.decided_at),
        "author": decision.author_id,
        "snapshot_sha256": decision.snapshot_sha256,
        "quorum": stands.quorum,
        "members": [
            {"name": str(one.user), "capacity": one.capacity, "votes": one.votes, "state": one.state}
            for one in there
        ],
        "apart": [str(voice.attendance.user) for voice in stands.voices if voice.abstains],
        "positions": [
            {"name": str(v.attendance.user), "choice": v.position.choice,
             "comment": v.position.comment}
            for v in stands.free if v.position
        ],
        "tally": stands.tally,
        "conditions": [
            {"text": one.text.strip(), "due_on": one.due_on.isoformat()} for one in given.conditions
        ],
        "actions": [
            {"text": one.text.strip(), "owner": one.owner.pk, "owner_name": str(one.owner),
             "due_on": one.due_on.isoformat()}
            for one in given.actions
        ],
    }  # fmt: skip


def _follow(decision: Decision, given: Given) -> None:
    Condition.objects.bulk_create(
        Condition(decision=decision, text=one.text.strip(), due_on=one.due_on)
        for one in given.conditions
    )
    FollowUpAction.objects.bulk_create(
        FollowUpAction(decision=decision, text=one.text.strip(), owner=one.owner, due_on=one.due_on)
        for one in given.actions
    )


def _short(text: str, otherwise: str) -> str:
    words = said(text, otherwise)
    if len(words) > LONGEST:
        raise ValidationError({"reason": [_("Say it in 300 characters at most.")]})
    return words
