"""What the feed measures: an indicator that exists, or a new one."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from indicators.forms.source_step import NEW
from indicators.forms.steps import StepForm
from indicators.models import Indicator
from indicators.services.feed_documents import free_code

NEEDED = ("name_fr", "unit_fr", "family", "direction", "frequency", "stale_after_days")
OVERDUE_DAYS = {"DAY": 3, "MONTH": 45, "QUARTER": 120, "YEAR": 400}
EMPTY = [("", _("Choose"))]


class IndicatorForm(StepForm):
    """`code`: that of a new indicator that this step named before. `is_fixed`: the feed has values,
    so it keeps its indicator."""

    indicator = forms.ChoiceField(label=_("Indicator"))
    name_fr = forms.CharField(label=_("Name in French"), max_length=160, required=False)
    name_en = forms.CharField(label=_("Name in English"), max_length=160, required=False)
    unit_fr = forms.CharField(label=_("Unit in French"), max_length=40, required=False)
    unit_en = forms.CharField(label=_("Unit in English"), max_length=40, required=False)
    explanation_fr = forms.CharField(
        label=_("Public explanation in French"), required=False, max_length=2000,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("What is counted, for whom it is not obvious."),
    )  # fmt: skip
    explanation_en = forms.CharField(
        label=_("Public explanation in English"), required=False, max_length=2000,
        widget=forms.Textarea(attrs={"rows": 2}),
    )  # fmt: skip
    family = forms.ChoiceField(
        label=_("Family"), choices=[*EMPTY, *Indicator.Family.choices], required=False
    )
    direction = forms.ChoiceField(
        label=_("Direction"), choices=[*EMPTY, *Indicator.Direction.choices], required=False
    )
    frequency = forms.ChoiceField(
        label=_("Frequency"), choices=Indicator.Frequency.choices, required=False,
        help_text=_("The period that the mapping says."),
    )  # fmt: skip
    zone_aggregation = forms.ChoiceField(
        label=_("Over several zones"), choices=Indicator.ZoneAggregation.choices, required=False,
        initial=Indicator.ZoneAggregation.NONE,
    )  # fmt: skip
    decimals = forms.IntegerField(
        label=_("Decimals shown"), min_value=0, max_value=6, required=False, initial=0
    )
    stale_after_days = forms.IntegerField(
        label=_("Days after a period before its value is overdue"), min_value=0, max_value=3650,
        required=False,
    )  # fmt: skip

    def __init__(
        self, data: Any = None, *, code: str = "", is_fixed: bool = False, **options: Any
    ) -> None:
        super().__init__(data, **options)
        self._code = code
        known = [(one.code, f"{one.name} ({one.unit})")
                 for one in Indicator.objects.order_by("name_fr")]  # fmt: skip
        field = self.fields["indicator"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [*EMPTY, (NEW, _("A new indicator")), *known]
        field.disabled = is_fixed

    def groups(self) -> list[tuple[Any, Any, Any]]:
        names = [name for name in self.fields if name != "indicator"]
        return [(_("The new indicator"), _("Only where you chose a new one."), names)]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("indicator") == NEW:
            for name in NEEDED:
                if cleaned.get(name) in (None, "") and name not in self.errors:
                    self.add_error(name, ValidationError(gettext("A new indicator needs it.")))
        return cleaned

    def part(self) -> dict[str, Any]:
        cleaned = dict(self.cleaned_data)
        chosen = cleaned.pop("indicator")
        if chosen != NEW:
            return {"existing": chosen}
        taken = set(Indicator.objects.values_list("code", flat=True))
        code = self._code if self._code and self._code not in taken else ""
        entry = {name: value for name, value in cleaned.items() if value not in (None, "")}
        return {"new": {"code": code or free_code(cleaned["name_fr"], taken)} | entry}
