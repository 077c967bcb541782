"""The forms of what a project costs to run."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from portfolio.forms.fields import EurosField
from portfolio.forms.record import RecordForm, moved_label
from portfolio.forms.seen import Shows
from portfolio.models import Project, RunningCost, User
from portfolio.services import running
from portfolio.services.running import RunningFigures

NAMES = ["nature", "from_year", "to_year", "yearly_eur", "basis"]


class RunningCostForm(RecordForm):
    """One yearly amount."""

    nature = forms.ChoiceField(label=_("Nature"), choices=RunningCost.Nature.choices)
    yearly_eur = EurosField(
        label=_("Amount a year"),
        signed=True,
        help_text=_("A revenue or a saving is negative, with a minus sign."),
    )
    from_year = forms.IntegerField(label=_("First year"), min_value=1990, max_value=2100)
    to_year = forms.IntegerField(
        label=_("Last year"),
        min_value=1990,
        max_value=2100,
        required=False,
        help_text=_("Leave empty if it goes on."),
    )
    basis = forms.CharField(
        label=_("What it rests on"),
        max_length=300,
        help_text=_("A contract, a ratio, a study: whoever reads it later can check."),
    )

    def __init__(
        self, data: Any = None, *, project: Project, cost: RunningCost | None, **options: Any
    ) -> None:
        initial = {name: getattr(cost, name) for name in NAMES} if cost else {}
        super().__init__(data, project=project, initial=initial, **options)
        self.cost = cost

    def shows(self) -> Sequence[Shows]:
        return [Shows(self.cost, tuple(NAMES))] if self.cost else []

    def save(self, *, by: User, at: datetime) -> None:
        figures = RunningFigures(**{name: self.cleaned_data[name] for name in NAMES})
        signed: dict[str, Any] = {"by": by, "reason": self.cleaned_data["reason"], "at": at}
        if self.cost is None:
            running.enter(project=self.project, figures=figures, **signed)
        else:
            running.correct(cost=self.cost, figures=figures, **signed)


class RunningTakeOffForm(RecordForm):
    """Takes a line off, or brings it back."""

    def __init__(self, data: Any = None, *, project: Project, cost: RunningCost) -> None:
        super().__init__(data, project=project)
        self.cost = cost
        self.submit_label = moved_label(cost.withdrawn_at)

    def save(self, *, by: User, at: datetime) -> None:
        running.withdraw(
            cost=self.cost, withdrawn=self.cost.withdrawn_at is None, by=by,
            reason=self.cleaned_data["reason"], at=at,
        )  # fmt: skip
