"""The form of a criterion and its scale."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from portfolio.forms.fields import FigureField
from portfolio.forms.priorities import GuardedForm
from portfolio.models import Criterion, Exercise, User
from portfolio.services import criteria
from portfolio.services.criteria import NAMES, CriterionFields

MOST_LINES = 30


class LinesField(forms.CharField):
    """Lines of `columns` cells apart by semicolons, the first `numbers` of them numbers."""

    def __init__(self, *, columns: int, numbers: int, **options: Any) -> None:
        widget = forms.Textarea(attrs={"rows": 4, "autocomplete": "off"})
        super().__init__(required=False, widget=widget, **options)
        self.columns, self.numbers = columns, numbers

    def prepare_value(self, value: Any) -> Any:
        if not isinstance(value, list):
            return value
        return "\n".join(" ; ".join(self._shown(cell) for cell in row) for row in value)

    def clean(self, value: Any) -> list[list[Any]]:
        lines = [line for line in super().clean(value).splitlines() if line.strip()]
        if len(lines) > MOST_LINES:
            raise forms.ValidationError(gettext("30 lines at most."), code="lines")
        return [self._read(number, line) for number, line in enumerate(lines, 1)]

    def _read(self, number: int, line: str) -> list[Any]:
        cells = [cell.strip() for cell in line.split(";", self.columns - 1)]
        cells += [""] * (self.columns - len(cells))
        told: list[Any] = []
        for place, cell in enumerate(cells):
            told.append(self._number(number, cell) if place < self.numbers else cell)
        return told

    def _number(self, number: int, cell: str) -> float:
        try:
            found = FigureField(required=True).clean(cell)
        except forms.ValidationError as error:
            words = {"line": number, "message": error.messages[0]}
            told = gettext("Line %(line)s: %(message)s") % words
            raise forms.ValidationError(told, code="line") from error
        return float(found)

    def _shown(self, cell: Any) -> str:
        if not isinstance(cell, int | float):
            return str(cell)
        return str(FigureField().prepare_value(float(cell)))


class CriterionForm(GuardedForm):
    """A new criterion, or with one, its change."""

    name_fr = forms.CharField(label=_("Name in French"), max_length=120)
    name_en = forms.CharField(label=_("Name in English"), max_length=120, required=False)
    description_fr = forms.CharField(
        label=_("What is judged, in French"), required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )  # fmt: skip
    description_en = forms.CharField(
        label=_("What is judged, in English"), required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )  # fmt: skip
    parent = forms.ModelChoiceField(
        queryset=Criterion.objects.none(), label=_("Group"), required=False, empty_label=_("None"),
    )  # fmt: skip
    kind = forms.ChoiceField(
        label=_("Scale"), choices=Criterion.Kind.choices,
        help_text=_("What does not belong to the scale you choose is not kept."),
    )  # fmt: skip
    points = LinesField(
        columns=2, numbers=2, label=_("Value function, of a number or a measure"),
        help_text=_("A line a point: the score, a semicolon, its value from 0 (worst) to 100 (best). Scores rise. Straight between the points, level beyond."),
    )  # fmt: skip
    levels = LinesField(
        columns=3, numbers=1, label=_("Described levels"),
        help_text=_("A line a level: its value from 0 to 100, a semicolon, its description in French, then in English after another semicolon."),
    )  # fmt: skip
    unit_fr = forms.CharField(label=_("Unit in French"), max_length=60, required=False)
    unit_en = forms.CharField(label=_("Unit in English"), max_length=60, required=False)
    fact = forms.ChoiceField(
        label=_("Measured: fact of the register"), required=False,
        choices=[("", _("None")), *Criterion.Fact.choices],
    )  # fmt: skip
    indicator_code = forms.SlugField(
        label=_("Measured: or code of an indicator"), max_length=80, required=False,
        help_text=_("As at the end of its address; the last value in the zone of each project is read."),
    )  # fmt: skip
    indifference = FigureField(
        label=_("Difference of value that does not count"), initial=5.0, required=False,
        help_text=_("In points of 100, where projects are compared two by two."),
    )  # fmt: skip
    strict = FigureField(
        label=_("Difference of value that counts whole"), initial=25.0, required=False
    )

    def __init__(
        self, data: Any = None, *, exercise: Exercise, criterion: Criterion | None = None
    ) -> None:
        self.exercise, self.criterion = exercise, criterion
        initial = {name: getattr(criterion, name) for name in NAMES} if criterion else {}
        if criterion is not None:
            initial["parent"] = criterion.parent_id
            initial["levels"] = [[one["value"], one["fr"], one.get("en", "")]
                                 for one in criterion.levels]  # fmt: skip
        self.state = json.dumps(initial, default=str)
        super().__init__(data, initial=initial)
        groups = exercise.criteria.filter(kind=Criterion.Kind.GROUP).order_by("position", "pk")
        others = groups.exclude(pk=criterion.pk) if criterion else groups
        self.fields["parent"].queryset = others  # type: ignore[attr-defined]

    def save(self, *, by: User, at: datetime) -> None:
        given = {name: self.cleaned_data[name] for name in NAMES}
        given["levels"] = [
            {"value": value, "fr": french, "en": english}
            for value, french, english in given["levels"]
        ]
        for name, otherwise in (("indifference", 5.0), ("strict", 25.0)):
            given[name] = otherwise if given[name] is None else given[name]
        told, reason = CriterionFields(**given), self.cleaned_data["reason"]
        if self.criterion is None:
            criteria.add(exercise=self.exercise, given=told, by=by, reason=reason)
        else:
            criteria.change(criterion=self.criterion, given=told, by=by, reason=reason)
