"""Figures of evaluations, written as their sentences write them."""

from django import template

from indicators import evaluation_words as words

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
