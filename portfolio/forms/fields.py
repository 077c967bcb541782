"""Fields that people fill in as they write: amounts and days."""

import re
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


class FigureField(forms.CharField):
    """A number as people write it (1 234,5 or 1,234.5), cleaned to float; empty: None, not known.
    What has two readings is refused."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.widget.attrs |= {"inputmode": "text", "autocomplete": "off", "size": "10"}

    def prepare_value(self, value: Any) -> Any:
        if not isinstance(value, int | float):
            return value
        text = f"{Decimal(f'{value:.15g}'):f}"  # never with an exponent, which is not read back
        return text if (get_language() or "fr").startswith("en") else text.replace(".", ",")

    def clean(self, value: Any) -> Any:
        text = "".join(super().clean(value).split()).replace("\N{MINUS SIGN}", "-")
        if not text:
            return None
        other = "," if (get_language() or "fr").startswith("en") else "."
        if re.fullmatch(rf"[+-]?\d{{1,3}}(\{other}\d{{3}})+", text):
            words = _("“%s” may be thousands or decimals: write it without separator.") % value
            raise forms.ValidationError(words, code="number")
        if not re.fullmatch(r"[+-]?\d{1,15}([.,]\d{1,9})?", text):
            raise forms.ValidationError(_("“%s” is not a number.") % value, code="number")
        return float(text.replace(",", "."))


class DayField(forms.DateField):
    """A day, with the browser's own calendar; of a year that the imports take too."""

    def __init__(self, **options: Any) -> None:
        widget = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
        super().__init__(widget=widget, input_formats=["%Y-%m-%d", "%d/%m/%Y"], **options)

    def validate(self, value: Any) -> None:
        super().validate(value)
        if value is not None and value.year not in YEARS:
            raise forms.ValidationError(_("The year is not plausible."), code="year")
