"""The form of any part of a project's record: what it asks for besides its own fields."""

from datetime import datetime
from typing import Any

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from portfolio.forms.seen import check_seen, reason_field, seen_field
from portfolio.models import Project, User


class RecordForm(forms.Form):
    """Reason and state of the record are asked for last, whatever a form adds.

    A form of the record subclasses this, adds its fields, and calls one service in `save`. One
    that first shows what it understood is saved once it `is_confirmed`.
    """

    fields_template = "portfolio/pages/record_fields.html"
    submit_label: Promise | str = _("Save")

    def __init__(self, data: Any = None, *, project: Project, **options: Any) -> None:
        super().__init__(data, **options)
        self.project = project
        # Compared again when sent: somebody else may have changed the record since.
        self._stored_at = project.updated_at
        self.fields["reason"] = reason_field()
        self.fields["seen_at"] = seen_field()
        self.initial.setdefault("seen_at", project.updated_at.isoformat())

    def clean(self) -> dict[str, Any] | None:
        check_seen(self.cleaned_data.get("seen_at", ""), self._stored_at)
        return super().clean()

    @property
    def is_confirmed(self) -> bool:
        """Asked once the form is valid."""
        return True

    def save(self, *, by: User, at: datetime) -> None:
        """Calls the service. Raises ValidationError by field."""
        raise NotImplementedError
