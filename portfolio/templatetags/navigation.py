"""The menu of the steering screens: what everybody needs in the bar, the rest one tap away."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from django import template
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from portfolio.permissions import may
from portfolio.roles import Part

register = template.Library()


@dataclass(frozen=True)
class Entry:
    """`part`: shown to those who look after that matter alone. `is_exact`: the pages below it
    belong to other entries."""

    label: Promise
    name: str
    part: Part | None = None
    is_exact: bool = False


@dataclass(frozen=True)
class Shown:
    """`current`: page (this one), true (one below it), or empty."""

    label: str
    address: str
    current: str


BAR = (
    Entry(_("My week"), "portfolio:home", is_exact=True),
    Entry(_("Dashboard"), "portfolio:board"),
    Entry(_("Projects"), "portfolio:projects"),
    Entry(_("Programmes"), "portfolio:programmes"),
    Entry(_("PPI"), "portfolio:ppi"),
)
GROUPS = (
    (
        _("Steer"),
        (
            Entry(_("Committees"), "portfolio:committees"),
            Entry(_("Register of decisions"), "portfolio:decisions"),
            Entry(_("Calendar"), "portfolio:calendar"),
            Entry(_("Alerts"), "portfolio:alerts"),
            Entry(_("Risks"), "portfolio:risks"),
            Entry(_("Reviews to validate"), "portfolio:validation"),
            Entry(_("Prioritisation"), "portfolio:priorities"),
            Entry(_("End of the year"), "portfolio:carry-over"),
            Entry(_("Scenarios of arbitration"), "portfolio:scenarios"),
            Entry(_("Evidence of all projects"), "indicators:matrix"),
            Entry(_("Documents"), "reports:documents"),
        ),
    ),
    (
        _("Data"),
        (
            Entry(_("Data quality"), "portfolio:quality"),
            Entry(_("Sources and pulls"), "indicators:sources"),
            Entry(_("Indicators"), "indicators:indicators"),
            Entry(_("Imports"), "portfolio:imports"),
            Entry(_("Organisations"), "portfolio:organisations"),
            Entry(_("Finance parameters"), "portfolio:parameters"),
            Entry(_("Phase sets"), "portfolio:phase-sets", Part.ACCOUNTS),
            Entry(_("People and roles"), "portfolio:people", Part.ACCOUNTS),
        ),
    ),
    (
        _("For me"),
        (
            Entry(_("Help"), "portfolio:help", is_exact=True),
            Entry(_("Glossary"), "portfolio:glossary"),
            Entry(_("My notifications"), "portfolio:notifications"),
            Entry(_("My account"), "portfolio:account"),
        ),
    ),
)


@register.inclusion_tag("portfolio/components/navigation.html", takes_context=True)
def navigation(context: dict[str, Any]) -> dict[str, Any]:
    """The entries that the reader has a use for."""
    request = context["request"]
    groups = [
        (
            str(title),
            _closest([_shown(e, request.path) for e in entries if _is_for(e, request)]),
        )
        for title, entries in GROUPS
    ]
    return {
        "bar": [_shown(entry, request.path) for entry in BAR],
        "groups": groups,
        "is_in_menu": any(entry.current for _, entries in groups for entry in entries),
        "public_address": "/en/" if context.get("LANGUAGE_CODE") == "en" else "/",
    }


def _is_for(entry: Entry, request: Any) -> bool:
    return entry.part is None or may(request.user, entry.part)


def _closest(shown: list[Shown]) -> list[Shown]:
    """A page below two entries belongs to the one that is nearer to it."""
    nearest = max((len(one.address) for one in shown if one.current), default=0)
    return [replace(one, current="") if len(one.address) < nearest else one for one in shown]


def _shown(entry: Entry, path: str) -> Shown:
    address = reverse(entry.name)
    current = ""
    if path == address:
        current = "page"
    elif path.startswith(address) and not entry.is_exact:
        current = "true"
    return Shown(str(entry.label), address, current)
