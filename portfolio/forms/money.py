"""The forms of a project's money: one year of credits, one act, one funding."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from portfolio.forms.fields import DayField, EurosField
from portfolio.forms.record import RecordForm
from portfolio.forms.seen import Shows
from portfolio.models import (
    Authorisation,
    Funding,
    Organisation,
    PaymentCredit,
    Project,
    Section,
    User,
)
from portfolio.services import budget as budget_services
from portfolio.services import funding as funding_services
from portfolio.services.budget import CreditFigures
from portfolio.services.funding import Dated, Steps


class CreditForm(RecordForm):
    """The credits of one year."""

    voted_eur = EurosField(label=_("Voted credits (CP)"))
    carried_over_eur = EurosField(
        label=_("Carried over from the year before"),
        required=False,
        help_text=_("Committed the year before and not paid then. Leave empty if not known."),
    )
    committed_eur = EurosField(
        label=_("Committed"),
        required=False,
        help_text=_("What was carried over included. Leave empty if not known."),
    )
    paid_eur = EurosField(
        label=_("Paid"), required=False, help_text=_("Leave empty if not known; 0 is a figure.")
    )

    def __init__(
        self, data: Any = None, *, project: Project, credit: PaymentCredit, **options: Any
    ) -> None:
        names = CreditFigures.__dataclass_fields__
        initial = {name: getattr(credit, name) for name in names} if credit.pk else {}
        super().__init__(data, project=project, initial=initial, **options)
        self.credit = credit

    def shows(self) -> Sequence[Shows]:
        return [Shows(self.credit, tuple(CreditFigures.__dataclass_fields__))]

    def save(self, *, by: User, at: datetime) -> None:
        names = CreditFigures.__dataclass_fields__
        budget_services.set_payment_credit(
            project=self.project,
            year=self.credit.year,
            section=self.credit.section,
            figures=CreditFigures(**{name: self.cleaned_data[name] for name in names}),
            by=by,
            reason=self.cleaned_data["reason"],
            at=at,
        )


class ActForm(RecordForm):
    """One act on an authorisation; a wrong one is put right by another."""

    kind = forms.ChoiceField(label=_("Act"), choices=Authorisation.Kind.choices)
    section = forms.ChoiceField(label=_("Section"), choices=Section.choices)
    amount_eur = EurosField(
        label=_("Amount in euros"),
        signed=True,
        help_text=_("A revision or an allocation may be negative: it takes off."),
    )
    voted_on = DayField(label=_("Date of the decision"))
    deliberation = forms.CharField(
        label=_("Deliberation"),
        max_length=80,
        required=False,
        help_text=_("Its number; needed for a vote and a revision."),
    )

    def shows(self) -> Sequence[Shows]:
        return []  # an act is added, whatever else was entered

    def save(self, *, by: User, at: datetime) -> None:
        given = self.cleaned_data
        shared: dict[str, Any] = {
            "project": self.project, "section": given["section"], "by": by, "at": at,
            "amount_eur": given["amount_eur"], "reason": given["reason"],
        }  # fmt: skip
        verbs: dict[str, Callable[..., Authorisation]] = {
            "VOTED": budget_services.vote_authorisation,
            "REVISION": budget_services.revise_authorisation,
            "AFFECTATION": budget_services.affect,
            "LAPSE": budget_services.lapse,
        }
        if given["kind"] in {"VOTED", "REVISION"}:
            shared |= {"voted_on": given["voted_on"], "deliberation": given["deliberation"]}
        else:
            shared |= {"on": given["voted_on"]}
        verbs[given["kind"]](**shared)


class FundingForm(RecordForm):
    """A funder's line: what was asked, then answered, then received, as far as it went."""

    funder = forms.ModelChoiceField(
        queryset=Organisation.objects.filter(kind=Organisation.Kind.PARTNER), label=_("Funder")
    )
    scheme = forms.CharField(
        label=_("Scheme"), max_length=80, required=False, help_text=_("DSIL, FEDER, Fonds vert…")
    )
    is_public_money = forms.BooleanField(label=_("Public money"), required=False, initial=True)
    requested_eur = EurosField(label=_("Requested"))
    requested_on = DayField(label=_("Requested on"))
    notified_eur = EurosField(
        label=_("Notified"), required=False, help_text=_("0 is a refusal; empty: no answer yet.")
    )
    notified_on = DayField(label=_("Notified on"), required=False)
    received_eur = EurosField(
        label=_("Received"), required=False, help_text=_("All that was received so far.")
    )
    received_on = DayField(label=_("Last received on"), required=False)

    deadline_on = DayField(
        label=_("Deadline"),
        required=False,
        help_text=_("The last day for what the funder still waits for; an alert is given before."),
    )

    STEPS = ("notified", "received")

    def __init__(
        self, data: Any = None, *, project: Project, funding: Funding | None, **options: Any
    ) -> None:
        names = [*self.base_fields]
        initial = {name: getattr(funding, name) for name in names} if funding else {}
        super().__init__(data, project=project, initial=initial, **options)
        self.funding = funding
        funders = Organisation.objects.filter(kind=Organisation.Kind.PARTNER).order_by("name_fr")
        self.fields["funder"].queryset = funders  # type: ignore[attr-defined]
        if funding:
            self.fields["funder"].disabled = True

    def shows(self) -> Sequence[Shows]:
        return [Shows(self.funding, tuple(self.base_fields))] if self.funding else []

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean() or self.cleaned_data
        for step in self.STEPS:
            amount, on = cleaned.get(f"{step}_eur"), cleaned.get(f"{step}_on")
            if amount is not None and on is None and f"{step}_on" not in self.errors:
                self.add_error(f"{step}_on", _("Give the day of this step."))
            if on is not None and amount is None and f"{step}_eur" not in self.errors:
                self.add_error(f"{step}_eur", _("Give the amount of this step."))
            if amount is None and self.funding and getattr(self.funding, f"{step}_eur") is not None:
                self.add_error(f"{step}_eur", _("A step that was reached is not emptied."))
        return cleaned

    def save(self, *, by: User, at: datetime) -> None:
        given = self.cleaned_data
        signed: dict[str, Any] = {"by": by, "reason": given["reason"], "at": at}
        funding = self.funding or funding_services.ask_funding(
            project=self.project, funder=given["funder"], scheme=given["scheme"],
            is_public_money=given["is_public_money"], requested=self._requested, **signed,
        )  # fmt: skip
        steps = Steps(
            given["scheme"], given["is_public_money"], self._requested, self._step("notified"),
            self._step("received"), given["deadline_on"],
        )  # fmt: skip
        funding_services.rewrite(funding=funding, steps=steps, **signed)

    @property
    def _requested(self) -> Dated:
        return Dated(self.cleaned_data["requested_eur"], self.cleaned_data["requested_on"])

    def _step(self, name: str) -> Dated | None:
        amount, on = (self.cleaned_data[f"{name}_{part}"] for part in ("eur", "on"))
        return None if amount is None else Dated(amount, on)
