"""What an import would change, in the words of its reader."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils.translation import gettext as _

from portfolio.imports.exchange.columns import COLUMNS, CREDITS, PROJECTS
from portfolio.models import ImportLine, Section
from portfolio.templatetags import figures

LABELS = {
    sheet: {column.key: column.heading for column in COLUMNS[sheet]}
    for sheet in (PROJECTS, CREDITS)
}


@dataclass(frozen=True)
class ShownChange:
    """`is_words` where there is nothing to read before and after (a geometry)."""

    label: str
    before: str
    after: str
    is_words: bool = False


@dataclass(frozen=True)
class Preview:
    code: str
    name: str
    is_new: bool
    stale: bool
    stale_by: str
    changes: tuple[ShownChange, ...]
    line: ImportLine | None


def preview(change: dict[str, Any], lines: Mapping[str, ImportLine]) -> Preview:
    """One project of a job's `changes`; `lines` are what became of them, by code."""
    return Preview(
        code=change["code"],
        name=change["name"],
        is_new=change["is_new"],
        stale=change["stale"],
        stale_by=change["stale_by"],
        changes=tuple(_change(fact) for fact in change["fields"]),
        line=lines.get(change["code"]),
    )


def _change(fact: dict[str, Any]) -> ShownChange:
    key = fact["key"]
    if key == "geometry":
        return ShownChange(_("Place"), "", "", is_words=True)
    return ShownChange(_label(key, fact), _text(key, fact["before"]), _text(key, fact["after"]))


def _label(key: str, fact: dict[str, Any]) -> str:
    if fact["year"]:
        section = Section(fact["section"]).label
        return f"{fact['year']}, {section} · {LABELS[CREDITS][key]}"
    if key.startswith("milestone:"):
        return key.removeprefix("milestone:")
    if key == "zones":
        return _("Zones")
    return str(LABELS[PROJECTS].get(key, key))


def _text(key: str, text: str) -> str:
    if not text:
        return ""
    if key.endswith("_on") or key.startswith("milestone:"):
        try:
            return figures.day(date.fromisoformat(text))
        except ValueError:
            return text
    if key.endswith("_eur"):
        try:
            return figures.euros(Decimal(text))
        except InvalidOperation:
            return text
    return text
