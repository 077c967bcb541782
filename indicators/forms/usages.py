"""“I used this figure.”"""

from datetime import date, datetime, time
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from indicators.models import Indicator, Usage
from indicators.services import usages
from indicators.services.usages import UsageFields
from portfolio.forms.fields import DayField
from portfolio.models import Project, User, Zone


class UsageForm(forms.Form):
    """What used a figure of an indicator, as known when, and to what end."""

    kind = forms.ChoiceField(label=_("Used by"), choices=Usage.Kind.choices)
    label = forms.CharField(
        label=_("Title"), max_length=240,
        help_text=_("For instance: deliberation 2026-114, or committee of 12 May."),
    )  # fmt: skip
    role = forms.ChoiceField(
        label=_("What the figure did"), choices=Usage.Role.choices,
        help_text=_("It informed, it triggered, or it justified what was decided."),
    )  # fmt: skip
    as_of = DayField(
        label=_("Figure as known on"),
        help_text=_("What was revised after that day is told beside this use."),
    )
    zone = forms.ModelChoiceField(
        queryset=Zone.objects.none(), label=_("Zone"), required=False, empty_label=_("Any")
    )
    project = forms.ModelChoiceField(
        queryset=Project.objects.none(), label=_("Project"), required=False, empty_label=_("None"),
        help_text=_("Whoever may not read the project does not see this use."),
    )  # fmt: skip
    address = forms.CharField(
        label=_("Address or reference"), max_length=500, required=False,
        help_text=_("Where it can be read."),
    )  # fmt: skip
    note = forms.CharField(
        label=_("Note"), required=False, widget=forms.Textarea(attrs={"rows": 2})
    )

    def __init__(self, data: Any = None, *, indicator: Indicator, user: User, today: date) -> None:
        super().__init__(data, initial={"as_of": today})
        self.indicator = indicator
        zones = Zone.objects.filter(kind__in=["METROPOLIS", "COMMUNE", "DISTRICT"])
        self.fields["zone"].queryset = zones.order_by("kind", "name")  # type: ignore[attr-defined]
        readable = Project.objects.visible_to(user).order_by("name_fr", "code")
        self.fields["project"].queryset = readable  # type: ignore[attr-defined]

    def save(self, *, by: User, at: datetime) -> None:
        """Calls the service. Raises ValidationError by field."""
        told = {**self.cleaned_data, "as_of": _instant(self.cleaned_data["as_of"], at)}
        given = UsageFields(**told)
        usages.declare(indicator=self.indicator, given=given, by=by, at=at)


def _instant(day: date, now: datetime) -> datetime:
    """The end of the day, or now for today: what somebody could know that day."""
    if day == timezone.localdate(now):
        return now
    return timezone.make_aware(datetime.combine(day, time(23, 59, 59)))
