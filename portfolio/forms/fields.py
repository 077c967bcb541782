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
    What has two readings is refused. A stored number is shown whole: it comes back as it was."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.widget.attrs |= {"inputmode": "text", "autocomplete": "off", "size": "10"}

    def prepare_value(self, value: Any) -> Any:
        if not isinstance(value, int | float):
            return value
        text = f"{Decimal(repr(value)):f}".removesuffix(".0")
        return text.replace(".", _marks()[0])

    def clean(self, value: Any) -> Any:
        text = "".join(super().clean(value).split()).replace("\N{MINUS SIGN}", "-")
        if not text:
            return None
        mark, other = _marks()
        if re.fullmatch(rf"[+-]?[1-9]\d{{0,2}}(\{other}\d{{3}})+", text):
            words = _("“%s” may be thousands or decimals: write it without separator.") % value
            raise forms.ValidationError(words, code="number")
        if re.fullmatch(rf"[+-]?\d{{1,3}}(\{other}\d{{3}})+\{mark}\d+", text):
            text = text.replace(other, "")  # with both marks there is one reading
        if not re.fullmatch(r"[+-]?\d{1,20}([.,]\d{1,30})?", text):
            raise forms.ValidationError(_("“%s” is not a number.") % value, code="number")
        return float(text.replace(",", "."))


def _marks() -> tuple[str, str]:
    """Of the active language: what stands before decimals, and what may stand between thousands."""
    return (".", ",") if (get_language() or "fr").startswith("en") else (",", ".")


class DayField(forms.DateField):
    """A day, with the browser's own calendar; of a year that the imports take too."""

    def __init__(self, **options: Any) -> None:
        widget = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
        super().__init__(widget=widget, input_formats=["%Y-%m-%d", "%d/%m/%Y"], **options)

    def validate(self, value: Any) -> None:
        super().validate(value)
        if value is not None and value.year not in YEARS:
            raise forms.ValidationError(_("The year is not plausible."), code="year")
