"""The money of one project: authorisations, credits by year, who pays, and what the rules say."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from portfolio.analysis import budget, own_share
from portfolio.analysis.budget import Ceiling, CreditTotals, Execution, Figure
from portfolio.models import (
    Authorisation,
    FinanceParameter,
    Funding,
    LeadAuthority,
    PaymentCredit,
    Project,
    Section,
    ShareDerogation,
)
from portfolio.results import Unknown


@dataclass(frozen=True)
class YearRow:
    """One year of credits, seen from `today`."""

    credit: PaymentCredit
    line: budget.CreditLine
    today: date

    @property
    def execution(self) -> Execution | Unknown:
        """Its pace."""
        return budget.execution(self.line, today=self.today)


@dataclass(frozen=True)
class SectionMoney:
    """A section of the budget; `ceiling` is Unknown where no authorisation was voted."""

    section: str
    label: str
    acts: tuple[Authorisation, ...]
    ceiling: Ceiling | Unknown
    rows: tuple[YearRow, ...]
    totals: CreditTotals

    @property
    def remaining(self) -> Figure:
        return budget.remaining_to_pay(self.totals)

    @property
    def lines(self) -> tuple[budget.CreditLine, ...]:
        return tuple(row.line for row in self.rows)

    @property
    def voted(self) -> Figure:
        """What may be committed; without an authorisation, the sum of the yearly credits."""
        if isinstance(self.ceiling, Unknown):
            return self.totals.voted if self.rows else self.ceiling
        return self.ceiling.authorised


@dataclass(frozen=True)
class ShareTerms:
    """Which minimum of the public money binds us, and why; `lead` None: nobody said."""

    lead: LeadAuthority | None
    derogations: tuple[ShareDerogation, ...]
    withdrawn: tuple[ShareDerogation, ...]
    minimum: Figure

    @property
    def is_lead(self) -> bool | None:
        return self.lead.is_lead if self.lead else None

    @property
    def percent(self) -> Decimal | None:
        return None if isinstance(self.minimum, Unknown) else self.minimum * 100


@dataclass(frozen=True)
class FundingPlan:
    """Who pays: `own` is what is left once grants and VAT compensation are taken off."""

    cost: Figure
    fundings: tuple[Funding, ...]
    grants: tuple[budget.Grant, ...]
    compensation: Figure
    rate: Figure
    own: Figure
    terms: "ShareTerms"

    @property
    def percent(self) -> Decimal | None:
        """The rate of the VAT compensation, in percent."""
        return None if isinstance(self.rate, Unknown) else self.rate * 100

    @property
    def notified(self) -> Decimal:
        return sum((grant.notified or budget.ZERO for grant in self.grants), budget.ZERO)

    @property
    def pending(self) -> Decimal:
        """Asked, and not answered yet."""
        waiting = (grant.requested for grant in self.grants if grant.notified is None)
        return sum(waiting, budget.ZERO)


@dataclass(frozen=True)
class ProjectMoney:
    sections: tuple[SectionMoney, ...]
    plan: FundingPlan

    @property
    def is_empty(self) -> bool:
        return not self.sections and not self.plan.fundings

    def section(self, code: str) -> SectionMoney | None:
        return next((one for one in self.sections if one.section == code), None)


def money_of(
    project: Project, *, today: date, parameters: dict[str, FinanceParameter]
) -> ProjectMoney:
    """In a constant number of queries; `parameters` from `parameters_on(today)`."""
    acts = list(project.authorisations.order_by("voted_on", "pk").select_related("author"))
    years = list(project.credits.order_by("year"))
    sections = tuple(
        section_money(section, acts, years, today)
        for section in Section
        if section in {act.section for act in acts} | {credit.section for credit in years}
    )
    return ProjectMoney(sections, _plan(project, parameters))


def parameters_on(day: date) -> dict[str, FinanceParameter]:
    """What is in force on a day, by code; a code not yet in force is not there."""
    dated = FinanceParameter.objects.filter(from_on__lte=day).order_by("code", "-from_on")
    return {parameter.code: parameter for parameter in dated.distinct("code")}


def value_of(parameters: dict[str, FinanceParameter], code: str) -> Figure:
    return parameters[code].value if code in parameters else Unknown(f"NO_{code}")


def credit_line(credit: PaymentCredit) -> budget.CreditLine:
    return budget.CreditLine(
        year=credit.year,
        voted=credit.voted_eur,
        committed=credit.committed_eur,
        paid=credit.paid_eur,
        carried_over=credit.carried_over_eur,
    )


def section_money(
    section: Section, acts: Iterable[Authorisation], years: Iterable[PaymentCredit], today: date
) -> SectionMoney:
    own_acts = tuple(act for act in acts if act.section == section)
    rows = tuple(_row(credit, today) for credit in years if credit.section == section)
    lines = [row.line for row in rows]
    pairs = [(act.kind, act.amount_eur) for act in own_acts]
    return SectionMoney(
        section=section.value,
        label=str(section.label),
        acts=own_acts,
        ceiling=budget.ceiling(pairs) if pairs else Unknown("NO_AUTHORISATION"),
        rows=rows,
        totals=budget.totals(lines, year=today.year),
    )


def _row(credit: PaymentCredit, today: date) -> YearRow:
    return YearRow(credit, credit_line(credit), today)


def _plan(project: Project, parameters: dict[str, FinanceParameter]) -> FundingPlan:
    fundings = project.fundings.select_related("funder").order_by("-requested_eur", "pk")
    last = project.cost_estimates.order_by("-version").first()
    cost: Figure = last.amount_eur if last else Unknown("NO_ESTIMATE")
    lead = LeadAuthority.objects.filter(project=project).first()
    derogations = project.share_derogations.order_by("decided_on", "pk")
    terms = share_terms(lead, list(derogations), parameters)
    return plan_money(cost, tuple(fundings), parameters, terms)


def plan_money(
    cost: Figure,
    fundings: tuple[Funding, ...],
    parameters: dict[str, FinanceParameter],
    terms: ShareTerms,
) -> FundingPlan:
    grants = tuple(
        budget.Grant(f.requested_eur, f.notified_eur, f.received_eur, f.is_public_money)
        for f in fundings
    )
    rate = value_of(parameters, FinanceParameter.Code.FCTVA_RATE)
    compensation = _compensation(cost, rate)
    own = budget.own_share(cost, grants, compensation)
    return FundingPlan(cost, fundings, grants, compensation, rate, own, terms)


def share_terms(
    lead: LeadAuthority | None,
    told: list[ShareDerogation],
    parameters: dict[str, FinanceParameter],
) -> ShareTerms:
    """`told`: derogations in the order of their decisions, those taken off too."""
    current = tuple(one for one in told if one.withdrawn_at is None)
    return ShareTerms(
        lead=lead,
        derogations=current,
        withdrawn=tuple(one for one in told if one.withdrawn_at is not None),
        minimum=own_share.minimum_share(
            value_of(parameters, FinanceParameter.Code.OWN_SHARE_MIN),
            value_of(parameters, FinanceParameter.Code.OWN_SHARE_MIN_LEAD),
            is_lead=lead.is_lead if lead else None,
            derogations=[one.minimum_share for one in current],
        ),
    )


def _compensation(cost: Figure, rate: Figure) -> Figure:
    if isinstance(cost, Unknown):
        return cost
    return rate if isinstance(rate, Unknown) else budget.fctva(cost, rate)
