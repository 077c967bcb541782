"""The forms of a member's weights: points, swings, comparisons two by two, choices."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from portfolio.analysis.ranking import Choice
from portfolio.forms.fields import FigureField
from portfolio.models import Criterion, Exercise, MemberWeights, User
from portfolio.services import weighing
from portfolio.services.exercises import leaves_of

STEPS = (9, 8, 7, 6, 5, 4, 3, 2)
STRENGTHS = {9: _("extremely"), 7: _("very much"), 5: _("much"), 3: _("a little")}


class WeightsForm(forms.Form):
    """`rows`: criteria with their field, for the page that tells what each swing is."""

    method: str = ""

    def __init__(
        self, data: Any = None, *, exercise: Exercise, last: MemberWeights | None = None
    ) -> None:
        super().__init__(data)
        self.exercise = exercise
        self.last = last if last is not None and last.method == self.method else None

    def save(self, *, by: User, at: datetime) -> None:
        """Calls the service. Raises ValidationError."""
        raise NotImplementedError


class PointsForm(WeightsForm):
    """Any number of points for the swing of each criterion."""

    method = MemberWeights.Method.DIRECT

    def __init__(self, data: Any = None, **options: Any) -> None:
        super().__init__(data, **options)
        self.leaves = leaves_of(self.exercise)
        told = self.last.judgements["points"] if self.last else {}
        for leaf in self.leaves:
            field = FigureField(label=leaf.name, required=True)
            field.initial = told.get(str(leaf.pk))
            self.fields[f"points_{leaf.pk}"] = field

    @property
    def rows(self) -> list[tuple[Criterion, Any]]:
        return [(leaf, self[f"points_{leaf.pk}"]) for leaf in self.leaves]

    @property
    def told(self) -> Mapping[int, float]:
        return {leaf.pk: self.cleaned_data[f"points_{leaf.pk}"] for leaf in self.leaves}

    def save(self, *, by: User, at: datetime) -> None:
        weighing.share_points(exercise=self.exercise, member=by, points=self.told, at=at)


class SwingsForm(PointsForm):
    """100 for the swing that matters most, the others their part of it."""

    method = MemberWeights.Method.SWING

    def save(self, *, by: User, at: datetime) -> None:
        weighing.rate_swings(exercise=self.exercise, member=by, swings=self.told, at=at)


class ComparisonsForm(WeightsForm):
    """Every two siblings: whose swing matters more, and by how much (Saaty's scale)."""

    method = MemberWeights.Method.AHP

    def __init__(self, data: Any = None, **options: Any) -> None:
        super().__init__(data, **options)
        told = self.last.judgements["ratios"] if self.last else {}
        self.pairs = weighing.pairs_of(self.exercise)
        for name, (one, other) in self.pairs:
            field = forms.ChoiceField(
                label=gettext("“%(one)s” or “%(other)s”") % {"one": one.name, "other": other.name},
                choices=_steps(one, other), initial=_nearest(told.get(name)),
            )  # fmt: skip
            self.fields[f"pair_{name}"] = field

    @property
    def rows(self) -> list[tuple[tuple[Criterion, Criterion], Any]]:
        return [(pair, self[f"pair_{name}"]) for name, pair in self.pairs]

    @property
    def ratios(self) -> dict[str, float]:
        return {name: _ratio(self.cleaned_data[f"pair_{name}"]) for name, pair in self.pairs}

    def save(self, *, by: User, at: datetime) -> None:
        weighing.compare(exercise=self.exercise, member=by, ratios=self.ratios, at=at)


class ChoiceForm(WeightsForm):
    """One answer more to those given before, or (`drop`) one of them taken back."""

    method = MemberWeights.Method.CHOICES
    one = forms.IntegerField(required=False, widget=forms.HiddenInput())
    other = forms.IntegerField(required=False, widget=forms.HiddenInput())
    part = forms.FloatField(required=False, widget=forms.HiddenInput())
    answer = forms.ChoiceField(
        required=False, choices=[(name, name) for name in ("FIRST", "SECOND", "EQUAL")]
    )
    drop = forms.IntegerField(required=False, min_value=1)

    @property
    def before(self) -> list[Choice]:
        return choices_of(self.last)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if self.errors or cleaned.get("drop"):
            return cleaned
        if not (cleaned.get("answer") and cleaned.get("one") and cleaned.get("other")
                and cleaned.get("part")):  # fmt: skip
            raise forms.ValidationError(_("Choose one of the answers."))
        return cleaned

    def save(self, *, by: User, at: datetime) -> None:
        given, told = self.cleaned_data, self.before
        if given.get("drop"):
            told = [one for place, one in enumerate(told, 1) if place != given["drop"]]
        else:
            told.append(Choice(given["one"], given["other"], given["part"], given["answer"]))
        weighing.choose(exercise=self.exercise, member=by, choices=told, at=at)


def choices_of(last: MemberWeights | None) -> list[Choice]:
    """The answers that weights were made of."""
    told = last.judgements.get("choices", []) if last is not None else []
    return [Choice(one["one"], one["other"], one["part"], one["answer"]) for one in told]


def _steps(one: Criterion, other: Criterion) -> list[tuple[str, str]]:
    """From the first extremely more, over equal, to the second extremely more."""
    first = [(str(step), _words(one, step)) for step in STEPS]
    second = [(f"1/{step}", _words(other, step)) for step in reversed(STEPS)]
    return [*first, ("1", gettext("both the same")), *second]


def _words(criterion: Criterion, step: int) -> str:
    told = {"name": criterion.name, "step": step, "strength": STRENGTHS.get(step, "")}
    if step in STRENGTHS:
        return gettext("%(name)s matters %(strength)s more (%(step)s)") % told
    return gettext("%(name)s: between the two (%(step)s)") % told


def _ratio(text: str) -> float:
    return 1 / float(text[2:]) if text.startswith("1/") else float(text)


def _nearest(ratio: float | None) -> str:
    if ratio is None or 0.999 < ratio < 1.001:
        return "1"
    return str(round(ratio)) if ratio > 1 else f"1/{round(1 / ratio)}"
