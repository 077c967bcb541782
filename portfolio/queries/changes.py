"""The history of a project's record: who changed what, when and why."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.apps import apps
from django.core.exceptions import FieldDoesNotExist
from django.db import models
from django.utils.translation import get_language
from pghistory.models import Events

from portfolio.models import GreenAxis, Project, User, Zone
from portfolio.templatetags import figures

HIDDEN = {"id", "updated_at", "created_at", "recorded_at", "project_id", "stored_as", "sha256"}
NAMES = ("title_fr", "title", "person")  # what else a record may be called by
ENTRIES_SHOWN = 50


@dataclass(frozen=True)
class FieldChange:
    """`before` and `after` are None where a value says nothing to a reader (a geometry)."""

    label: str
    before: str | None
    after: str | None


@dataclass(frozen=True)
class Change:
    """One transaction on one record of the project. `author` is empty for a machine; `subject`
    tells the record from its likes: the name of a milestone, an amount, a zone."""

    at: datetime
    author: str
    reason: str
    record: str
    subject: str
    action: str  # insert, update, delete
    fields: tuple[FieldChange, ...]


def of_project(project: Project, *, limit: int = ENTRIES_SHOWN) -> list[Change]:
    """Changes of the project and of the records below it, latest first."""
    recorded: Any = Events.objects  # the library's queryset has no types
    return _changes(recorded.references(project), limit)


def of_record(record: models.Model, *, limit: int = ENTRIES_SHOWN) -> list[Change]:
    """Changes of one record alone, latest first."""
    recorded: Any = Events.objects
    return _changes(recorded.tracks(record), limit)


def _changes(recorded: Any, limit: int) -> list[Change]:
    events = list(recorded.order_by("pgh_created_at", "pgh_id"))
    before = _states_before(events)
    latest = [event for event in reversed(events) if _is_shown(event, before)][:limit]
    authors = _authors(latest)
    named = {
        "zone_id": _named(latest, Zone, "zone_id"),
        "axis_id": _named(latest, GreenAxis, "axis_id"),
    }
    return [
        _change(event, before[event.pgh_slug], authors, _subject(event, named)) for event in latest
    ]


def _states_before(events: Iterable[Any]) -> dict[str, dict[str, Any]]:
    """What each record held before each event; the library compares only like with like."""
    current: dict[tuple[str, str], dict[str, Any]] = {}
    before = {}
    for event in events:
        record = (event.pgh_obj_model, event.pgh_obj_id)
        before[event.pgh_slug] = current.get(record, {})
        current[record] = event.pgh_data
    return before


def _is_shown(event: Any, before: dict[str, dict[str, Any]]) -> bool:
    return event.pgh_label != "update" or bool(_changed(event, before[event.pgh_slug]))


def _changed(event: Any, before: dict[str, Any]) -> list[str]:
    data = event.pgh_data
    return [name for name in data if name not in HIDDEN and data[name] != before.get(name)]


def _authors(events: Iterable[Any]) -> dict[int, User]:
    return User.objects.in_bulk({pk for event in events if (pk := _context(event).get("user"))})


def _named(events: Iterable[Any], model: type[models.Model], key: str) -> dict[int, str]:
    """The names of the records that tell an event's record from its likes."""
    keys = {pk for event in events if (pk := event.pgh_data.get(key))}
    return {row.pk: str(row) for row in model._default_manager.filter(pk__in=keys)} if keys else {}


def _subject(event: Any, named: dict[str, dict[int, str]]) -> str:
    data = event.pgh_data
    if event.pgh_obj_model == Project._meta.label:
        return ""
    for key, names in named.items():
        if name := names.get(data.get(key)):
            return name
    if amount := data.get("amount_eur") or data.get("yearly_eur"):
        return figures.euros(Decimal(str(amount)))
    names = (f"name_{get_language()}", "name_fr", f"title_{get_language()}", *NAMES)
    return next((str(data[name]) for name in names if data.get(name)), "")


def _context(event: Any) -> dict[str, Any]:
    return event.pgh_context or {}


def _change(event: Any, before: dict[str, Any], authors: dict[int, User], subject: str) -> Change:
    model = apps.get_model(event.pgh_obj_model)
    author = authors.get(_context(event).get("user", 0))
    names = _changed(event, before) if event.pgh_label == "update" else []
    return Change(
        at=event.pgh_created_at,
        author=str(author) if author else "",
        reason=_context(event).get("reason", ""),
        record=str(model._meta.verbose_name),
        subject=subject,
        action=event.pgh_label,
        fields=tuple(_field(model, name, before.get(name), event.pgh_data[name]) for name in names),
    )


def _field(model: type[models.Model], name: str, before: Any, after: Any) -> FieldChange:
    try:
        field = model._meta.get_field(name.removesuffix("_id"))
    except FieldDoesNotExist:
        return FieldChange(name, None, None)
    label = str(getattr(field, "verbose_name", name))
    return FieldChange(label, _text(field, before), _text(field, after))


def _text(field: Any, value: Any) -> str | None:
    if isinstance(value, (dict, list)):
        return None
    if value is None or value == "":
        return ""
    if isinstance(field, models.ForeignKey):
        found = field.related_model._base_manager.filter(pk=value).first()
        return str(found) if found else str(value)
    if isinstance(field, models.DecimalField) and field.name.endswith("_eur"):
        return figures.euros(Decimal(str(value)))
    if isinstance(field, models.DateField):
        return _date(field, value)
    return str(dict(field.flatchoices).get(value, value))


def _date(field: models.DateField[Any, Any], value: str) -> str:
    if isinstance(field, models.DateTimeField):
        return figures.moment(datetime.fromisoformat(value))
    return figures.day(date.fromisoformat(value))
