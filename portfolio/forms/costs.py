"""The forms of a project's cost: a new version, and what an old one left unsaid."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from portfolio.forms.fields import DayField, EurosField
from portfolio.forms.record import RecordForm
from portfolio.forms.seen import Shows
from portfolio.models import CostEstimate, Phase, PriceIndex, Project, User
from portfolio.services import finance
from portfolio.services.finance import Terms


class TermsForm(RecordForm):
    """What an amount means."""

    before_tax_eur = EurosField(
        label=_("Amount before tax (HT)"),
        required=False,
        help_text=_("Leave empty if not known."),
    )
    scope = forms.ChoiceField(label=_("What it counts"), choices=CostEstimate.Scope.choices)
    index = forms.ModelChoiceField(
        PriceIndex.objects.all(),
        label=_("Price index"),
        required=False,
        empty_label=_("Not said"),
        help_text=_("TP01 for public works, BT01 for buildings: brings the cost to other prices."),
    )

    def __init__(self, data: Any = None, *, project: Project, **options: Any) -> None:
        super().__init__(data, project=project, **options)
        self.fields["index"].queryset = PriceIndex.objects.order_by("code")  # type: ignore[attr-defined]

    @property
    def terms(self) -> Terms:
        given = self.cleaned_data
        return Terms(given["before_tax_eur"], given["scope"], given["index"])


class EstimateForm(TermsForm):
    """A new version of the cost; those before it stay."""

    amount_eur = EurosField(label=_("Total cost, all taxes included (TTC)"))
    valued_on = DayField(
        label=_("Date of value"), help_text=_("The day whose prices the amount is in.")
    )
    phase = forms.ModelChoiceField(
        Phase.objects.all(), label=_("Phase"), required=False, empty_label=_("Not known")
    )

    def __init__(
        self, data: Any = None, *, project: Project, last: CostEstimate | None, **options: Any
    ) -> None:
        initial: dict[str, Any] = {"phase": project.phase_id}
        if last is not None:
            initial |= {"scope": last.scope, "index": last.index_id}
        super().__init__(data, project=project, initial=initial, **options)
        phases = Phase.objects.filter(phase_set=project.phase_set_id).order_by("rank")
        self.fields["phase"].queryset = phases  # type: ignore[attr-defined]
        self.order_fields(["amount_eur", "before_tax_eur", "scope", "valued_on", "index", "phase"])

    def shows(self) -> Sequence[Shows]:
        return []

    def save(self, *, by: User, at: datetime) -> None:
        given = self.cleaned_data
        finance.estimate(
            project=self.project, amount_eur=given["amount_eur"], valued_on=given["valued_on"],
            reason=given["reason"], phase=given["phase"], terms=self.terms, by=by, at=at,
        )  # fmt: skip


class CompleteForm(TermsForm):
    """What a version left unsaid; what it said is not asked again."""

    def __init__(
        self, data: Any = None, *, project: Project, version: CostEstimate, **options: Any
    ) -> None:
        initial = {"before_tax_eur": version.before_tax_eur, "scope": version.scope,
                   "index": version.index_id}  # fmt: skip
        super().__init__(data, project=project, initial=initial, **options)
        self.version = version
        self.fields["before_tax_eur"].disabled = version.before_tax_eur is not None
        self.fields["scope"].disabled = version.scope != CostEstimate.Scope.NOT_SAID
        self.fields["index"].disabled = version.index_id is not None

    def shows(self) -> Sequence[Shows]:
        return [Shows(self.version, ("before_tax_eur", "scope", "index"))]

    def save(self, *, by: User, at: datetime) -> None:
        finance.complete(
            version=self.version, terms=self.terms, by=by,
            reason=self.cleaned_data["reason"], at=at,
        )  # fmt: skip
