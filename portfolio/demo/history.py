"""The history of the demonstration bears the dates of its story, not the day it was seeded."""

from datetime import timedelta
from typing import Any

from django.db.models import F, Max, OuterRef, Subquery

from portfolio.models import Project
from portfolio.queries import events

Rows = Any  # of an event model, which the library makes
SLACK = timedelta(hours=1)  # what people do on the demonstration is dated within it


def date_back() -> None:
    """An event takes the instant that the services were given: that of the row itself, else that
    of the project's change it is a part of. Done again, it changes nothing."""
    _take("updated_at", _rows(Project))
    for one in events.tracked():
        rows: Rows = one.events._default_manager
        names = {field.name for field in one.model._meta.concrete_fields}
        if one.model is not Project and "recorded_at" in names:
            _take("recorded_at", rows)
        elif "decided_at" in names:
            _take("decided_at", rows)
        elif one.model is not Project:
            _follow_project(rows)


def _rows(model: type[Any]) -> Rows:
    return next(one for one in events.tracked() if one.model is model).events._default_manager


def _take(name: str, rows: Rows) -> None:
    rows.filter(pgh_created_at__gt=F(name) + SLACK).update(pgh_created_at=F(name))


def _follow_project(rows: Rows) -> None:
    changes = _rows(Project).filter(pgh_context=OuterRef("pgh_context"))
    at = changes.values("pgh_context").annotate(at=Max("pgh_created_at")).values("at")
    dated = rows.filter(pgh_context__isnull=False).annotate(story_at=Subquery(at))
    for row in dated.filter(pgh_created_at__gt=F("story_at") + SLACK):
        rows.filter(pk=row.pk).update(pgh_created_at=row.story_at)
