"""The forms of an import: the file, then the decision."""

from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from portfolio.forms.seen import reason_field
from portfolio.imports.exchange.file import MAX_BYTES
from portfolio.models import ImportJob


class FileForm(forms.Form):
    """One file; what it is is told from its content."""

    file = forms.FileField(
        label=_("File"),
        widget=forms.FileInput(attrs={"accept": ".xlsx,.csv,.geojson,.json"}),
    )

    def __init__(self, *data: Any) -> None:
        super().__init__(*data)
        size = {"size": MAX_BYTES // 1_000_000}
        self.fields["file"].help_text = gettext("XLSX, CSV or GeoJSON, up to %(size)d MB.") % size

    def clean_file(self) -> Any:
        """Before it is read into memory."""
        file = self.cleaned_data["file"]
        if file.size > MAX_BYTES:
            size = MAX_BYTES // 1_000_000
            raise forms.ValidationError(gettext("The file is over %(size)d MB.") % {"size": size})
        return file


class DecisionForm(forms.Form):
    """Why, and which of the projects changed since the export are changed all the same."""

    def __init__(self, data: Any = None, *, job: ImportJob) -> None:
        super().__init__(data)
        stale = [change for change in job.changes if change["stale"]]
        self.fields["forced"] = forms.MultipleChoiceField(
            label=_("Change these all the same"),
            choices=[(c["code"], f"{c['name']} ({c['code']})") for c in stale],
            required=False,
            widget=forms.CheckboxSelectMultiple,
        )
        if not stale:
            del self.fields["forced"]
        self.fields["reason"] = reason_field()
