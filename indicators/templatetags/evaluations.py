"""Figures of evaluations, written as their sentences write them."""

from django import template
from django.utils.translation import gettext as _

from indicators import evaluation_words as words
from indicators import gap_words
from indicators.charts.forecast_words import in_ten
from portfolio.templatetags.figures import figure

register = template.Library()
HALF_A_TENTH = 0.05  # of a month


@register.filter
def lateness(months: float | None) -> str:
    """How much later, or earlier, than announced: to a tenth of a month."""
    if months is None:
        return ""
    told = {"months": figure(abs(months), 1)}
    if abs(months) < HALF_A_TENTH:
        return _("on the date announced")
    return (
        _("%(months)s months later") % told if months > 0 else _("%(months)s months earlier") % told
    )


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
