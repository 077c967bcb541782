"""The thin form of a project: what a manager changes between two reviews."""

from datetime import datetime
from typing import Any

from django import forms
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext_lazy as _

from portfolio.models import Phase, Project

FIELDS = ["name_fr", "name_en", "summary_fr", "summary_en", "phase", "visibility"]


class ProjectForm(forms.ModelForm[Project]):
    """`reason` is kept with the change; `seen_at` is the record's date when it was opened."""

    reason = forms.CharField(
        label=_("Why this changes"),
        help_text=_("Kept in the project's history."),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    seen_at = forms.CharField(required=False, widget=forms.HiddenInput)

    class Meta:
        model = Project
        fields = FIELDS
        widgets = {
            "summary_fr": forms.Textarea(attrs={"rows": 4}),
            "summary_en": forms.Textarea(attrs={"rows": 4}),
        }

    def __init__(self, data: Any = None, *, instance: Project) -> None:
        super().__init__(
            data, instance=instance, initial={"seen_at": instance.updated_at.isoformat()}
        )
        # Compared again when sent: somebody else may have changed the record since.
        self._stored_at = instance.updated_at
        phases = Phase.objects.filter(phase_set=instance.phase_set_id).order_by("rank")
        self.fields["phase"] = forms.ModelChoiceField(
            phases, label=_("Phase"), required=False, empty_label=_("Not known")
        )

    def clean(self) -> dict[str, Any] | None:
        if _instant(self.cleaned_data.get("seen_at", "")) != self._stored_at:
            raise forms.ValidationError(
                _("Somebody else changed this project in the meantime. Open its form again."),
                code="stale",
            )
        return super().clean()

    def changes(self) -> dict[str, object]:
        """Field by field, for the service; it records only what differs."""
        return {name: self.cleaned_data[name] for name in FIELDS}


def _instant(text: str) -> datetime | None:
    try:
        return parse_datetime(text)
    except ValueError:
        return None
