"""The forms of a dependency between two projects."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from portfolio.forms.record import RecordForm, moved_label
from portfolio.forms.seen import Shows
from portfolio.models import Dependency, Project, User
from portfolio.querysets import ProjectQuerySet
from portfolio.services import dependencies

SUGGESTED = 5


class ProjectField(forms.CharField):
    """A project by its code, or by words of its name, among those its reader may see. Words that
    fit several are answered with their codes."""

    readable: ProjectQuerySet

    def clean(self, value: Any) -> Any:
        text = super().clean(value).strip()
        exact = self.readable.filter(code__iexact=text).first()
        if exact is not None or not text:
            return exact
        found = self.readable
        for word in text.split():
            found = found.filter(Q(name_fr__icontains=word) | Q(name_en__icontains=word))
        fitting = list(found.order_by("name_fr")[: SUGGESTED + 1])
        if len(fitting) == 1:
            return fitting[0]
        raise ValidationError(_not_one(fitting))


def _not_one(fitting: list[Project]) -> Any:
    if not fitting:
        return _("No project that you may see has this code or these words in its name.")
    names = ", ".join(f"{one.code} ({one.name})" for one in fitting[:SUGGESTED])
    if len(fitting) > SUGGESTED:
        names += "…"
    return _("Several projects fit, give the code of one: %(names)s") % {"names": names}


class DependencyForm(RecordForm):
    """What this project owes to another."""

    kind = forms.ChoiceField(
        label=_("This project"),
        choices=[
            (Dependency.Kind.PREREQUISITE, _("waits for the other to serve")),
            (Dependency.Kind.EXCLUSIVE, _("excludes the other: only one is carried out")),
        ],
    )
    other = ProjectField(
        label=_("The other project"), max_length=250, help_text=_("Its code, or words of its name.")
    )
    note = forms.CharField(
        label=_("Note"), required=False, widget=forms.Textarea(attrs={"rows": 2})
    )

    def __init__(self, data: Any = None, *, project: Project, reader: User, **options: Any) -> None:
        super().__init__(data, project=project, **options)
        readable = Project.objects.visible_to(reader)
        self.fields["other"].readable = readable  # type: ignore[attr-defined]

    def shows(self) -> Sequence[Shows]:
        return []

    def save(self, *, by: User, at: datetime) -> None:
        given = self.cleaned_data
        dependencies.depend(
            project=self.project,
            other=given["other"],
            kind=given["kind"],
            note=given["note"],
            by=by,
            reason=given["reason"],
            at=at,
        )


class DependencyWithdrawForm(RecordForm):
    """Off the record, or back on it."""

    def __init__(
        self, data: Any = None, *, project: Project, dependency: Dependency, **options: Any
    ) -> None:
        super().__init__(data, project=project, **options)
        self._dependency = dependency
        self.submit_label = moved_label(dependency.withdrawn_at, _("Withdraw"))

    def save(self, *, by: User, at: datetime) -> None:
        withdrawn = self._dependency.withdrawn_at is not None
        verb = dependencies.bring_dependency_back if withdrawn else dependencies.withdraw_dependency
        verb(dependency=self._dependency, by=by, reason=self.cleaned_data["reason"], at=at)
