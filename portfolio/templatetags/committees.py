"""What a decision has frozen, in words: its JSON holds codes, days and amounts as text."""

from datetime import date
from decimal import Decimal
from typing import Any

from django import template
from django.utils.dateparse import parse_date

from portfolio.models import Attendance, Position
from portfolio.templatetags.figures import figure

register = template.Library()
DECIMALS = 2


@register.filter
def tally_words(sealed: dict[str, Any]) -> list[tuple[str, int]]:
    """How many of each position, in words."""
    found = sealed.get("tally", {})
    return [(str(choice.label), found.get(choice.value, 0)) for choice in Position.Choice]


@register.filter
def choice_word(code: str) -> str:
    return str(dict(Position.Choice.choices).get(code, code))


@register.filter
def attendance_word(code: str) -> str:
    return str(dict(Attendance.State.choices).get(code, code))


@register.filter
def amount(text: str | None) -> Decimal | None:
    return Decimal(text) if text else None


@register.filter
def date_of(text: str | None) -> date | None:
    return parse_date(text) if text else None


@register.filter
def number(value: float | None) -> str:
    """A frozen figure with the decimals it has, two at most."""
    if value is None:
        return ""
    return figure(value, 0 if float(value).is_integer() else DECIMALS)
