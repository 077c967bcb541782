"""The thin form of a project: what a manager changes between two reviews."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from django import forms
from django.forms.models import fields_for_model, model_to_dict
from django.utils.translation import gettext_lazy as _

from portfolio.forms.record import RecordForm
from portfolio.forms.seen import Shows
from portfolio.models import Phase, Project, User
from portfolio.parts import part_of
from portfolio.services import projects as project_services

FIELDS = ["name_fr", "name_en", "summary_fr", "summary_en", "phase", "visibility"]


class ProjectForm(RecordForm):
    """The record's own fields, with their labels and limits; those of the `parts` that its reader
    may change."""

    def __init__(self, data: Any = None, *, project: Project, parts: Collection[str]) -> None:
        self.names = [name for name in FIELDS if part_of(name) in parts]
        super().__init__(data, project=project, initial=model_to_dict(project, self.names))
        text = forms.Textarea(attrs={"rows": 4})
        own = fields_for_model(
            Project, fields=self.names, widgets={"summary_fr": text, "summary_en": text}
        )
        phases = Phase.objects.filter(phase_set=project.phase_set_id).order_by("rank")
        own["phase"] = forms.ModelChoiceField(
            phases, label=_("Phase"), required=False, empty_label=_("Not known")
        )
        self.fields = {**own, **self.fields}

    def shows(self) -> Sequence[Shows]:
        return [Shows(self.project, tuple(self.names))]

    def save(self, *, by: User, at: datetime) -> None:
        project_services.update(
            project=self.project,
            changes={name: self.cleaned_data[name] for name in self.names},
            by=by,
            reason=self.cleaned_data["reason"],
            at=at,
        )
