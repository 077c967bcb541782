"""Stored codes in plain words, for templates."""

from django import template

from indicators import reasons
from indicators.connectors.base import UnknownProtocolError
from indicators.connectors.registry import about

register = template.Library()
register.filter("run_reason", reasons.run_reason)
register.filter("row_reason", reasons.row_reason)
register.filter("status_reason", reasons.status_reason)
register.filter("absence_reason", reasons.absence_reason)
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
    try:
        return about(code).name
    except UnknownProtocolError:
        return code
