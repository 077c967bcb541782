"""Words and amounts of the screens of arbitration."""

from collections.abc import Iterable

from django import template

from portfolio.machine_reasons import in_words
from portfolio.queries import selection_words

register = template.Library()


@register.filter
def why_unweighed(codes: Iterable[str]) -> str:
    """Why a candidate cannot be weighed, in words."""
    return selection_words.missing(codes)


@register.filter
def told(reason: str) -> str:
    """A reason, one that nobody typed too."""
    return in_words(reason)


@register.filter
def about(amount: float | None) -> str:
    """Euros of a result, rounded for people: 13,1 M€; a minus sign for what is less."""
    if amount is None:
        return ""
    text = selection_words.euros(abs(amount))
    return f"\N{MINUS SIGN}{text}" if amount < 0 else text


@register.filter
def points(value: float | None) -> str:
    """Value of a programme or a project."""
    return "" if value is None else selection_words.points(value)


@register.filter
def signed(value: float | None) -> str:
    """Points gained or lost."""
    if value is None:
        return ""
    sign = "+" if value > 0 else "\N{MINUS SIGN}" if value < 0 else "±"
    return f"{sign}{selection_words.points(abs(value))}"
