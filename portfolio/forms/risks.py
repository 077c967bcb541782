"""The form of a risk, and the filter of the risks of all projects."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from portfolio.forms.fields import DayField
from portfolio.forms.record import RecordForm
from portfolio.forms.seen import Shows
from portfolio.models import Organisation, Programme, Project, Risk, User
from portfolio.services import risks
from portfolio.services.risks import NAMES, RiskFields

LEVELS = [
    ("", _("Any")),
    ("12", _("critical")),
    ("8", _("high and above")),
    ("4", _("moderate and above")),
]


def _text(rows: int = 2) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": rows})


class RiskForm(RecordForm):
    """A new risk, or with one, its change."""

    title = forms.CharField(
        label=_("Risk"), max_length=160, help_text=_("What may happen, in a few words.")
    )
    category = forms.ChoiceField(label=_("Category"), choices=Risk.Category.choices)
    cause = forms.CharField(label=_("Because of"), required=False, widget=_text())
    consequence = forms.CharField(label=_("It would lead to"), required=False, widget=_text())
    probability = forms.TypedChoiceField(
        label=_("Probability"),
        choices=Risk.Probability.choices,
        coerce=int,
        help_text=_("Until the end of the project: under 10%, to 40%, to 70%, above."),
    )
    severity = forms.TypedChoiceField(
        label=_("Severity"),
        choices=Risk.Severity.choices,
        coerce=int,
        help_text=_(
            "Under 1% of the cost or a month; 5% or three months; 15% or a year; more, or "
            "somebody hurt."
        ),
    )
    response = forms.ChoiceField(label=_("Response"), choices=Risk.Response.choices)
    action = forms.CharField(label=_("What is done"), required=False, widget=_text())
    owner = forms.ModelChoiceField(
        queryset=User.objects.none(), label=_("Owner"), required=False, empty_label=_("Not known")
    )
    due_on = DayField(label=_("Action due on"), required=False)
    status = forms.ChoiceField(label=_("Status"), choices=Risk.Status.choices)
    opened_on = DayField(label=_("Opened on"), required=False, help_text=_("Empty: today."))
    closed_on = DayField(
        label=_("Closed on"), required=False, help_text=_("Of a closed risk; empty: today.")
    )

    def __init__(
        self, data: Any = None, *, project: Project, risk: Risk | None = None, **options: Any
    ) -> None:
        initial = {name: getattr(risk, name) for name in NAMES} if risk else {}
        super().__init__(data, project=project, initial=initial, **options)
        self.risk = risk
        if risk is None:  # nobody has judged it yet: nothing is chosen beforehand
            for name in ("probability", "severity"):
                field = self.fields[name]
                field.choices = [("", _("Choose")), *field.choices]  # type: ignore[attr-defined]
        people = User.objects.filter(is_active=True).order_by("last_name", "first_name", "username")
        self.fields["owner"].queryset = people  # type: ignore[attr-defined]

    def shows(self) -> Sequence[Shows]:
        return [Shows(self.risk, NAMES)] if self.risk else []

    def save(self, *, by: User, at: datetime) -> None:
        given = RiskFields(**{name: self.cleaned_data[name] for name in NAMES})
        signed: dict[str, Any] = {"by": by, "reason": self.cleaned_data["reason"], "at": at}
        if self.risk is None:
            risks.add(project=self.project, given=given, **signed)
        else:
            risks.change(risk=self.risk, given=given, **signed)


class RiskFilterForm(forms.Form):
    """The filters of the address; what cannot be read is told and asks for nothing."""

    q = forms.CharField(label=_("Search"), required=False, max_length=200)
    lead = forms.ModelChoiceField(
        queryset=Organisation.objects.none(),
        to_field_name="code",
        label=_("Department"),
        required=False,
        empty_label=_("Any"),
    )
    programme = forms.ModelChoiceField(
        queryset=Programme.objects.none(),
        to_field_name="code",
        label=_("Programme"),
        required=False,
        empty_label=_("Any"),
    )
    category = forms.ChoiceField(
        label=_("Category"), required=False, choices=[("", _("Any")), *Risk.Category.choices]
    )
    level = forms.ChoiceField(label=_("Level"), required=False, choices=LEVELS)
    status = forms.ChoiceField(
        label=_("Status"),
        required=False,
        choices=[("", _("open or occurred")), *Risk.Status.choices],
    )

    def __init__(self, data: Any = None) -> None:
        super().__init__(data)
        departments = Organisation.objects.filter(led_projects__isnull=False).distinct()
        self.fields["lead"].queryset = departments.order_by("name_fr")  # type: ignore[attr-defined]
        programmes = Programme.objects.order_by("name_fr")
        self.fields["programme"].queryset = programmes  # type: ignore[attr-defined]
