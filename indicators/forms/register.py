"""Forms of the register of sources: its filter, the facts of a source, its agreements."""

from datetime import datetime
from typing import Any

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from indicators.lack_words import LACKS
from indicators.models import DataSource, Indicator, SupplyAgreement
from indicators.services import source_facts
from indicators.services.source_facts import (
    AGREEMENT_NAMES,
    NAMES,
    AgreementFields,
    SourceFields,
)
from portfolio.forms.fields import DayField
from portfolio.forms.seen import Shows, reason_field
from portfolio.forms.shared import SharedForm
from portfolio.models import Organisation, User

UNKNOWN = "UNKNOWN"
NOT_KNOWN = ("", _("Not known"))


def _kept() -> forms.CharField:
    field = reason_field()
    field.help_text = _("Kept with the change.")
    return field


class RegisterFilterForm(forms.Form):
    """What the register shows; an empty field asks nothing."""

    missing = forms.ChoiceField(label=_("What is missing"), required=False)
    steward = forms.ModelChoiceField(
        queryset=User.objects.none(), label=_("Data steward"), required=False, empty_label=_("Any")
    )
    personal_data = forms.ChoiceField(
        label=_("Personal data"),
        required=False,
        choices=[("", _("Any")), *DataSource.PersonalData.choices, (UNKNOWN, _("not known"))],
    )

    def __init__(self, data: Any = None) -> None:
        super().__init__(data)
        lacks = [(code, words.name) for code, words in LACKS.items()]
        any_lack = [("", _("Any")), ("ANY", _("anything"))]
        self.fields["missing"].choices = [*any_lack, *lacks]  # type: ignore[attr-defined]
        stewards = User.objects.filter(stewarded_sources__isnull=False).distinct()
        self.fields["steward"].queryset = stewards.order_by("last_name", "username")  # type: ignore[attr-defined]


class SourceForm(SharedForm):
    """What the register says of a source. What is left empty is not known."""

    name = forms.CharField(label=_("Name"), max_length=200)
    producer = forms.ModelChoiceField(
        queryset=Organisation.objects.none(), label=_("Producer"), required=False,
        empty_label=_("Not known"),
    )  # fmt: skip
    owner = forms.ModelChoiceField(
        queryset=Organisation.objects.none(), label=_("Department answerable for it"),
        required=False, empty_label=_("Not known"),
    )  # fmt: skip
    steward = forms.ModelChoiceField(
        queryset=User.objects.none(), label=_("Data steward"), required=False,
        empty_label=_("Not known"), help_text=_("Whoever looks after it day by day."),
    )  # fmt: skip
    licence = forms.CharField(
        label=_("Licence"), max_length=120, required=False,
        help_text=_("As its producer names it, for instance Licence Ouverte 2.0 or ODbL 1.0."),
    )  # fmt: skip
    personal_data = forms.ChoiceField(
        label=_("Personal data"), required=False,
        choices=[NOT_KNOWN, *DataSource.PersonalData.choices],
    )  # fmt: skip
    legal_basis = forms.ChoiceField(
        label=_("Legal basis"), required=False,
        choices=[NOT_KNOWN, *DataSource.LegalBasis.choices],
        help_text=_("Article 6.1 of the GDPR; none is needed without personal data."),
    )  # fmt: skip
    processing_reference = forms.CharField(
        label=_("Reference in the register of processing"), max_length=60, required=False,
        help_text=_("Article 30 of the GDPR; ask the data protection officer."),
    )  # fmt: skip
    hosting_country = forms.CharField(
        label=_("Hosting country"), max_length=2, required=False,
        help_text=_("Two letters: FR, DE, IE…"),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )  # fmt: skip
    documentation_url = forms.URLField(
        label=_("Address of the public documentation"), max_length=500, required=False,
        assume_scheme="https",
    )  # fmt: skip
    is_active = forms.BooleanField(
        label=_("It is read"), required=False,
        help_text=_("Switched off, nothing is asked of it any more; what was published stays."),
    )  # fmt: skip
    reason = _kept()

    def __init__(self, data: Any = None, *, source: DataSource) -> None:
        super().__init__(data, initial={name: getattr(source, name) for name in NAMES})
        self.source = source
        others = Organisation.objects.order_by("name_fr")
        self.fields["producer"].queryset = others  # type: ignore[attr-defined]
        # Those that were given otherwise, by a file or long ago, are still offered.
        departments = Q(kind=Organisation.Kind.DEPARTMENT) | Q(owned_sources=source)
        self.fields["owner"].queryset = others.filter(departments).distinct()  # type: ignore[attr-defined]
        people = User.objects.filter(Q(is_active=True) | Q(stewarded_sources=source)).distinct()
        by_name = people.order_by("last_name", "first_name", "username")
        self.fields["steward"].queryset = by_name  # type: ignore[attr-defined]

    def shows(self) -> list[Shows]:
        return [Shows(self.source, NAMES)]

    def clean_hosting_country(self) -> str:
        return str(self.cleaned_data["hosting_country"]).upper()

    def save(self, *, by: User, at: datetime) -> None:
        """Calls the service. Raises ValidationError by field."""
        given = SourceFields(**{name: self.cleaned_data[name] for name in NAMES})
        reason = self.cleaned_data["reason"]
        source_facts.update(source=self.source, given=given, by=by, reason=reason, at=at)


