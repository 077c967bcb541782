"""What the history triggers kept of a project: every event of its record and of those below it.

Events of one record are ordered by `pgh_id`: they are numbered while its row is locked. Those of
two tables are only ordered by their instant.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any
from uuid import UUID

from django.apps import apps
from django.db import models

from portfolio.models import Project, Review

# Dates of bookkeeping: what they say is said by the event itself.
HIDDEN = frozenset(
    {"id", "updated_at", "created_at", "recorded_at", "project_id", "stored_as", "sha256"}
)

State = dict[str, Any]


@dataclass(frozen=True)
class Tracked:
    """A model with a history; `column` names the project in its events."""

    model: type[models.Model]
    events: type[models.Model]
    column: str

    @property
    def label(self) -> str:
        return self.model._meta.label

    def of(self, key: int) -> models.QuerySet[Any]:
        """Events of the project of that key, oldest first."""
        found = self.events._default_manager.filter(**{self.column: key})
        return found.order_by("pgh_id")

    @property
    def names(self) -> list[str]:
        """Columns of a record that its events keep, its key left out."""
        kept = {field.attname for field in self.events._meta.concrete_fields}
        return [
            field.attname
            for field in self.model._meta.concrete_fields
            if field.attname != "id" and field.attname in kept
        ]


@dataclass(frozen=True)
class Event:
    """One row written. `before` is what the record held, empty where it did not exist; `after` is
    empty where it was removed."""

    tracked: Tracked
    pk: int
    number: int
    at: datetime
    context: UUID | None
    action: str  # insert, update, delete
    before: State
    after: State

    @property
    def record(self) -> tuple[str, int]:
        return self.tracked.label, self.pk

    @property
    def changed(self) -> list[str]:
        """Names of the columns that say something else than before."""
        if self.action != "update":
            return []
        return [
            name
            for name, value in self.after.items()
            if name not in HIDDEN and not same(value, self.before.get(name))
        ]


@cache
def tracked() -> tuple[Tracked, ...]:
    """The project first, then every model whose events name one."""
    kept: list[tuple[type[models.Model], Any]] = [
        (model, getattr(model, "pgh_event_model", None)) for model in apps.get_models()
    ]
    found = [
        Tracked(model, events, column)
        for model, events in kept
        if events and (column := _column(model))
    ]
    return tuple(sorted(found, key=lambda one: (one.column != "pgh_obj_id", one.label)))


def of_project(project: Project) -> list[Event]:
    """Every event, table by table, each table oldest first; one query a table."""
    return [event for one in tracked() for event in _read(one, one.of(project.pk))]


def of_record(record: models.Model) -> list[Event]:
    """Every event of one record, oldest first; none where its model keeps no history."""
    kept: Any = getattr(type(record), "pgh_event_model", None)
    if kept is None:
        return []
    one = Tracked(type(record), kept, "pgh_obj_id")
    return list(_read(one, one.of(record.pk)))


def is_draft(event: Event) -> bool:
    """Of a review that nobody has handed in: its author alone reads it."""
    states = {state.get("state") for state in (event.before, event.after) if state}
    return event.tracked.model is Review and states == {Review.State.DRAFT.value}


def is_in_context(project: Project, context: UUID) -> bool:
    return any(one.of(project.pk).filter(pgh_context_id=context).exists() for one in tracked())


def states(one: Tracked, project_ids: Sequence[int], at: datetime) -> Iterator[tuple[int, State]]:
    """Records of the projects as they were at an instant, with their keys; one query."""
    known = one.events._default_manager.filter(
        **{f"{one.column}__in": project_ids}, pgh_created_at__lte=at
    )
    last: Any = known.order_by("pgh_obj_id", "-pgh_id").distinct("pgh_obj_id")
    for row in last:
        if row.pgh_label != "delete":
            yield row.pgh_obj_id, _state(one, row)


def same(one: object, other: object) -> bool:
    """Two values of a column; two geometries are the same where every point is."""
    if hasattr(one, "equals_exact"):
        return hasattr(other, "equals_exact") and bool(one == other)
    return one == other


def _column(model: type[models.Model]) -> str:
    if model is Project:
        return "pgh_obj_id"
    if getattr(model, "HISTORY_OF", "project") != "project":
        return ""  # the record that it belongs to tells its changes
    keys = [
        field
        for field in model._meta.concrete_fields
        if isinstance(field, models.ForeignKey) and field.related_model is Project
    ]
    own = sorted(keys, key=lambda field: field.name != "project")
    return own[0].attname if own else ""


def _read(one: Tracked, rows: models.QuerySet[Any]) -> Iterator[Event]:
    current: dict[int, State] = {}
    for row in rows:
        before = current.get(row.pgh_obj_id, {})
        after = {} if row.pgh_label == "delete" else _state(one, row)
        current[row.pgh_obj_id] = after
        yield Event(
            tracked=one,
            pk=row.pgh_obj_id,
            number=row.pgh_id,
            at=row.pgh_created_at,
            context=row.pgh_context_id,
            action=row.pgh_label,
            before=before or (_state(one, row) if row.pgh_label == "delete" else {}),
            after=after,
        )


def _state(one: Tracked, row: Any) -> State:
    return {name: getattr(row, name) for name in one.names}
