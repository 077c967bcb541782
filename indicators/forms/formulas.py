"""Forms of the formula of an indicator."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from indicators.analysis.units import COUNTED
from indicators.models import FormulaInput, Indicator
from indicators.services import formula_checks
from portfolio.models import Zone


class FormulaForm(forms.Form):
    """A version of the formula of an indicator; what its names stand for is asked beside it."""

    expression = forms.CharField(
        label=_("Formula"),
        help_text=_(
            "For example (a - b) / a. Signs + - * / and parentheses, numbers with a point, min, "
            "max, sum, mean. The names are yours."
        ),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2, "spellcheck": "false", "autocapitalize": "off"}),
    )
    valid_from = forms.DateField(
        label=_("For periods from"),
        help_text=_("Empty: all periods. Else earlier ones stay as they were computed before."),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    reason = forms.CharField(
        label=_("Reason"), help_text=_("It stays with the version."), max_length=500
    )
    accepts_unknown_units = forms.BooleanField(
        label=_("I have checked the units myself"),
        help_text=_("Only where a unit is not known here."),
        required=False,
    )


class FormulaInputForm(forms.Form):
    """What a name of a formula stands for."""

    name = forms.CharField(max_length=40, widget=forms.HiddenInput)
    indicator = forms.ModelChoiceField(
        Indicator.objects.none(), to_field_name="code", label=_("Indicator"),
        empty_label=_("Choose an indicator"),
    )  # fmt: skip
    time = forms.ChoiceField(
        choices=FormulaInput.Time.choices, label=_("Period"), initial=FormulaInput.Time.SAME
    )
    zone = forms.ModelChoiceField(
        Zone.objects.none(), to_field_name="code", label=_("Zone"), required=False,
        empty_label=_("The zone that is computed"),
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        indicator, zone = self.fields["indicator"], self.fields["zone"]
        assert isinstance(indicator, forms.ModelChoiceField)
        assert isinstance(zone, forms.ModelChoiceField)
        indicator.queryset = Indicator.objects.order_by("name_fr")
        zone.queryset = Zone.objects.order_by("kind", "name")


class UnitForm(forms.ModelForm[Indicator]):
    """The unit of an indicator, as formulas read it."""

    class Meta:
        model = Indicator
        fields = ("machine_unit",)

    def clean_machine_unit(self) -> str:
        unit = str(self.cleaned_data["machine_unit"]).strip()
        if unit and not formula_checks.is_known(unit):
            raise forms.ValidationError(
                _("This is no unit that can be reckoned with. Write it like passage/day, "
                  "kWh/m2/year or %%; counted things are: %(things)s."),
                params={"things": ", ".join(COUNTED)},
            )  # fmt: skip
        return unit
