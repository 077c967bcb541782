"""Fields that people fill in as they write: amounts and days."""

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from portfolio.imports.parse import YEARS, CellError, money


class EurosField(forms.CharField):
    """An amount as people write it (12 400 000, 12,4 M€), cleaned to Decimal; empty: None, not
    known. `signed` lets a minus sign stand before it."""

    def __init__(self, *, signed: bool = False, **options: Any) -> None:
        super().__init__(**options)
        self.signed = signed
        self.widget.attrs |= {"inputmode": "text" if signed else "decimal", "autocomplete": "off"}

    def prepare_value(self, value: Any) -> Any:
        if not isinstance(value, Decimal):
            return value
        # Spaces between thousands: a comma or a point before three digits has two readings.
        text = f"{value:,.2f}".removesuffix(".00").replace(",", "\N{NARROW NO-BREAK SPACE}")
        return text if (get_language() or "fr").startswith("en") else text.replace(".", ",")

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        minus = self.signed and text.startswith(("-", "\N{MINUS SIGN}"))
        try:
            amount = money(text[1:].strip() if minus else text) if text else None
        except CellError as error:
            raise forms.ValidationError(str(error), code="amount") from error
        return -amount if minus and amount is not None else amount


class DayField(forms.DateField):
    """A day, with the browser's own calendar; of a year that the imports take too."""

    def __init__(self, **options: Any) -> None:
        widget = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
        super().__init__(widget=widget, input_formats=["%Y-%m-%d", "%d/%m/%Y"], **options)

    def validate(self, value: Any) -> None:
        super().validate(value)
        if value is not None and value.year not in YEARS:
            raise forms.ValidationError(_("The year is not plausible."), code="year")
