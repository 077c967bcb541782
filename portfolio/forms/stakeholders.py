"""The forms of who takes part in a project."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from portfolio.forms.fields import DayField
from portfolio.forms.record import RecordForm
from portfolio.forms.seen import Shows
from portfolio.models import Organisation, Project, Risk, Stakeholder, User
from portfolio.services import stakeholders, withdrawal
from portfolio.services.stakeholders import NAMES, Part


class StakeholderForm(RecordForm):
    """An organisation, a person, or both; with a stakeholder, its change."""

    role = forms.ChoiceField(label=_("Role"), choices=Stakeholder.Role.choices)
    organisation = forms.ModelChoiceField(
        queryset=Organisation.objects.none(), label=_("Organisation"), required=False
    )
    is_public = forms.BooleanField(
        label=_("Organisation shown to residents"),
        required=False,
        help_text=_("Its name and role; the person is never shown."),
    )
    person = forms.CharField(
        label=_("Person"),
        max_length=120,
        required=False,
        help_text=_("Somebody to reach at work about this project; nothing private."),
    )
    job = forms.CharField(label=_("Function"), max_length=120, required=False)
    email = forms.EmailField(label=_("E-mail at work"), required=False)
    phone = forms.CharField(
        label=_("Phone at work"),
        max_length=30,
        required=False,
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "off"}),
    )
    since_on = DayField(label=_("Since"), required=False)
    until_on = DayField(label=_("Until"), required=False, help_text=_("Empty: still under way."))

    def __init__(
        self,
        data: Any = None,
        *,
        project: Project,
        stakeholder: Stakeholder | None = None,
        **options: Any,
    ) -> None:
        initial = {name: getattr(stakeholder, name) for name in NAMES} if stakeholder else {}
        super().__init__(data, project=project, initial=initial, **options)
        self.stakeholder = stakeholder
        everyone = Organisation.objects.order_by("kind", "name_fr")
        self.fields["organisation"].queryset = everyone  # type: ignore[attr-defined]

    def shows(self) -> Sequence[Shows]:
        return [Shows(self.stakeholder, tuple(NAMES))] if self.stakeholder else []

    def save(self, *, by: User, at: datetime) -> None:
        part = Part(**{name: self.cleaned_data[name] for name in NAMES})
        signed: dict[str, Any] = {"by": by, "reason": self.cleaned_data["reason"], "at": at}
        if self.stakeholder is None:
            stakeholders.add(project=self.project, part=part, **signed)
        else:
            stakeholders.change(stakeholder=self.stakeholder, part=part, **signed)


class WithdrawalForm(RecordForm):
    """Why a record is taken off, or brought back."""

    def __init__(
        self, data: Any = None, *, project: Project, record: Stakeholder | Risk, **options: Any
    ) -> None:
        super().__init__(data, project=project, **options)
        self.record = record
        label: Promise = _("Bring back") if record.withdrawn_at else _("Take off")
        self.submit_label = label

    def save(self, *, by: User, at: datetime) -> None:
        verb = withdrawal.bring_back if self.record.withdrawn_at else withdrawal.withdraw
        verb(record=self.record, by=by, reason=self.cleaned_data["reason"], at=at)
