"""The form of any part of a project's record: what it asks for besides its own fields."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django import forms
from django.utils.dateparse import parse_datetime
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from portfolio.forms import conflicts as conflict_forms
from portfolio.forms import seen
from portfolio.forms.conflicts import Conflict
from portfolio.forms.seen import Shows
from portfolio.models import Project, User
from portfolio.queries.changes import Change, since

KEEP_THEIRS = "theirs"


def moved_label(withdrawn_at: datetime | None, off: Promise | str = "") -> Promise | str:
    """The button of a form that takes a record off (`off`: in other words), or brings it back."""
    return _("Bring back") if withdrawn_at else off or _("Take off")


class RecordForm(forms.Form):
    """Reason and state of the record are asked for last, whatever a form adds.

    A form of the record subclasses this, adds its fields, calls one service in `save`, and says
    in `shows` which stored fields it shows. Then only a change of those fields meanwhile is a
    conflict, told field by field; what else was changed is left as it is (`merged`). One that
    first shows what it understood is saved once it `is_confirmed`.
    """

    fields_template = "portfolio/pages/record_fields.html"
    submit_label: Promise | str = _("Save")

    def __init__(self, data: Any = None, *, project: Project, **options: Any) -> None:
        super().__init__(data, **options)
        self.project = project
        self.conflicts: Sequence[Conflict] = ()
        self.meanwhile: Sequence[Change] = ()
        self.merged = False
        # Compared again when sent: somebody else may have changed the record since.
        self._stored_at = project.updated_at
        self.fields["reason"] = seen.reason_field()
        for name in ("seen_at", "seen", "kept"):
            self.fields[name] = seen.hidden_field()
        self.initial.setdefault("seen_at", project.updated_at.isoformat())
        # Asked for when the form is drawn: a subclass names its record after this.
        self.fields["seen"].initial = lambda: seen.written(seen.state_of(self.shows() or ()))

    def shows(self) -> Sequence[Shows] | None:
        """Stored records whose fields the form shows under the same names; none where it only
        adds. None: it does not say, and any change of the project meanwhile is told."""
        return None

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean() or self.cleaned_data
        shown = self.shows()
        names = [name for one in shown or () for name in one.names]
        state = seen.read(cleaned.get("seen", ""), names) if shown is not None else None
        if shown is None or state is None:
            self._refuse_any_change()
            return cleaned
        if self.keeps_theirs:
            self._keep_theirs(shown, cleaned)
        labels = {name: str(self.fields[name].label) for name in names}
        self.conflicts = conflict_forms.found(shown, state, self._typed(names), labels)
        if self.conflicts:
            self._open_again(kept=[conflict.name for conflict in self.conflicts])
            raise forms.ValidationError(conflict_forms.in_words(self.conflicts), code="stale")
        self.merged = bool(names) and not self._is_as_seen()
        return cleaned

    @property
    def keeps_theirs(self) -> bool:
        """Its reader leaves what both wrote as the other one wrote it."""
        return self._value("resolve") == KEEP_THEIRS

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

    def _is_as_seen(self) -> bool:
        return seen.is_same_instant(self.cleaned_data.get("seen_at", ""), self._stored_at)

    def _refuse_any_change(self) -> None:
        """The form cannot tell whether what it shows was changed: its reader looks and decides."""
        if self._is_as_seen():
            return
        if at := _instant(self.cleaned_data.get("seen_at", "")):
            self.meanwhile = since(self.project, at)
        self._open_again(kept=[])
        raise forms.ValidationError(
            _("Somebody else changed this project in the meantime. Nothing you typed is lost: look at what changed, then save again."),
            code="stale",
        )  # fmt: skip

    def _open_again(self, *, kept: Sequence[str]) -> None:
        """The form that is shown again has seen what is told with it."""
        sent: Any = self.data
        again = sent.copy()
        again[self.add_prefix("seen_at")] = self._stored_at.isoformat()
        again[self.add_prefix("seen")] = seen.written(seen.state_of(self.shows() or ()))
        again[self.add_prefix("kept")] = ",".join(kept)
        self.data = again

    def _keep_theirs(self, shown: Sequence[Shows], cleaned: dict[str, Any]) -> None:
        """What the reader chose to leave as the other one wrote it."""
        wanted = set(self._value("kept").split(","))
        for one in shown:
            for name in wanted.intersection(one.names):
                cleaned[name] = one.value(name)
                self.errors.pop(name, None)

    def _typed(self, names: Sequence[str]) -> dict[str, Any]:
        """As it was understood, or as it was typed where it was not: a field that was closed
        meanwhile holds what is stored."""
        closed = {name for name in names if self.fields[name].disabled and self._value(name)}
        return {
            name: self._value(name)
            if name in closed
            else self.cleaned_data.get(name, self._value(name))
            for name in names
        }

    def _value(self, name: str) -> str:
        return str(self.data.get(self.add_prefix(name), ""))


def _instant(text: str) -> datetime | None:
    try:
        return parse_datetime(text)
    except ValueError:
        return None
