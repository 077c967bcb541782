"""The form of a project's green marks: every axis at once."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from portfolio.forms.record import RecordForm
from portfolio.forms.seen import Shows
from portfolio.models import GreenAxis, GreenMark, Project, User
from portfolio.queries.green import AxisMark
from portfolio.services import green


class GreenForm(RecordForm):
    """Two fields an axis: its mark, and what it rests on."""

    def __init__(self, data: Any = None, *, project: Project, marks: list[AxisMark]) -> None:
        super().__init__(data, project=project)
        self.marks = marks
        self._stored = {mark.axis_id: mark for mark in project.green_marks.all()}
        for told in marks:
            self._add(told)
        self.order_fields([*self._names(), "reason", "seen_at"])

    def shows(self) -> Sequence[Shows]:
        return [self._shown(told.axis) for told in self.marks]

    def _shown(self, axis: GreenAxis) -> Shows:
        mark = self._stored.get(axis.pk) or GreenMark(project=self.project, axis=axis)
        fields = {f"mark_{axis.pk}": "mark", f"why_{axis.pk}": "justification"}
        return Shows(mark, tuple(fields), fields)

    def _names(self) -> list[str]:
        return [f"{part}_{told.axis.pk}" for told in self.marks for part in ("mark", "why")]

    def _add(self, told: AxisMark) -> None:
        key = told.axis.pk
        self.fields[f"mark_{key}"] = forms.ChoiceField(
            label=told.axis.name, choices=GreenMark.Mark.choices, initial=told.mark
        )
        self.fields[f"why_{key}"] = forms.CharField(
            label=_("%(axis)s: what it rests on") % {"axis": told.axis.name},
            required=False,
            max_length=1000,
            initial=told.justification,
            widget=forms.Textarea(attrs={"rows": 2}),
        )

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean() or self.cleaned_data
        for told in self.marks:
            mark, why = cleaned.get(f"mark_{told.axis.pk}"), cleaned.get(f"why_{told.axis.pk}")
            if mark and mark != GreenMark.Mark.NOT_RATED and not why:
                self.add_error(f"why_{told.axis.pk}", _("Say what this mark rests on."))
        return cleaned

    def save(self, *, by: User, at: datetime) -> None:
        given = self.cleaned_data
        for told in self.marks:
            green.mark(
                project=self.project, axis=told.axis, mark=given[f"mark_{told.axis.pk}"],
                justification=given[f"why_{told.axis.pk}"], by=by, reason=given["reason"], at=at,
            )  # fmt: skip
