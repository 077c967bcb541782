"""A form that two people may have open at once: what the other one wrote meanwhile is told."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from portfolio.forms import conflicts as conflict_forms
from portfolio.forms import seen
from portfolio.forms.conflicts import Conflict
from portfolio.forms.seen import Shows
from portfolio.queries.changes import Change

KEEP_THEIRS = "theirs"


class SharedForm(forms.Form):
    """A subclass says in `shows` which stored fields it shows. Then only a change of those fields
    meanwhile is a conflict, told field by field; what else was changed is left as it is
    (`merged`). Lock what it shows before it is checked and saved."""

    submit_label: Promise | str = _("Save")

    def __init__(self, data: Any = None, **options: Any) -> None:
        super().__init__(data, **options)
        self.conflicts: Sequence[Conflict] = ()
        self.meanwhile: Sequence[Change] = ()
        self.merged = False
        for name in ("seen", "kept"):
            self.fields[name] = seen.hidden_field()
        # Asked for when the form is drawn: a subclass names its record after this.
        self.fields["seen"].initial = lambda: seen.written(seen.state_of(self.shows() or ()))

    def shows(self) -> Sequence[Shows] | None:
        """Stored records whose fields the form shows under the same names; none where it only
        adds. None: it does not say."""
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
        self.merged = bool(names) and not self._is_as_seen(shown, state)
        return cleaned

    @property
    def keeps_theirs(self) -> bool:
        """Its reader leaves what both wrote as the other one wrote it."""
        return self._value("resolve") == KEEP_THEIRS

    def _is_as_seen(self, shown: Sequence[Shows], state: seen.Plain) -> bool:
        return seen.state_of(shown) == state

    def _refuse_any_change(self) -> None:
        """The form cannot tell whether what it shows was changed: its reader looks and decides."""
        if not self.shows():  # it only adds
            return
        self._open_again(kept=[])
        raise forms.ValidationError(
            _("This form cannot tell whether somebody else changed this meanwhile. Nothing you typed is lost: compare with what is stored, then save again."),
            code="stale",
        )  # fmt: skip

    def _open_again(self, *, kept: Sequence[str]) -> None:
        """The form that is shown again has seen what is told with it."""
        sent: Any = self.data
        again = sent.copy()
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
