"""Pulls in words."""

from datetime import datetime, timedelta

from django import template
from django.utils import timezone
from django.utils.dateformat import format as format_date
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from portfolio.templatetags.figures import day

register = template.Library()
SOON = timedelta(hours=1)


@register.simple_tag
def next_pull(at: datetime, now: datetime) -> str:
    """When the next pull is, in words: in a moment, in 25 minutes, today at 18:40, tomorrow at
    06:00, on 3 December at 06:00."""
    minutes = round((at - now).total_seconds() / 60)
    if minutes < 1:
        return _("in a moment")
    if at - now < SOON:
        text = ngettext("in %(count)s minute", "in %(count)s minutes", minutes)
        return text % {"count": minutes}
    local, today = timezone.localtime(at), timezone.localdate(now)
    words = {"hour": format_date(local, "H:i"), "day": day(at)}
    if local.date() == today:
        return _("today at %(hour)s") % words
    if local.date() == today + timedelta(days=1):
        return _("tomorrow at %(hour)s") % words
    return _("on %(day)s at %(hour)s") % words
