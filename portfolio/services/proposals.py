"""What proposes itself for an agenda: opened when the facts change, accepted or dismissed."""

from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from portfolio.models import AgendaItem, AgendaProposal, Meeting, User
from portfolio.queries.proposals import found
from portfolio.services import agendas
from portfolio.services.agendas import ItemFields
from portfolio.services.history import recorded, said

State = AgendaProposal.State


@transaction.atomic
def reconcile(*, at: datetime) -> int:
    """Open what is new, and let go what nobody spoke about and no longer holds; how many are new.
    Done twice, or by two at once, it gives the same proposals."""
    holding = {one.key: one for one in found(today=timezone.localdate(at))}
    known = {(one.project_id, one.cause, one.subject): one for one in AgendaProposal.objects.all()}
    gone = [one.pk for key, one in known.items() if key not in holding and one.state == State.OPEN]
    AgendaProposal.objects.filter(pk__in=gone, state=State.OPEN).update(state=State.GONE)
    back = [one.pk for key, one in known.items() if key in holding and one.state == State.GONE]
    AgendaProposal.objects.filter(pk__in=back, state=State.GONE).update(
        state=State.OPEN, opened_at=at
    )
    new = [one for key, one in holding.items() if key not in known]
    AgendaProposal.objects.bulk_create(
        [
            AgendaProposal(
                project_id=one.project_id, cause=one.cause, subject=one.subject, data=one.data,
                opened_at=at,
            )
            for one in new
        ],
        ignore_conflicts=True,
    )  # fmt: skip
    return len(new)


def accept(
    *, proposal: AgendaProposal, meeting: Meeting, question: str, reason: str, by: User | None,
    at: datetime,
) -> AgendaItem:  # fmt: skip
    """Put it on an agenda; accepted twice, it is one item. Raises ValidationError by field."""
    with recorded(by=by, reason=_("Proposal accepted")):
        stored = AgendaProposal.objects.select_for_update(of=("self",)).get(pk=proposal.pk)
        if stored.item is not None:
            return stored.item
        _must_be_open(stored)
        given = ItemFields(question=question, project=stored.project, reason=reason[:500])
        stored.item = agendas.put(meeting=meeting, given=given, by=by)
        stored.state, stored.handled_at, stored.handled_by = State.ACCEPTED, at, by
        stored.save()
    return stored.item


def dismiss(
    *, proposal: AgendaProposal, reason: str, by: User | None, at: datetime
) -> AgendaProposal:
    """It needs no decision; the same cause does not propose itself again. Raises ValidationError
    by field."""
    why = said(reason, _("Say why it needs no decision."))
    with recorded(by=by, reason=why):
        stored = AgendaProposal.objects.select_for_update(of=("self",)).get(pk=proposal.pk)
        _must_be_open(stored)
        stored.state, stored.handled_at, stored.handled_by = State.DISMISSED, at, by
        stored.handled_reason = why
        stored.save()
    return stored


def _must_be_open(proposal: AgendaProposal) -> None:
    if proposal.state != State.OPEN:
        raise ValidationError(_("Somebody dealt with this proposal already."))
