"""The forms of the finance parameters and of the price indexes; both change no project."""

from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from portfolio.forms.fields import DayField
from portfolio.imports import price_index
from portfolio.models import FinanceParameter, PriceIndex, User
from portfolio.services import parameters, prices
from portfolio.services.prices import Entered, MonthValue

LARGEST_FILE = 200_000  # bytes: two thousand lines are far below


def _reason() -> forms.CharField:
    return forms.CharField(
        label=_("Where this comes from"),
        max_length=500,
        help_text=_("Kept in the history."),
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class ParameterForm(forms.Form):
    """A figure in force from a day on."""

    code = forms.ChoiceField(label=_("Parameter"), choices=FinanceParameter.Code.choices)
    value = forms.DecimalField(
        label=_("Value"),
        max_digits=16,
        decimal_places=6,
        localize=True,
        help_text=_("A rate or a share between 0 and 1 (0.2 for 20%); an amount in euros."),
    )
    from_on = DayField(label=_("In force from"))
    source = forms.CharField(
        label=_("Text that sets it"),
        max_length=200,
        help_text=_("Such as “CGCT, art. L1615-6”."),
    )
    reason = _reason()

    def save(self, *, by: User, at: datetime) -> None:
        parameters.add_parameter(**self.cleaned_data, by=by)


class IndexForm(forms.Form):
    """A series to open."""

    code = forms.SlugField(label=_("Code"), max_length=20, help_text="TP01, BT01…")
    name_fr = forms.CharField(label=_("Name in French"), max_length=160)
    name_en = forms.CharField(label=_("Name in English"), max_length=160, required=False)
    base = forms.CharField(label=_("Base"), max_length=60, help_text=_("Such as “2010 = 100”."))
    source = forms.CharField(label=_("Source"), max_length=200)
    reason = _reason()

    def clean_code(self) -> str:
        code: str = self.cleaned_data["code"].lower()
        if PriceIndex.objects.filter(code=code).exists():
            raise forms.ValidationError(gettext("This index is already there."))
        return code

    def save(self, *, by: User, at: datetime) -> None:
        prices.describe_index(**self.cleaned_data, by=by)


class IndexValuesForm(forms.Form):
    """Months of an index, pasted or in a file; all of them or none."""

    rows = forms.CharField(
        label=_("Months and values"),
        required=False,
        max_length=LARGEST_FILE,
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text=_(
            "A line a month: 2026-08, a semicolon, 131.7, then “provisional” after a second semicolon."
        ),
    )
    file = forms.FileField(
        label=_("Or a CSV file"), required=False, help_text=_("The same columns, in UTF-8.")
    )
    reason = _reason()

    def __init__(self, data: Any = None, files: Any = None, *, index: PriceIndex) -> None:
        super().__init__(data, files)
        self.index = index
        self.entered: Entered | None = None

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean() or self.cleaned_data
        pasted = self._pasted(cleaned)
        read = price_index.read(pasted)
        for error in read.errors:
            self.add_error("rows", gettext("Line %(line)s: %(message)s") % vars(error))
        if not read.lines and not self.errors:
            self.add_error("rows", gettext("Paste at least one month, or choose a file."))
        cleaned["values"] = [
            MonthValue(line.month_on, line.value, line.is_provisional) for line in read.lines
        ]
        return cleaned

    def _pasted(self, cleaned: dict[str, Any]) -> str:
        file = cleaned.get("file")
        if file is None:
            return cleaned.get("rows") or ""
        if file.size > LARGEST_FILE:
            self.add_error("file", gettext("This file is too large."))
            return ""
        try:
            content: str = file.read().decode("utf-8-sig")
        except UnicodeDecodeError:
            self.add_error("file", gettext("This file is not text in UTF-8."))
            return ""
        return content

    def save(self, *, by: User, at: datetime) -> None:
        given = self.cleaned_data
        self.entered = prices.enter_values(
            index=self.index, values=given["values"], by=by, reason=given["reason"], at=at
        )
