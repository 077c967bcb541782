"""The money of a project: its block on the project's page, and its forms."""

from dataclasses import dataclass
from datetime import date
from typing import cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from portfolio.charts.budget_bar import BudgetBar, budget_bar
from portfolio.forms.money import ActForm, CreditForm, FundingForm, MoneyForm
from portfolio.models import PaymentCredit, Project, Section, User
from portfolio.queries.money import ProjectMoney, SectionMoney, money_of, parameters_on
from portfolio.queries.money_checks import Finding, findings

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
        missing_years=(min(years) - 1, max(years) + 1) if years else (year,),
    )


# ---------------------------------------------------------------- forms


@login_required
@transaction.atomic
def credit_edit(request: HttpRequest, code: str, section: str, year: int) -> HttpResponse:
    """One year of credits, entered or changed."""
    project = _editable(request, code)
    if section not in SECTIONS or year not in YEARS:
        raise Http404
    key = {"year": year, "section": SECTIONS[section]}
    credit = project.credits.filter(**key).first() or PaymentCredit(project=project, **key)
    form = CreditForm(_sent(request), project=project, credit=credit)
    words = {"year": year, "section": SECTIONS[section].label}
    return _answer(request, form, _("Credits of %(year)s, %(section)s") % words)


@login_required
@transaction.atomic
def act_add(request: HttpRequest, code: str) -> HttpResponse:
    """A vote, a revision, an allocation or a lapse of an authorisation."""
    form = ActForm(_sent(request), project=_editable(request, code))
    return _answer(request, form, _("Act on the authorisation"))


@login_required
@transaction.atomic
def funding_add(request: HttpRequest, code: str) -> HttpResponse:
    form = FundingForm(_sent(request), project=_editable(request, code), funding=None)
    return _answer(request, form, _("Add a funding"))


@login_required
@transaction.atomic
def funding_edit(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    project = _editable(request, code)
    funding = get_object_or_404(project.fundings.select_related("funder"), pk=pk)
    form = FundingForm(_sent(request), project=project, funding=funding)
    return _answer(request, form, _("Funding: %(name)s") % {"name": funding})


def _editable(request: HttpRequest, code: str) -> Project:
    """The row is locked while it is compared with what the form was opened on."""
    editable = Project.objects.editable_by(request.user).select_for_update(of=("self",))
    return get_object_or_404(editable, code=code)


def _sent(request: HttpRequest) -> QueryDict | None:
    return request.POST if request.method == "POST" else None


def _answer(request: HttpRequest, form: MoneyForm, title: str) -> HttpResponse:
    if form.is_bound and form.is_valid() and _saved(request, form):
        messages.success(request, _("Changes saved."))
        return redirect(reverse("portfolio:project", args=[form.project.code]) + "#money")
    context = {"form": form, "project": form.project, "title": title}
    status = 422 if form.errors else 200
    return render(request, "portfolio/pages/money_edit.html", context, status=status)


def _saved(request: HttpRequest, form: MoneyForm) -> bool:
    """All of the form or nothing: it may take several verbs."""
    try:
        with transaction.atomic():
            form.save(by=cast("User", request.user), at=timezone.now())
    except ValidationError as error:
        form.add_error(None, error)
        return False
    return True
