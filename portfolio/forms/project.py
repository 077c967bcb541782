"""The thin form of a project: what a manager changes between two reviews."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from portfolio.forms.seen import check_seen, reason_field, seen_field
from portfolio.models import Phase, Project

FIELDS = ["name_fr", "name_en", "summary_fr", "summary_en", "phase", "visibility"]


class ProjectForm(forms.ModelForm[Project]):
    """`reason` is kept with the change; `seen_at` is the record's date when it was opened."""

    reason = reason_field()
    seen_at = seen_field()

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
        check_seen(self.cleaned_data.get("seen_at", ""), self._stored_at)
        return super().clean()

    def changes(self) -> dict[str, object]:
        """Field by field, for the service; it records only what differs."""
        return {name: self.cleaned_data[name] for name in FIELDS}
