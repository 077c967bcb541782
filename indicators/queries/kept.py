"""Rows as they stood at an instant, from what the history triggers kept (rule 6)."""

from __future__ import annotations

from datetime import datetime
from typing import Any


def events(model: type[Any]) -> Any:
    """Every event kept of a model."""
    return model.pgh_event_model.objects


def last_by(model: type[Any], as_of: datetime) -> Any:
    """The last event of each record by then."""
    known = events(model).filter(pgh_created_at__lte=as_of)
    return known.order_by("pgh_obj_id", "-pgh_id").distinct("pgh_obj_id")


def made(model: type[Any], row: Any) -> Any:
    """The record that an event tells, not stored."""
    names = [field.attname for field in model._meta.concrete_fields if field.attname != "id"]
    return model(pk=row.pgh_obj_id, **{name: getattr(row, name) for name in names})
