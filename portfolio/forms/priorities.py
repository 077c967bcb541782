"""The forms of an exercise of prioritisation and of its candidates."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from portfolio.forms.phase_sets import ReferenceForm
from portfolio.forms.seen import hidden_field
from portfolio.models import Candidate, Exercise, Programme, Project, User
from portfolio.services import exercises
from portfolio.services.exercises import WRITTEN

MOST = 500  # codes pasted at once


def _text(rows: int = 2) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": rows})


class GuardedForm(ReferenceForm):
    """What somebody else wrote meanwhile is told once, and nothing typed is lost. `state` is what is
    stored; a subclass sets it before the form is made."""

    state: str = ""

    def __init__(self, data: Any = None, **options: Any) -> None:
        super().__init__(data, **options)
        self.fields["seen"] = hidden_field()
        self.initial["seen"] = self.state

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("seen", "") != self.state:
            sent: Any = self.data
            again = sent.copy()
            again["seen"] = self.state
            self.data = again
            raise forms.ValidationError(
                _("Somebody else changed this in the meantime. Nothing you typed is lost: compare with what is stored, then save again."),
                code="stale",
            )  # fmt: skip
        return cleaned


class ExerciseForm(GuardedForm):
    """A new exercise, or with one, the change of a draft."""

    name_fr = forms.CharField(label=_("Name in French"), max_length=200)
    name_en = forms.CharField(label=_("Name in English"), max_length=200, required=False)
    purpose_fr = forms.CharField(
        label=_("Purpose in French"), required=False, widget=_text(3),
        help_text=_("What is to be chosen, and for what."),
    )  # fmt: skip
    purpose_en = forms.CharField(label=_("Purpose in English"), required=False, widget=_text(3))
    reference_fr = forms.CharField(
        label=_("Reference option in French"), max_length=400, required=False,
        help_text=_("What every project is compared with: doing nothing, keeping up what is there. Costs and effects are those beyond it."),
    )  # fmt: skip
    reference_en = forms.CharField(
        label=_("Reference option in English"), max_length=400, required=False
    )
    retained = forms.IntegerField(
        label=_("Projects to retain"), required=False, min_value=1, max_value=10_000,
        help_text=_("How many there is room for; empty: not known. It says which are in by nearly all plausible weightings, and which are on the edge."),
    )  # fmt: skip
    draws = forms.IntegerField(
        label=_("Weightings drawn"), min_value=100, max_value=100_000, initial=10_000,
        help_text=_("For the analysis of robustness."),
    )  # fmt: skip
    seed = forms.IntegerField(
        label=_("Seed of the draws"), min_value=0, max_value=2**31 - 1, initial=1,
        help_text=_("The same seed gives the same result again."),
    )  # fmt: skip

    def __init__(self, data: Any = None, *, exercise: Exercise | None = None) -> None:
        self.exercise = exercise
        initial = {name: getattr(exercise, name) for name in WRITTEN} if exercise else {}
        self.state = json.dumps(initial)
        super().__init__(data, initial=initial)

    def save(self, *, by: User, at: datetime) -> None:
        given = {name: self.cleaned_data[name] for name in WRITTEN}
        signed: dict[str, Any] = {"by": by, "reason": self.cleaned_data["reason"], "at": at}
        if self.exercise is None:
            self.exercise = exercises.create(fields=given, **signed)
        else:
            exercises.describe(exercise=self.exercise, fields=given, **signed)


class CandidatesForm(forms.Form):
    """Projects that the reader may see, by their codes or all those of a programme."""

    programme = forms.ModelChoiceField(
        queryset=Programme.objects.none(), to_field_name="code", required=False,
        label=_("All projects of a programme"), empty_label=_("None"),
        help_text=_("Those of the programmes below it too; abandoned projects are left out."),
    )  # fmt: skip
    codes = forms.CharField(
        label=_("Or by their codes"), required=False, widget=_text(5),
        help_text=_("One a line, as at the end of the address of a project."),
    )  # fmt: skip

    def __init__(self, data: Any = None, *, exercise: Exercise, reader: User) -> None:
        super().__init__(data)
        self.exercise, self.reader, self.added = exercise, reader, 0
        programmes = Programme.objects.order_by("name_fr")
        self.fields["programme"].queryset = programmes  # type: ignore[attr-defined]

    def clean_codes(self) -> list[Project]:
        codes = list(dict.fromkeys(self.cleaned_data["codes"].split()))
        if len(codes) > MOST:
            raise forms.ValidationError(gettext("500 codes at most."))
        found = Project.objects.visible_to(self.reader).filter(code__in=codes)
        unknown = sorted(set(codes) - {project.code for project in found})
        if unknown:
            words = gettext("No project that you may read has this code: %s.")
            raise forms.ValidationError(words % ", ".join(unknown[:10]))
        return list(found)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if not self.errors and not cleaned.get("codes") and not cleaned.get("programme"):
            raise forms.ValidationError(_("Choose a programme, or give one code at least."))
        return cleaned

    def save(self, *, by: User, at: datetime) -> None:
        chosen = list(self.cleaned_data["codes"])
        programme = self.cleaned_data["programme"]
        if programme is not None:
            within = Programme.objects.within(programme)
            projects = Project.objects.visible_to(self.reader).filter(programme__in=within)
            chosen += list(projects.exclude(state=Project.State.ABANDONED))
        self.added = exercises.add_candidates(exercise=self.exercise, projects=chosen, by=by, at=at)


class CandidateMoveForm(forms.Form):
    """Out of the exercise; why is asked for once scores may be seen."""

    reason = forms.CharField(label=_("Why it leaves"), max_length=500, widget=_text())

    def __init__(self, data: Any = None, *, candidate: Candidate) -> None:
        super().__init__(data)
        self.candidate = candidate
        if candidate.exercise.is_draft:
            self.fields["reason"].required = False
            self.fields["reason"].widget = forms.HiddenInput()

    def save(self, *, by: User, at: datetime) -> None:
        reason = self.cleaned_data["reason"]
        exercises.remove_candidate(candidate=self.candidate, by=by, reason=reason, at=at)