class AgreementForm(SharedForm):
    """A new agreement, or with one, its change."""

    reference = forms.CharField(
        label=_("Contract or DSP"), max_length=120, help_text=_("Its number or its title.")
    )
    kind = forms.ChoiceField(label=_("Kind"), choices=SupplyAgreement.Kind.choices)
    counterpart = forms.ModelChoiceField(
        queryset=Organisation.objects.none(), label=_("Counterpart")
    )
    article = forms.CharField(
        label=_("Article"), max_length=120, required=False,
        help_text=_("Of the contract or of the law: CCP L.3131-2 for a concession."),
    )  # fmt: skip
    format_agreed = forms.CharField(label=_("Format agreed"), max_length=200, required=False)
    frequency = forms.ChoiceField(
        label=_("Frequency of supply"), required=False,
        choices=[("", _("Not said")), *Indicator.Frequency.choices],
    )  # fmt: skip
    due_days = forms.IntegerField(
        label=_("Days after the end of a period"), required=False, min_value=0, max_value=3650,
        help_text=_("By when the data of a period is due; empty: not said."),
    )  # fmt: skip
    starts_on = DayField(label=_("Starts on"))
    ends_on = DayField(label=_("Ends on"), required=False, help_text=_("Empty: no end is set."))
    reversibility = forms.CharField(
        label=_("What happens to the data at the end"), required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )  # fmt: skip
    is_dispensed = forms.BooleanField(label=_("Dispensed from supplying"), required=False)
    dispensation_reason = forms.CharField(
        label=_("Reasons of the dispensation"), required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )  # fmt: skip
    dispensation_url = forms.URLField(
        label=_("Where the dispensation is published"), max_length=500, required=False,
        assume_scheme="https",
    )  # fmt: skip
    reason = _kept()

    def __init__(
        self, data: Any = None, *, source: DataSource, agreement: SupplyAgreement | None = None
    ) -> None:
        initial: dict[str, Any] = {"counterpart": source.producer_id}
        if agreement is not None:
            initial = {name: getattr(agreement, name) for name in AGREEMENT_NAMES}
        super().__init__(data, initial=initial)
        self.source, self.agreement = source, agreement
        self.fields["counterpart"].queryset = Organisation.objects.order_by("name_fr")  # type: ignore[attr-defined]

    def shows(self) -> list[Shows]:
        """Nothing of an agreement to come."""
        return [Shows(self.agreement, AGREEMENT_NAMES)] if self.agreement else []

    def save(self, *, by: User, at: datetime) -> None:
        """Calls the service. Raises ValidationError by field."""
        given = AgreementFields(**{name: self.cleaned_data[name] for name in AGREEMENT_NAMES})
        signed: dict[str, Any] = {"by": by, "reason": self.cleaned_data["reason"], "at": at}
        if self.agreement is None:
            source_facts.add_agreement(source=self.source, given=given, **signed)
        else:
            source_facts.change_agreement(agreement=self.agreement, given=given, **signed)


class AgreementRemovalForm(forms.Form):
    """Why an agreement that was entered by mistake leaves the register."""

    reason = _kept()

    def __init__(self, data: Any = None, *, agreement: SupplyAgreement) -> None:
        super().__init__(data)
        self.agreement = agreement

    def save(self, *, by: User, at: datetime) -> None:
        """Calls the service. Raises ValidationError by field."""
        reason = self.cleaned_data["reason"]
        source_facts.remove_agreement(agreement=self.agreement, by=by, reason=reason, at=at)
