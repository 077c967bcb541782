"""Targets of the territory, that no project carries: set, revised, taken off."""

from collections.abc import Sequence
from datetime import datetime
from hashlib import sha256
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from indicators.forms.targets import TargetFields
from indicators.models import Target
from indicators.services import targets
from indicators.services.targets import terms_of
from portfolio.forms.record import moved_label
from portfolio.forms.seen import Shows, hidden_field, reason_field
from portfolio.models import User


def _kept() -> forms.CharField:
    field = reason_field()
    field.help_text = _("Kept with the change.")
    return field


class TerritoryTargetForm(TargetFields):
    """Of the territory. A revision of what somebody else revised meanwhile is told."""

    def __init__(self, data: Any = None, *, target: Target | None = None, **options: Any) -> None:
        super().__init__(data, target=target, **options)
        self.fields["reason"] = _kept()
        self.fields["seen_terms"] = hidden_field()
        self._terms = _digest(target) if target else ""
        self.initial["seen_terms"] = self._terms

    def _refuse_any_change(self) -> None:
        if self.cleaned_data.get("seen_terms", "") == self._terms:
            return
        self._open_again(kept=[])
        raise forms.ValidationError(
            _("Somebody else revised this target in the meantime. Nothing you typed is lost: look at what it says now, then save again."),
            code="stale",
        )  # fmt: skip

    def _open_again(self, *, kept: Sequence[str]) -> None:
        super()._open_again(kept=kept)
        again: Any = self.data
        again[self.add_prefix("seen_terms")] = self._terms


def _digest(target: Target) -> str:
    return sha256(repr(terms_of(target)).encode()).hexdigest()


class TerritoryMoveForm(forms.Form):
    """Why a target is taken off, or brought back."""

    reason = _kept()

    def __init__(self, data: Any = None, *, target: Target) -> None:
        super().__init__(data)
        self.target = target
        self.submit_label = moved_label(target.withdrawn_at)

    def shows(self) -> Sequence[Shows]:
        return []

    def save(self, *, by: User, at: datetime) -> None:
        verb = targets.bring_back if self.target.withdrawn_at else targets.withdraw
        verb(target=self.target, by=by, reason=self.cleaned_data["reason"], at=at)
