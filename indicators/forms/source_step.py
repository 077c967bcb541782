"""Which source: one that exists, or a new one."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from indicators.connectors.registry import about, protocols
from indicators.forms.steps import Choice, StepForm, text
from indicators.models import DataSource
from indicators.services.feed_documents import free_code
from portfolio.models import Organisation

NEW = "__new__"


class SourceForm(StepForm):
    """A source of the register, or what names a new one."""

    source = forms.ChoiceField(label=_("Source"))
    protocol = forms.ChoiceField(
        label=_("Protocol"), required=False,
        help_text=_("How the source speaks. Its producer knows; the address often says it."),
    )  # fmt: skip
    name = forms.CharField(label=_("Name"), max_length=200, required=False)
    producer = forms.ChoiceField(label=_("Producer"), required=False)
    licence = forms.CharField(
        label=_("Licence"), max_length=120, required=False,
        help_text=_("Left empty, it is what the source says of it, if it says so."),
    )  # fmt: skip

    def __init__(self, data: Any = None, *, code: str = "", **options: Any) -> None:
        super().__init__(data, **options)
        self._code = code
        sources = DataSource.objects.order_by("name").values_list("code", "name")
        self._fill("source", [("", _("Choose")), (NEW, _("A new source")), *sources])
        self._fill("protocol", [("", _("Choose")), *((c, about(c).name) for c in protocols())])
        organisations = [(one.code, one.name) for one in Organisation.objects.order_by("name_fr")]
        self._fill("producer", [("", _("Not known")), *organisations])

    def _fill(self, name: str, choices: list[Choice]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = choices

    def groups(self) -> list[tuple[Any, Any, Any]]:
        names = ("protocol", "name", "producer", "licence")
        return [(_("The new source"), _("Only where you chose a new one."), names)]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("source") == NEW:
            for name in ("protocol", "name"):
                if not cleaned.get(name) and name not in self.errors:
                    self.add_error(name, ValidationError(gettext("A new source needs it.")))
        return cleaned

    def part(self) -> dict[str, Any]:
        cleaned = self.cleaned_data
        if cleaned["source"] != NEW:
            return {"existing": cleaned["source"]}
        taken = set(DataSource.objects.values_list("code", flat=True))
        code = self._code if self._code and self._code not in taken else ""
        entry = {
            "code": code or free_code(cleaned["name"], taken),
            "name": cleaned["name"],
            "protocol": cleaned["protocol"],
        }
        more = {name: text(cleaned, name) for name in ("producer", "licence")}
        return {"new": entry | {name: value for name, value in more.items() if value}}
