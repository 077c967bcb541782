"""Milestones as a calendar that people add to their own agenda (iCalendar, RFC 5545)."""

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _
from icalendar import Calendar, Event

from portfolio.models import Milestone
from portfolio.templatetags.figures import day


def milestones(found: Iterable[Milestone], *, address: Callable[[str], str], at: datetime) -> bytes:
    """A day-long event a milestone, on the day it was reached or else is planned now. `address`
    makes a full address of a path."""
    calendar = Calendar()
    calendar.add("prodid", "-//Gouvernail//Milestones//FR")
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", _("Milestones, %(place)s") % {"place": settings.TERRITORY.name})
    for milestone in found:
        calendar.add_component(_event(milestone, address, at))
    return bytes(calendar.to_ical())


def _event(milestone: Milestone, address: Callable[[str], str], at: datetime) -> Event:
    project, on = milestone.project, milestone.actual_on or milestone.current_on
    page = address(reverse("portfolio:project", args=[project.code]))
    event = Event()
    # The same from one export to the next: an agenda moves the event instead of adding one.
    event.add("uid", f"milestone-{milestone.pk}@gouvernail")
    event.add("dtstamp", at)
    event.add("last-modified", project.updated_at)
    event.add("dtstart", on)
    event.add("dtend", on + timedelta(days=1))
    event.add("summary", f"{milestone.name} – {project.name}")
    event.add("description", f"{_state(milestone)}\n{page}")
    event.add("url", page)
    event.add("transp", "TRANSPARENT")
    return event


def _state(milestone: Milestone) -> str:
    words = {"day": day(milestone.original_on)}
    if milestone.actual_on:
        return _("Reached. Announced first for %(day)s.") % words
    if milestone.current_on != milestone.original_on:
        return _("Planned. Announced first for %(day)s.") % words
    return _("Planned, as announced.")
