"""The form of a department or a partner."""

from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from portfolio.forms.seen import reason_field
from portfolio.models import Organisation, User
from portfolio.services import organisations
from portfolio.services.organisations import NAMES, OrganisationFields


class OrganisationForm(forms.Form):
    """A new organisation, or with one, its change; the code of one stays."""

    code = forms.SlugField(
        label=_("Code"), max_length=60, help_text=_("Letters, digits and hyphens; it stays.")
    )
    name_fr = forms.CharField(label=_("Name in French"), max_length=200)
    name_en = forms.CharField(label=_("Name in English"), max_length=200, required=False)
    kind = forms.ChoiceField(label=_("Kind"), choices=Organisation.Kind.choices)
    parent = forms.ModelChoiceField(
        queryset=Organisation.objects.none(), label=_("Part of"), required=False
    )
    siret = forms.CharField(
        label="SIRET",
        max_length=20,
        required=False,
        help_text=_("14 digits; spaces are allowed. Leave empty if not known."),
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )
    reason = reason_field()

    def __init__(self, data: Any = None, *, organisation: Organisation | None = None) -> None:
        names = ("code", *NAMES)
        initial = {name: getattr(organisation, name) for name in names} if organisation else {}
        super().__init__(data, initial=initial)
        self.organisation = organisation
        self.fields["reason"].help_text = _("Kept with the change.")
        others = Organisation.objects.order_by("kind", "name_fr")
        if organisation is not None:
            self.fields["code"].disabled = True
            others = others.exclude(pk=organisation.pk)
        self.fields["parent"].queryset = others  # type: ignore[attr-defined]

    def save(self, *, by: User, at: datetime) -> Organisation:
        """Calls the service. Raises ValidationError by field."""
        given = OrganisationFields(**{name: self.cleaned_data[name] for name in NAMES})
        signed: dict[str, Any] = {"by": by, "reason": self.cleaned_data["reason"], "at": at}
        if self.organisation is None:
            return organisations.create(code=self.cleaned_data["code"], given=given, **signed)
        return organisations.update(organisation=self.organisation, given=given, **signed)
