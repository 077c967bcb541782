"""The forms of a legal procedure."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from portfolio.forms.fields import DayField
from portfolio.forms.record import RecordForm, moved_label
from portfolio.forms.seen import Shows
from portfolio.models import Procedure, ProcedureKind, Project, User
from portfolio.services import procedures
from portfolio.services.procedures import ProcedureFacts


class KindField(forms.ModelChoiceField):  # type: ignore[type-arg]  # takes none at run time
    """Each kind with the text that founds it."""

    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.name} ({obj.source})"


class ProcedureForm(RecordForm):
    """A procedure, entered or followed."""

    kind = KindField(queryset=ProcedureKind.objects.none(), label=_("Procedure"))
    state = forms.ChoiceField(label=_("State"), choices=Procedure.State.choices)
    foreseen_starts_on = DayField(label=_("Foreseen start"), required=False)
    foreseen_ends_on = DayField(label=_("Foreseen end"), required=False)
    actual_starts_on = DayField(label=_("Began on"), required=False)
    actual_ends_on = DayField(label=_("Ended on"), required=False)
    reference = forms.CharField(
        label=_("Reference of the act"),
        max_length=160,
        required=False,
        help_text=_("Deliberation, order or permit, with its date."),
    )
    note = forms.CharField(
        label=_("Note for agents"), required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    is_public = forms.BooleanField(
        label=_("Shown to residents"),
        required=False,
        help_text=_("On the public page, if the project is public."),
    )
    how_fr = forms.CharField(
        label=_("How to take part, in French"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Shown to residents: where the file is, meetings, an address to write to."),
    )
    how_en = forms.CharField(
        label=_("How to take part, in English"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(
        self, data: Any = None, *, project: Project, procedure: Procedure | None, **options: Any
    ) -> None:
        names = ProcedureFacts.__dataclass_fields__
        initial = {name: getattr(procedure, name) for name in names} if procedure else {}
        super().__init__(data, project=project, initial=initial, **options)
        self._procedure = procedure
        kinds = ProcedureKind.objects.order_by("name_fr")
        self.fields["kind"].queryset = kinds  # type: ignore[attr-defined]

    def shows(self) -> Sequence[Shows]:
        names = tuple(ProcedureFacts.__dataclass_fields__)
        return [Shows(self._procedure, names)] if self._procedure else []

    def save(self, *, by: User, at: datetime) -> None:
        names = ProcedureFacts.__dataclass_fields__
        facts = ProcedureFacts(**{name: self.cleaned_data[name] for name in names})
        signed: dict[str, Any] = {"by": by, "reason": self.cleaned_data["reason"], "at": at}
        if self._procedure is None:
            procedures.enter_procedure(project=self.project, facts=facts, **signed)
        else:
            procedures.update_procedure(procedure=self._procedure, facts=facts, **signed)


class ProcedureWithdrawForm(RecordForm):
    """Off the record, or back on it."""

    def __init__(
        self, data: Any = None, *, project: Project, procedure: Procedure, **options: Any
    ) -> None:
        super().__init__(data, project=project, **options)
        self._procedure = procedure
        self.submit_label = moved_label(procedure.withdrawn_at, _("Withdraw"))

    def save(self, *, by: User, at: datetime) -> None:
        withdrawn = self._procedure.withdrawn_at is not None
        verb = procedures.bring_procedure_back if withdrawn else procedures.withdraw_procedure
        verb(procedure=self._procedure, by=by, reason=self.cleaned_data["reason"], at=at)
