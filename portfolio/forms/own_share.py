"""The forms of the minimum own share: lead authority, derogations."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from portfolio.forms.fields import DayField
from portfolio.forms.record import RecordForm, moved_label
from portfolio.forms.seen import Shows
from portfolio.models import LeadAuthority, Project, ShareDerogation, User
from portfolio.services import own_share
from portfolio.services.own_share import DerogationFacts


class LeadForm(RecordForm):
    """Whether the metropolis leads."""

    is_lead = forms.TypedChoiceField(
        label=_("Do we act as lead authority (chef de file)?"),
        choices=[("", _("Choose")), ("yes", _("Yes")), ("no", _("No"))],
        coerce=lambda value: value == "yes",
        help_text=_("The minimum own share is then 30%, not 20% (CGCT, art. L1111-9, I, 3°)."),
    )
    basis = forms.CharField(
        label=_("Legal basis"),
        max_length=200,
        required=False,
        help_text=_("The text that makes us lead authority; needed for a yes."),
    )

    def __init__(self, data: Any = None, *, project: Project, lead: LeadAuthority | None) -> None:
        initial = {"is_lead": "yes" if lead.is_lead else "no", "basis": lead.basis} if lead else {}
        super().__init__(data, project=project, initial=initial)
        self._lead = lead or LeadAuthority(project=project)

    def shows(self) -> Sequence[Shows]:
        return [Shows(self._lead, ("is_lead", "basis"))]

    def save(self, *, by: User, at: datetime) -> None:
        given = self.cleaned_data
        own_share.say_lead(
            project=self.project, is_lead=given["is_lead"], basis=given["basis"], by=by,
            reason=given["reason"], at=at,
        )  # fmt: skip


class DerogationForm(RecordForm):
    """A decision that lowers the minimum."""

    kind = forms.ChoiceField(label=_("Kind"), choices=ShareDerogation.Kind.choices)
    legal_basis = forms.CharField(
        label=_("Legal basis"), max_length=200, initial="CGCT, art. L1111-10, III"
    )
    decided_on = DayField(label=_("Decided on"))
    decided_by = forms.CharField(
        label=_("Decided by"), max_length=160, help_text=_("The prefect, as a rule.")
    )
    minimum_percent = forms.DecimalField(
        label=_("Own share still required, in percent"),
        min_value=0,
        max_value=Decimal("99.99"),
        decimal_places=2,
        required=False,
        help_text=_("Leave empty if the decision asks for none."),
    )

    def shows(self) -> Sequence[Shows]:
        return []

    def save(self, *, by: User, at: datetime) -> None:
        given = self.cleaned_data
        percent: Decimal | None = given["minimum_percent"]
        facts = DerogationFacts(
            given["kind"], given["legal_basis"], given["decided_on"], given["decided_by"],
            None if percent is None else percent / 100,
        )  # fmt: skip
        own_share.derogate(project=self.project, facts=facts, by=by, reason=given["reason"], at=at)


class DerogationTakeOffForm(RecordForm):
    """Takes a derogation off, or brings it back."""

    def __init__(self, data: Any = None, *, project: Project, derogation: ShareDerogation) -> None:
        super().__init__(data, project=project)
        self.derogation = derogation
        self.submit_label = moved_label(derogation.withdrawn_at)

    def save(self, *, by: User, at: datetime) -> None:
        own_share.withdraw_derogation(
            derogation=self.derogation, withdrawn=self.derogation.withdrawn_at is None, by=by,
            reason=self.cleaned_data["reason"], at=at,
        )  # fmt: skip
