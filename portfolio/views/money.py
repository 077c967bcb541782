"""The money of a project: its block on the project's page, and its forms."""

from dataclasses import dataclass
from datetime import date

from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from portfolio.charts.budget_bar import BudgetBar, budget_bar
from portfolio.forms.money import ActForm, CreditForm, FundingForm
from portfolio.models import PaymentCredit, Project, Section
from portfolio.queries.money import ProjectMoney, SectionMoney, money_of, parameters_on
from portfolio.queries.money_checks import Finding, findings
from portfolio.roles import Part
from portfolio.views.editing import answer, editable, sent

# The addresses are in French, like the others.
SECTIONS = {"investissement": Section.INVESTMENT, "fonctionnement": Section.OPERATING}
SLUGS = {section.value: slug for slug, section in SECTIONS.items()}
YEARS = range(1990, 2101)


@dataclass(frozen=True)
class SectionBlock:
    """`missing_years` could be entered next: the one before, the one after."""

    money: SectionMoney
    slug: str
    bar: BudgetBar
    missing_years: tuple[int, ...]


@dataclass(frozen=True)
class MoneyBlock:
    money: ProjectMoney
    sections: tuple[SectionBlock, ...]
    findings: tuple[Finding, ...]
    year: int

    @property
    def first_years(self) -> list[tuple[str, str]]:
        """The sections without a year of credits: their slug, and what to offer."""
        entered = {section.slug for section in self.sections if section.money.rows}
        words = {
            "investissement": _("Enter the credits of %(year)s"),
            "fonctionnement": _("Enter the operating credits (AE/CP) of %(year)s"),
        }
        told = {slug: words[slug] % {"year": self.year} for slug in SECTIONS}
        return [(slug, label) for slug, label in told.items() if slug not in entered]


def money_block(project: Project, *, today: date) -> MoneyBlock:
    parameters = parameters_on(today)
    money = money_of(project, today=today, parameters=parameters)
    return MoneyBlock(
        money=money,
        sections=tuple(_block(section, today.year) for section in money.sections),
        findings=tuple(findings(money, today=today, parameters=parameters)),
        year=today.year,
    )


def _block(section: SectionMoney, year: int) -> SectionBlock:
    sums = section.totals
    years = [line.year for line in section.lines]
    return SectionBlock(
        money=section,
        slug=SLUGS[section.section],
        bar=budget_bar(voted=section.voted, committed=sums.committed, paid=sums.paid),
        missing_years=(min(years) - 1, max(years) + 1) if years else (),
    )


# ---------------------------------------------------------------- forms


@login_required
@transaction.atomic
def credit_edit(request: HttpRequest, code: str, section: str, year: int) -> HttpResponse:
    """One year of credits, entered or changed."""
    project = editable(request, code, Part.MONEY)
    if section not in SECTIONS or year not in YEARS:
        raise Http404
    key = {"year": year, "section": SECTIONS[section]}
    credit = project.credits.filter(**key).first() or PaymentCredit(project=project, **key)
    form = CreditForm(sent(request), project=project, credit=credit)
    words = {"year": year, "section": SECTIONS[section].label}
    return answer(request, form, block="money", title=_("Credits of %(year)s, %(section)s") % words)


def _proposed(request: HttpRequest) -> dict[str, object]:
    """What a link proposes to enter; the form checks it like anything typed."""
    names = {"kind": "kind", "section": "section", "amount": "amount_eur"}
    return {name: request.GET[key] for key, name in names.items() if key in request.GET}


@login_required
@transaction.atomic
def act_add(request: HttpRequest, code: str) -> HttpResponse:
    """A vote, a revision, an allocation or a lapse of an authorisation."""
    project = editable(request, code, Part.MONEY)
    form = ActForm(sent(request), project=project, initial=_proposed(request))
    return answer(request, form, block="money", title=_("Act on the authorisation"))


@login_required
@transaction.atomic
def funding_add(request: HttpRequest, code: str) -> HttpResponse:
    form = FundingForm(sent(request), project=editable(request, code, Part.MONEY), funding=None)
    return answer(request, form, block="money", title=_("Add a funding"))


@login_required
@transaction.atomic
def funding_edit(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    project = editable(request, code, Part.MONEY)
    funding = get_object_or_404(project.fundings.select_related("funder"), pk=pk)
    form = FundingForm(sent(request), project=project, funding=funding)
    return answer(request, form, block="money", title=_("Funding: %(name)s") % {"name": funding})
