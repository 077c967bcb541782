"""The filters of the evidence of all projects: they live in the address."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from portfolio.models import Organisation, Programme, Project, User
from portfolio.querysets import ProjectQuerySet

STATUSES = [
    ("", _("Any")),
    ("OFF_TRACK", _("Off track")),
    ("AT_RISK", _("To watch")),
    ("ON_TRACK", _("On track")),
    ("ACHIEVED", _("Achieved")),
    ("TOO_EARLY", _("Too early to say")),
    ("UNKNOWN", _("Not known yet")),
]
GRADES = [("", _("Any")), *((letter, letter) for letter in "ABCDE"), ("NONE", _("no grade"))]


class EvidenceFilterForm(forms.Form):
    """What cannot be read is told and asks for nothing."""

    lead = forms.ModelChoiceField(
        queryset=Organisation.objects.none(), to_field_name="code", label=_("Department"),
        required=False, empty_label=_("Any"),
    )  # fmt: skip
    programme = forms.ModelChoiceField(
        queryset=Programme.objects.none(), to_field_name="code", label=_("Programme"),
        required=False, empty_label=_("Any"),
    )  # fmt: skip

    def __init__(self, data: Any = None) -> None:
        super().__init__(data)
        departments = Organisation.objects.filter(led_projects__isnull=False).distinct()
        self.fields["lead"].queryset = departments.order_by("name_fr")  # type: ignore[attr-defined]
        programmes = Programme.objects.order_by("name_fr")
        self.fields["programme"].queryset = programmes  # type: ignore[attr-defined]

    def projects(self, reader: User) -> ProjectQuerySet:
        """What the reader may see and the address asks for; nothing where it is wrong."""
        if not self.is_valid():
            return Project.objects.none()
        found = Project.objects.visible_to(reader).order_by("name_fr", "code")
        if lead := self.cleaned_data["lead"]:
            found = found.filter(lead=lead)
        if programme := self.cleaned_data["programme"]:
            found = found.filter(programme__in=Programme.objects.within(programme))
        return found


class MatrixFilterForm(EvidenceFilterForm):
    """Besides, what a cell says."""

    status = forms.ChoiceField(label=_("Status"), required=False, choices=STATUSES)
    grade = forms.ChoiceField(label=_("Grade of the evidence"), required=False, choices=GRADES)
