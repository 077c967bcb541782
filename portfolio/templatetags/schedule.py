"""Delays as people read them, in the active language."""

from datetime import date
from typing import Any

from django import template
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from portfolio.analysis.schedule import Slip, slip
from portfolio.templatetags.figures import month

register = template.Library()


@register.filter
def slip_of(milestone: Any, today: date | None) -> Slip:
    """Of anything with `original_on`, `current_on` and `actual_on`."""
    return slip(
        milestone.original_on,
        current=milestone.current_on,
        actual=milestone.actual_on,
        today=today or None,
    )


@register.filter
def slip_words(late: Slip | None) -> str:
    """8 months later than announced (March 2024); nothing where the date holds."""
    if late is None or late.days == 0:
        return ""
    return _sentence(late) % {"count": _count(late), "month": month(late.announced_on)}


def _sentence(late: Slip) -> str:
    if late.days < 0:
        return _earlier(late)
    return _at_least(late) if late.at_least else _later(late)


def _later(late: Slip) -> str:
    if late.months:
        return ngettext(
            "%(count)d month later than announced (%(month)s)",
            "%(count)d months later than announced (%(month)s)",
            _count(late),
        )
    return ngettext(
        "%(count)d day later than announced (%(month)s)",
        "%(count)d days later than announced (%(month)s)",
        _count(late),
    )


def _at_least(late: Slip) -> str:
    if late.months:
        return ngettext(
            "at least %(count)d month later than announced (%(month)s)",
            "at least %(count)d months later than announced (%(month)s)",
            _count(late),
        )
    return ngettext(
        "at least %(count)d day later than announced (%(month)s)",
        "at least %(count)d days later than announced (%(month)s)",
        _count(late),
    )


def _earlier(late: Slip) -> str:
    if late.months:
        return ngettext(
            "%(count)d month earlier than announced (%(month)s)",
            "%(count)d months earlier than announced (%(month)s)",
            _count(late),
        )
    return ngettext(
        "%(count)d day earlier than announced (%(month)s)",
        "%(count)d days earlier than announced (%(month)s)",
        _count(late),
    )


@register.filter
def slip_short(late: Slip | None) -> str:
    """8 months late, 12 days early, on the date announced: for a narrow column."""
    if late is None:
        return ""
    if late.days == 0:
        return _("on the date announced")
    if late.days < 0:
        text = (
            ngettext("%(count)d month early", "%(count)d months early", _count(late))
            if late.months
            else ngettext("%(count)d day early", "%(count)d days early", _count(late))
        )
    else:
        text = (
            ngettext("%(count)d month late", "%(count)d months late", _count(late))
            if late.months
            else ngettext("%(count)d day late", "%(count)d days late", _count(late))
        )
    shown = text % {"count": _count(late)}
    return _("at least %(delay)s") % {"delay": shown} if late.at_least else shown


def _count(late: Slip) -> int:
    return abs(late.months or late.days)
