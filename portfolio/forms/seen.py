"""What every form of the record asks for: why, and on which state of the record it was opened."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django import forms
from django.contrib.gis.geos import GEOSGeometry
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext_lazy as _

Plain = dict[str, str | None]


@dataclass(frozen=True)
class Shows:
    """A stored record, or one to be made, and those of its fields that a form shows: they have
    the same names in both, but for those of `fields` (the form's name: the record's)."""

    record: models.Model
    names: tuple[str, ...]
    fields: Mapping[str, str] = field(default_factory=dict)

    def field(self, name: str) -> models.Field[Any, Any]:
        own = self.fields.get(name, name)
        found: models.Field[Any, Any] = self.record._meta.get_field(own)  # type: ignore[assignment]
        return found

    def value(self, name: str) -> Any:
        """As the form's field gives it."""
        return getattr(self.record, self.field(name).name) if self.record.pk else None

    def stored(self, name: str) -> Any:
        """What the column holds; nothing for a record to be made."""
        return getattr(self.record, self.field(name).attname) if self.record.pk else None


def reason_field() -> forms.CharField:
    """Kept with the change."""
    return forms.CharField(
        label=_("Why this changes"),
        help_text=_("Kept in the project's history."),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
    )


def hidden_field() -> forms.CharField:
    return forms.CharField(required=False, widget=forms.HiddenInput)


def is_same_instant(text: str, stored_at: datetime) -> bool:
    """`text` is the record's date when the form was opened."""
    try:
        return parse_datetime(text) == stored_at
    except ValueError:
        return False


def plain(value: Any) -> str | None:
    """A value as a text that compares: nothing stored and an empty text are the same."""
    if isinstance(value, models.Model):
        value = value.pk
    if value is None or value == "":
        return None
    if isinstance(value, Decimal):
        return format(value.normalize(), "f") if value.is_finite() else str(value)
    if isinstance(value, GEOSGeometry):
        return hashlib.sha256(bytes(value.wkb)).hexdigest()
    if isinstance(value, date):
        return value.isoformat()
    # A browser sends the lines of a text with another end than ours.
    return str(value).replace("\r\n", "\n")


def state_of(shown: Iterable[Shows]) -> Plain:
    """What the fields hold now, by name."""
    return {name: plain(one.stored(name)) for one in shown for name in one.names}


def written(state: Plain) -> str:
    return json.dumps(state)


def read(text: str, expected: Iterable[str]) -> Plain | None:
    """The state that a form was opened on; None where it does not say it of each field."""
    try:
        state = json.loads(text)
    except ValueError:
        return None
    if not isinstance(state, Mapping):
        return None
    names = list(expected)
    good = all(n in state and (state[n] is None or isinstance(state[n], str)) for n in names)
    return {name: state[name] for name in names} if good else None


def to_value(field: models.Field[Any, Any], text: str | None) -> Any:
    """A plain text as the field's value; as it stands where it cannot be read."""
    if text is None or hasattr(field, "srid"):
        return None
    try:
        return field.to_python(text)
    except ValidationError:
        return text
