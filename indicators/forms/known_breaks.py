"""Known breaks: declaring one, withdrawing one."""

from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from indicators.models import Indicator, KnownBreak
from indicators.services import known_breaks
from indicators.services.known_breaks import BreakFields
from portfolio.forms.fields import DayField
from portfolio.models import User, Zone


class BreakForm(forms.Form):
    """What happened, to which measure, where, from when until when."""

    indicator = forms.ModelChoiceField(
        queryset=Indicator.objects.none(), label=_("Indicator"), required=False,
        empty_label=_("All indicators"),
    )  # fmt: skip
    zone = forms.ModelChoiceField(
        queryset=Zone.objects.none(), label=_("Zone"), required=False, empty_label=_("All zones"),
        help_text=_("The zone whose series is concerned; the figure of the metropolis is another."),
    )  # fmt: skip
    from_on = DayField(label=_("First day"))
    until_on = DayField(
        label=_("Last day"), required=False,
        help_text=_("Of a period that was apart (a lockdown). Empty where the level stays another."),
    )  # fmt: skip
    reason_fr = forms.CharField(
        label=_("What happened, in French"), max_length=240,
        help_text=_("Readers see it beside the forecast: a counter replaced, a method changed."),
    )  # fmt: skip
    reason_en = forms.CharField(
        label=_("What happened, in English"), max_length=240, required=False
    )

    def __init__(self, data: Any = None) -> None:
        super().__init__(data)
        zones = Zone.objects.filter(kind__in=["METROPOLIS", "COMMUNE", "DISTRICT"])
        self.fields["zone"].queryset = zones.order_by("kind", "name")  # type: ignore[attr-defined]
        measures = Indicator.objects.order_by("name_fr")
        self.fields["indicator"].queryset = measures  # type: ignore[attr-defined]

    def save(self, *, by: User, at: datetime) -> None:
        """Calls the service. Raises ValidationError by field."""
        known_breaks.declare(given=BreakFields(**self.cleaned_data), by=by, at=at)


class WithdrawForm(forms.Form):
    reason = forms.CharField(
        label=_("Why it is withdrawn"), max_length=240,
        help_text=_("It stays in the list, and what was computed with it stays readable."),
    )  # fmt: skip

    def __init__(self, data: Any = None, *, known: KnownBreak) -> None:
        super().__init__(data)
        self.known = known

    def save(self, *, by: User, at: datetime) -> None:
        """Calls the service. Raises ValidationError by field."""
        reason = self.cleaned_data["reason"]
        known_breaks.withdraw(known=self.known, by=by, reason=reason, at=at)
