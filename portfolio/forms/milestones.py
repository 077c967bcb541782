"""The forms of a milestone: planned, moved, completed, corrected, withdrawn."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django import forms
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from portfolio.forms.fields import DayField
from portfolio.forms.record import RecordForm, moved_label
from portfolio.forms.seen import Shows
from portfolio.models import Milestone, Project, User
from portfolio.services import schedule
from portfolio.services.schedule import MilestoneWords, PlannedMilestone

CODE_LENGTH = 40


class MilestoneForm(RecordForm):
    """A form about one milestone."""

    def __init__(
        self, data: Any = None, *, project: Project, milestone: Milestone, **options: Any
    ) -> None:
        names = [name for name in self.base_fields if hasattr(milestone, name)]
        initial = {name: getattr(milestone, name) for name in names} | options.pop("initial", {})
        super().__init__(data, project=project, initial=initial, **options)
        self.milestone = milestone

    def signed(self, by: User, at: datetime) -> dict[str, Any]:
        """What each verb of a milestone asks for."""
        return {
            "milestone": self.milestone,
            "by": by,
            "reason": self.cleaned_data["reason"],
            "at": at,
        }


class MilestoneWordsFields(forms.Form):
    name_fr = forms.CharField(label=_("Name in French"), max_length=160)
    name_en = forms.CharField(label=_("Name in English"), max_length=160, required=False)
    is_commissioning = forms.BooleanField(
        label=_("Commissioning"),
        required=False,
        help_text=_("The day the project serves; the delay of the project is measured on it."),
    )
    is_public = forms.BooleanField(label=_("Shown to residents"), required=False, initial=True)


class MilestoneAddForm(MilestoneWordsFields, RecordForm):
    """A milestone and the date it is announced for."""

    on = DayField(label=_("Date"), help_text=_("It stays as the date announced first."))

    def shows(self) -> Sequence[Shows]:
        return []

    def save(self, *, by: User, at: datetime) -> None:
        given = self.cleaned_data
        planned = PlannedMilestone(
            code=self._free_code(given["name_fr"]),
            name_fr=given["name_fr"],
            name_en=given["name_en"],
            on=given["on"],
            is_public=given["is_public"],
            is_commissioning=given["is_commissioning"],
        )
        schedule.plan_milestones(
            project=self.project, planned=[planned], by=by, reason=given["reason"], at=at
        )

    def _free_code(self, name: str) -> str:
        taken = set(self.project.milestones.values_list("code", flat=True))
        stem = slugify(name)[: CODE_LENGTH - 4].strip("-") or "jalon"
        code, number = stem, 1
        while code in taken:
            number += 1
            code = f"{stem}-{number}"
        return code


class MilestoneMoveForm(MilestoneForm):
    """Another date, later or earlier."""

    current_on = DayField(label=_("New date"))

    def shows(self) -> Sequence[Shows]:
        return [Shows(self.milestone, ("current_on",))]

    def save(self, *, by: User, at: datetime) -> None:
        to = self.cleaned_data["current_on"]
        if not (self.keeps_theirs and to == self.milestone.current_on):
            schedule.postpone(to=to, **self.signed(by, at))


class MilestoneCompleteForm(MilestoneForm):
    """The day it happened; emptied: it has not happened after all."""

    actual_on = DayField(label=_("Date on which it happened"), required=False)

    def __init__(self, data: Any = None, *, milestone: Milestone, **options: Any) -> None:
        super().__init__(data, milestone=milestone, **options)
        field = self.fields["actual_on"]
        field.required = milestone.actual_on is None
        if milestone.actual_on is not None:
            field.help_text = _("Leave empty if it has not happened after all.")

    def shows(self) -> Sequence[Shows]:
        return [Shows(self.milestone, ("actual_on",))]

    def save(self, *, by: User, at: datetime) -> None:
        on = self.cleaned_data["actual_on"]
        if on is None:
            schedule.reopen(**self.signed(by, at))
        else:
            schedule.complete(on=on, **self.signed(by, at))


class MilestoneCorrectForm(MilestoneWordsFields, MilestoneForm):
    """What it is, apart from its dates."""

    def shows(self) -> Sequence[Shows]:
        return [Shows(self.milestone, tuple(MilestoneWords.__dataclass_fields__))]

    def save(self, *, by: User, at: datetime) -> None:
        names = MilestoneWords.__dataclass_fields__
        words = MilestoneWords(**{name: self.cleaned_data[name] for name in names})
        schedule.correct(words=words, **self.signed(by, at))


class MilestoneWithdrawForm(MilestoneForm):
    """Off the calendar, or back on it."""

    def __init__(self, data: Any = None, *, milestone: Milestone, **options: Any) -> None:
        super().__init__(data, milestone=milestone, **options)
        self.submit_label = moved_label(milestone.withdrawn_at, _("Withdraw"))

    def save(self, *, by: User, at: datetime) -> None:
        withdrawn = self.milestone.withdrawn_at is not None
        verb = schedule.bring_back if withdrawn else schedule.withdraw
        verb(**self.signed(by, at))
