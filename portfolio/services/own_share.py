"""Lead authority and derogations: which minimum own share binds a project."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from portfolio.models import LeadAuthority, Project, ShareDerogation, User
from portfolio.services.history import recorded, said, touch


@dataclass(frozen=True)
class DerogationFacts:
    """A decision; `minimum_share` (0 to 1) is what it still asks for, None: nothing."""

    kind: str
    legal_basis: str
    decided_on: date
    decided_by: str
    minimum_share: Decimal | None = None


def say_lead(
    *, project: Project, is_lead: bool, basis: str, by: User | None, reason: str, at: datetime
) -> LeadAuthority:
    """Say whether the metropolis leads (chef de file), and on which text. Raises ValidationError
    by field."""
    with recorded(by=by, reason=said(reason, _("Say why the funding plan changes."))):
        Project.objects.select_for_update().get(pk=project.pk)
        row = LeadAuthority.objects.filter(project=project).first()
        row = row or LeadAuthority(project=project)
        if row.pk and (row.is_lead, row.basis) == (is_lead, basis.strip()):
            return row
        row.is_lead, row.basis, row.recorded_at = is_lead, basis.strip(), at
        row.full_clean(exclude={"project"}, validate_constraints=False)
        if is_lead and not row.basis:
            raise ValidationError({"basis": [_("Name the text that makes us lead authority.")]})
        row.save()
        touch(project, at=at)
    return row


def derogate(
    *, project: Project, facts: DerogationFacts, by: User | None, reason: str, at: datetime
) -> ShareDerogation:
    """Enter a decision that lowers the minimum. Raises ValidationError by field."""
    row = ShareDerogation(
        project=project, kind=facts.kind, legal_basis=facts.legal_basis.strip(),
        decided_on=facts.decided_on, decided_by=facts.decided_by.strip(),
        minimum_share=facts.minimum_share, recorded_at=at,
    )  # fmt: skip
    with recorded(by=by, reason=said(reason, _("Say why the funding plan changes."))):
        row.full_clean(exclude={"project"}, validate_constraints=False)
        if row.decided_on > timezone.localdate(at):
            raise ValidationError({"decided_on": [_("A date to come is not yet a fact.")]})
        if row.minimum_share is not None and not 0 <= row.minimum_share < 1:
            raise ValidationError(
                {"minimum_share": [_("A share lies between 0 and 1: write 0.2 for 20%.")]}
            )
        row.save(force_insert=True)
        touch(project, at=at)
    return row


def withdraw_derogation(
    *, derogation: ShareDerogation, withdrawn: bool, by: User | None, reason: str, at: datetime
) -> ShareDerogation:
    """Take a derogation off, or bring it back. Raises ValidationError by field."""
    with recorded(by=by, reason=said(reason, _("Say why the funding plan changes."))):
        derogation.withdrawn_at = at if withdrawn else None
        derogation.save(update_fields=["withdrawn_at"])
        touch(derogation.project, at=at)
    return derogation
