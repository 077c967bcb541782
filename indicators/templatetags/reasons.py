"""Stored codes in plain words, for templates."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from django import template
from django.utils.functional import Promise
from django.utils.translation import gettext, gettext_lazy, ngettext

from indicators import reasons
from indicators.charts import wording
from indicators.connectors.base import UnknownProtocolError
from indicators.connectors.registry import about
from indicators.forms.contract_step import DATA, GRAINS, TYPES
from indicators.forms.schedule_step import EVERY
from indicators.models import Feed, Indicator
from indicators.models.source import FORMULA
from portfolio.models import Zone
from portfolio.templatetags.figures import figure, share_percent

register = template.Library()
AREAS: Mapping[str, str | Promise] = {
    "TOTAL": gettext_lazy("total"),
    "MEAN": gettext_lazy("mean"),
    "PEOPLE": gettext_lazy("inhabitants inside them"),
    "SHARE": gettext_lazy("share of the inhabitants inside them"),
}
register.filter("run_reason", reasons.run_reason)
register.filter("row_reason", reasons.row_reason)
register.filter("row_advice", reasons.row_advice)
register.filter("status_reason", reasons.status_reason)
register.filter("absence_reason", reasons.absence_reason)
register.filter("share_measured", wording.share_measured)
register.filter("personal_kind", reasons.personal_kind)


@register.filter
def asks_for_a_key(code: str) -> bool:
    """Whether sources of that protocol have a key or a password."""
    try:
        return bool(about(code).secret)
    except UnknownProtocolError:
        return False


@register.filter
def protocol_name(code: str) -> str:
    """As people are told of it; the code where this installation does not know it."""
    if code == FORMULA:
        return gettext("computed here, by formulas")
    try:
        return about(code).name
    except UnknownProtocolError:
        return code


@register.filter
def as_read(value: float) -> str:
    """A number with the decimals that it has, six at most."""
    told = round(Decimal(str(value)), 6).normalize()
    return figure(value, max(0, -int(told.as_tuple().exponent)))


@register.filter
def as_share(value: float) -> str:
    """A share of one in percent: 0.3 is 30 %."""
    return share_percent(Decimal(str(value)))


@register.filter
def every_words(minutes: int) -> str | Promise:
    """How often a source is asked."""
    known = dict(EVERY).get(minutes)
    if known is not None:
        return known
    return ngettext("every %(n)d minute", "every %(n)d minutes", minutes) % {"n": minutes}


@register.filter
def period_name(code: str) -> str | Promise:
    return dict(Indicator.Frequency.choices).get(code, code)


@register.filter
def area_words(told: Mapping[str, Any]) -> str:
    """How polygons are shared among zones: `by_area` of a mapping."""
    kinds = dict(Zone.Kind.choices)
    names = {"kind": kinds.get(told["kind"], told["kind"]), "measure": AREAS[told["measure"]]}
    return gettext("polygons shared by %(kind)s: %(measure)s") % names


@register.filter
def type_name(code: str) -> str | Promise:
    return TYPES.get(code, code)


@register.filter
def grain_words(code: str) -> str | Promise:
    return dict(GRAINS).get(code, code)


@register.filter
def personal_words(code: str) -> str | Promise:
    return dict(DATA).get(code, code)


@register.filter
def period_of(day: date, feed: Feed) -> str:
    """The name of the period of a feed that begins on this day: October 2026."""
    told = feed.mapping.get("time", {}).get("period", feed.indicator.frequency)
    return wording.period_name(day, told)
