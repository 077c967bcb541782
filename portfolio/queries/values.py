"""Stored values as people read them: names of related records, choices, days, amounts."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.contrib.gis.db.models import GeometryField
from django.db import models
from django.utils.translation import gettext as _

from portfolio.models import Project, User
from portfolio.templatetags import figures

Reader = User | AnonymousUser
NOBODY = AnonymousUser()  # reads what residents read: who forgets the reader tells too little
Pair = tuple[models.Field[Any, Any], Any]


def field_of(model: type[models.Model], column: str) -> models.Field[Any, Any] | None:
    """The field whose column in the model is `column` (`phase_id` is `phase`)."""
    return next((one for one in model._meta.concrete_fields if one.attname == column), None)


def label_of(model: type[models.Model], column: str) -> str:
    field = field_of(model, column)
    return str(field.verbose_name) if field else column


class Names:
    """The related records that some values name, read once a table; of the projects, those that
    `reader` may see."""

    def __init__(self, pairs: Iterable[Pair], *, reader: Reader = NOBODY) -> None:
        wanted: dict[type[models.Model], set[Any]] = defaultdict(set)
        for field, value in pairs:
            if isinstance(field, models.ForeignKey) and value is not None:
                wanted[field.related_model].add(value)
        self._found = {
            model: _rows(model, reader).in_bulk(list(keys)) for model, keys in wanted.items()
        }

    def record(self, field: models.Field[Any, Any], value: Any) -> models.Model | None:
        related: Any = field.related_model
        return self._found.get(related, {}).get(value)


def _rows(model: type[models.Model], reader: Reader) -> models.QuerySet[Any]:
    return Project.objects.visible_to(reader) if model is Project else model._base_manager.all()


def said(field: models.Field[Any, Any], value: Any, names: Names) -> str | None:
    """The value in the active language; empty: nothing is stored; None: it says nothing to a
    reader (a geometry, a structure)."""
    if isinstance(field, GeometryField) or isinstance(value, (dict, list)):
        return None
    if value is None or value == "":
        return ""
    if isinstance(field, models.ForeignKey):
        if field.related_model is Project:
            return str(names.record(field, value) or _("a project you may not see"))
        return str(names.record(field, value) or value)
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    return _figure(field, value)


def _figure(field: models.Field[Any, Any], value: Any) -> str:
    if isinstance(value, datetime):
        return figures.moment(value)
    if isinstance(value, date):
        return figures.day(value)
    if isinstance(value, Decimal) and field.name.endswith("_eur"):
        return figures.euros(value)
    return str(dict(field.flatchoices).get(value, value))
