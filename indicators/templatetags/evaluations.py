"""Figures of evaluations, written as their sentences write them."""

from django import template

from indicators import evaluation_words as words
from indicators import gap_words
from indicators.charts.forecast_words import in_ten

register = template.Library()


@register.filter
def amount_text(value: float | None) -> str:
    return words.amount(value)


@register.filter
def signed_amount(value: float | None) -> str:
    return words.amount(value, signed=True)


@register.filter
def share_text(value: float | None) -> str:
    return words.share(value)


@register.filter
def signed_share(value: float | None) -> str:
    return words.share(value, signed=True)


@register.filter
def may_say(grade: str) -> str:
    return words.may_say(grade)


@register.filter
def chance_text(probability: float) -> str:
    """7 chances in 10."""
    return in_ten(probability)


register.filter("gap_kind", gap_words.kind)
register.filter("gap_action", gap_words.action)
register.filter("gap_reason", gap_words.reason)
register.filter("outcome_reason", gap_words.outcome_reason)
