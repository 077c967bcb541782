"""The form of any part of a project's record: what it asks for besides its own fields."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django import forms
from django.utils.dateparse import parse_datetime
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from portfolio.forms import seen
from portfolio.forms.seen import Shows
from portfolio.forms.shared import SharedForm
from portfolio.models import Project, User
from portfolio.queries.changes import since


def moved_label(withdrawn_at: datetime | None, off: Promise | str = "") -> Promise | str:
    """The button of a form that takes a record off (`off`: in other words), or brings it back."""
    return _("Bring back") if withdrawn_at else off or _("Take off")


class RecordForm(SharedForm):
    """Reason and state of the record are asked for last, whatever a form adds.

    A form of the record subclasses this, adds its fields, calls one service in `save`, and says
    in `shows` which stored fields it shows; one that does not say is refused after any change of
    the project meanwhile, which is told. One that first shows what it understood is saved once it
    `is_confirmed`.
    """

    fields_template = "portfolio/pages/record_fields.html"

    def __init__(self, data: Any = None, *, project: Project, **options: Any) -> None:
        super().__init__(data, **options)
        self.project = project
        # Compared again when sent: somebody else may have changed the record since.
        self._stored_at = project.updated_at
        self.fields["reason"] = seen.reason_field()
        self.fields["seen_at"] = seen.hidden_field()
        self.initial.setdefault("seen_at", project.updated_at.isoformat())

    @property
    def is_confirmed(self) -> bool:
        """Asked once the form is valid."""
        return True

    def add_error(self, field: str | None, error: Any) -> None:
        """What a service refuses of a field that the form does not show is told at its head."""
        if field is not None or not hasattr(error, "error_dict"):
            super().add_error(field, error)
            return
        for name, refusals in error.error_dict.items():
            super().add_error(name if name in self.fields else None, refusals)

    def save(self, *, by: User, at: datetime) -> None:
        """Calls the service. Raises ValidationError by field."""
        raise NotImplementedError

    def _is_as_seen(self, shown: Sequence[Shows], state: seen.Plain) -> bool:
        return self._is_of_now()

    def _is_of_now(self) -> bool:
        return seen.is_same_instant(self.cleaned_data.get("seen_at", ""), self._stored_at)

    def _refuse_any_change(self) -> None:
        if self._is_of_now():
            return
        if at := _instant(self.cleaned_data.get("seen_at", "")):
            self.meanwhile = since(self.project, at)
        self._open_again(kept=[])
        raise forms.ValidationError(
            _("Somebody else changed this project in the meantime. Nothing you typed is lost: look at what changed, then save again."),
            code="stale",
        )  # fmt: skip

    def _open_again(self, *, kept: Sequence[str]) -> None:
        super()._open_again(kept=kept)
        again: Any = self.data
        again[self.add_prefix("seen_at")] = self._stored_at.isoformat()


def _instant(text: str) -> datetime | None:
    try:
        return parse_datetime(text)
    except ValueError:
        return None
