"""The forms of the sets of phases, for administrators."""

from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from portfolio.forms.seen import reason_field
from portfolio.models import Phase, PhaseSet, User
from portfolio.services import phase_sets
from portfolio.services.phase_sets import PhaseWords, SetWords


class ReferenceForm(forms.Form):
    """A change of a reference table: why is asked for last."""

    def __init__(self, data: Any = None, **options: Any) -> None:
        super().__init__(data, **options)
        self.fields["reason"] = reason_field()
        self.fields["reason"].help_text = _("Kept in the history.")

    def save(self, *, by: User, at: datetime) -> None:
        """Calls the service. Raises ValidationError by field."""
        raise NotImplementedError


class NamesFields(forms.Form):
    name_fr = forms.CharField(label=_("Name in French"), max_length=120)
    name_en = forms.CharField(label=_("Name in English"), max_length=120, required=False)
    source = forms.CharField(label=_("Legal source"), max_length=200, required=False)


class SetAddForm(NamesFields, ReferenceForm):
    code = forms.SlugField(label=_("Code"), max_length=40)

    def save(self, *, by: User, at: datetime) -> None:
        given = self.cleaned_data
        phase_sets.add_set(
            code=given["code"], words=_set_words(given), by=by, reason=given["reason"]
        )


class SetForm(NamesFields, ReferenceForm):
    def __init__(self, data: Any = None, *, phase_set: PhaseSet, **options: Any) -> None:
        names = SetWords.__dataclass_fields__
        super().__init__(data, initial={n: getattr(phase_set, n) for n in names}, **options)
        self._set = phase_set

    def save(self, *, by: User, at: datetime) -> None:
        given = self.cleaned_data
        phase_sets.correct_set(
            phase_set=self._set, words=_set_words(given), by=by, reason=given["reason"]
        )


class SetWithdrawForm(ReferenceForm):
    """No longer offered, or offered again."""

    def __init__(self, data: Any = None, *, phase_set: PhaseSet, **options: Any) -> None:
        super().__init__(data, **options)
        self._set = phase_set

    def save(self, *, by: User, at: datetime) -> None:
        reason = self.cleaned_data["reason"]
        if self._set.withdrawn_at is None:
            phase_sets.withdraw_set(phase_set=self._set, by=by, reason=reason, at=at)
        else:
            phase_sets.bring_set_back(phase_set=self._set, by=by, reason=reason)


class PhaseFields(NamesFields):
    short = forms.CharField(
        label=_("Short code"), max_length=12, required=False, help_text=_("AVP, PRO, DET…")
    )
    is_works = forms.BooleanField(label=_("Works take place during it"), required=False)


class PhaseAddForm(PhaseFields, ReferenceForm):
    code = forms.SlugField(label=_("Code"), max_length=40)
    rank = forms.IntegerField(
        label=_("Rank"),
        min_value=1,
        required=False,
        help_text=_("Its place from 1; empty: the last one."),
    )

    def __init__(self, data: Any = None, *, phase_set: PhaseSet, **options: Any) -> None:
        super().__init__(data, **options)
        self._set = phase_set

    def save(self, *, by: User, at: datetime) -> None:
        given = self.cleaned_data
        phase_sets.add_phase(
            phase_set=self._set,
            code=given["code"],
            words=_phase_words(given),
            rank=given["rank"],
            by=by,
            reason=given["reason"],
        )


class PhaseCorrectForm(PhaseFields, ReferenceForm):
    def __init__(self, data: Any = None, *, phase: Phase, **options: Any) -> None:
        names = PhaseWords.__dataclass_fields__
        super().__init__(data, initial={n: getattr(phase, n) for n in names}, **options)
        self._phase = phase

    def save(self, *, by: User, at: datetime) -> None:
        given = self.cleaned_data
        phase_sets.correct_phase(
            phase=self._phase, words=_phase_words(given), by=by, reason=given["reason"]
        )


def _set_words(given: dict[str, Any]) -> SetWords:
    return SetWords(**{name: given[name] for name in SetWords.__dataclass_fields__})


def _phase_words(given: dict[str, Any]) -> PhaseWords:
    return PhaseWords(**{name: given[name] for name in PhaseWords.__dataclass_fields__})
