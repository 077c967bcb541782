"""The forms of a project's money: one year of credits, one act, one funding."""

from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from portfolio.forms.seen import check_seen, reason_field, seen_field
from portfolio.imports.parse import CellError, money
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
from portfolio.services.funding import Dated


class EurosField(forms.CharField):
    """An amount as people write it (12 400 000, 12,4 M€), cleaned to Decimal; empty: None, not
    known. `signed` lets a minus sign stand before it."""

    def __init__(self, *, signed: bool = False, **options: Any) -> None:
        super().__init__(**options)
        self.signed = signed
        self.widget.attrs |= {"inputmode": "text" if signed else "decimal", "autocomplete": "off"}

    def prepare_value(self, value: Any) -> Any:
        if not isinstance(value, Decimal):
            return value
        # Spaces between thousands: a comma or a point before three digits has two readings.
        text = f"{value:,.2f}".removesuffix(".00").replace(",", "\N{NARROW NO-BREAK SPACE}")
        return text if (get_language() or "fr").startswith("en") else text.replace(".", ",")

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        minus = self.signed and text.startswith(("-", "\N{MINUS SIGN}"))
        try:
            amount = money(text[1:].strip() if minus else text) if text else None
        except CellError as error:
            raise forms.ValidationError(str(error), code="amount") from error
        return -amount if minus and amount is not None else amount


class DayField(forms.DateField):
    """A day, with the browser's own calendar."""

    def __init__(self, **options: Any) -> None:
        widget = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
        super().__init__(widget=widget, input_formats=["%Y-%m-%d", "%d/%m/%Y"], **options)


class MoneyForm(forms.Form):
    """Reason and state of the record are asked for last, whatever a form adds."""

    def __init__(self, data: Any = None, *, project: Project, **options: Any) -> None:
        super().__init__(data, **options)
        self.project = project
        # Compared again when sent: somebody else may have changed the record since.
        self._stored_at = project.updated_at
        self.fields["reason"] = reason_field()
        self.fields["seen_at"] = seen_field()
        self.initial.setdefault("seen_at", project.updated_at.isoformat())

    def clean(self) -> dict[str, Any] | None:
        check_seen(self.cleaned_data.get("seen_at", ""), self._stored_at)
        return super().clean()

    def save(self, *, by: User, at: datetime) -> None:
        """Calls the service. Raises ValidationError by field."""
        raise NotImplementedError


class CreditForm(MoneyForm):
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


class ActForm(MoneyForm):
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


class FundingForm(MoneyForm):
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
        given, signed = (
            self.cleaned_data,
            {"by": by, "reason": self.cleaned_data["reason"], "at": at},
        )
        request: dict[str, Any] = {
            "scheme": given["scheme"], "is_public_money": given["is_public_money"],
            "requested": Dated(given["requested_eur"], given["requested_on"]),
        }  # fmt: skip
        if self.funding is None:
            funding = funding_services.ask_funding(
                project=self.project, funder=given["funder"], **request, **signed
            )
        else:
            funding = funding_services.correct_request(funding=self.funding, **request, **signed)
        if given["notified_eur"] is not None:
            notified = Dated(given["notified_eur"], given["notified_on"])
            funding = funding_services.notify_funding(funding=funding, notified=notified, **signed)
        if given["received_eur"] is not None:
            received = Dated(given["received_eur"], given["received_on"])
            funding_services.receive_funding(funding=funding, received=received, **signed)
