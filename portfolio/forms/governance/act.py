"""What the forms of a committee have in common: one act, saved by one service."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms
from django.db.models import QuerySet

from portfolio.models import User


class ActForm(forms.Form):
    """A subclass adds its fields and calls one service in `save`."""

    def add_error(self, field: str | None, error: Any) -> None:
        """What a service refuses of a field that the form does not show is told at its head."""
        if field is not None or not hasattr(error, "error_dict"):
            super().add_error(field, error)
            return
        for name, refusals in error.error_dict.items():
            super().add_error(name if name in self.fields else None, refusals)

    def save(self, *, by: User, at: datetime) -> Any:
        """Calls the service. Raises ValidationError by field."""
        raise NotImplementedError


def people() -> QuerySet[User]:
    """Who may be chosen, in the order of their names."""
    return User.objects.filter(is_active=True).order_by("last_name", "first_name", "username")


def lines(rows: int = 2) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": rows})
