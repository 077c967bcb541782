"""The texts of a programme."""

from typing import Any

from django import forms
from django.forms.models import fields_for_model
from django.utils.translation import gettext_lazy as _

from portfolio.forms import seen
from portfolio.forms.seen import Shows
from portfolio.models import Programme
from portfolio.services.programmes import TEXTS


class ProgrammeForm(forms.Form):
    """Names and objectives, and why they change; somebody else's change meanwhile is told."""

    def __init__(self, data: Any = None, *, programme: Programme) -> None:
        super().__init__(data, initial={name: getattr(programme, name) for name in TEXTS})
        text = forms.Textarea(attrs={"rows": 3})
        self.fields = fields_for_model(
            Programme, fields=TEXTS, widgets={"objective_fr": text, "objective_en": text}
        )
        self.fields["reason"] = seen.reason_field()
        self.fields["seen"] = seen.hidden_field()
        self._now = seen.state_of([Shows(programme, TEXTS)])
        self.initial["seen"] = seen.written(self._now)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if seen.read(cleaned.get("seen", ""), TEXTS) != self._now:
            sent: Any = self.data
            again = sent.copy()
            again["seen"] = seen.written(self._now)
            self.data = again
            raise forms.ValidationError(
                _("Somebody else changed these texts in the meantime. Nothing you typed is lost: compare with what is stored, then save again."),
                code="stale",
            )  # fmt: skip
        return cleaned

    @property
    def texts(self) -> dict[str, str]:
        return {name: self.cleaned_data[name] for name in TEXTS}
