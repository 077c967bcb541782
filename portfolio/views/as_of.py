"""The register as it was known at the end of a day: read, never written."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _

from portfolio import moments
from portfolio.analysis import budget
from portfolio.analysis.budget import Ceiling, CreditTotals
from portfolio.charts.maps.project import project_map
from portfolio.forms.fields import DayField
from portfolio.models import Authorisation, PaymentCredit, Project, Section
from portfolio.queries import as_of
from portfolio.queries.as_of import RecordAsOf
from portfolio.queries.money import credit_line
from portfolio.results import Unknown
from portfolio.views.listing import ProjectListing


@dataclass(frozen=True)
class SectionAsOf:
    label: str
    acts: tuple[Authorisation, ...]
    ceiling: Ceiling | Unknown
    credits: tuple[PaymentCredit, ...]
    totals: CreditTotals


def day_asked(request: HttpRequest) -> date | None:
    """The day of the address; None for today. One that cannot be read or is to come is said."""
    text = request.GET.get(moments.NAME, "")
    if not text:
        return None
    try:
        day: date | None = DayField().clean(text[:20])
    except ValidationError:
        day = None
    if day is None or not moments.FIRST_DAY <= day <= timezone.localdate():
        messages.warning(request, _("The day asked for cannot be read or is to come: this is the record of today."))  # fmt: skip
        return None
    return day


def project_as_of(request: HttpRequest, project: Project, day: date) -> HttpResponse:
    """`project` is one that the reader may see today."""
    found = as_of.record(project, moments.end_of(day), reader=request.user)
    context: dict[str, object] = {"stored": project, "day": day, "record": found}
    if found is None:
        context["first_at"] = as_of.first_known_at(project)
    else:
        then = found.project
        context |= {
            "project": then,
            "phases": then.phase_set.phases.order_by("rank"),
            "sections": _sections(found, day),
            "map": project_map(then),
        }
    return render(request, "portfolio/pages/project_as_of.html", context)


def list_as_of(
    request: HttpRequest, found: ProjectListing, day: date, *, per_page: int
) -> HttpResponse:
    """The filters choose projects by what the register says today; the lines say what was known."""
    at = moments.end_of(day)
    known = as_of.known_at(found.projects, at)
    page = Paginator(known, per_page).get_page(request.GET.get("page"))
    context = {
        "found": found,
        "columns": [column for column in found.columns if column.key != "commissioning"],
        "day": day,
        "today": day,
        "later": found.projects.count() - page.paginator.count,
        "totals": as_of.totals(known, at),
        "page": page,
        "rows": as_of.rows(page.object_list, at),
    }
    return render(request, "portfolio/pages/projects.html", context)


def _sections(found: RecordAsOf, day: date) -> list[SectionAsOf]:
    sections = []
    for section in Section:
        acts = tuple(act for act in found.acts if act.section == section)
        credits_ = tuple(line for line in found.credits if line.section == section)
        if acts or credits_:
            pairs = [(act.kind, act.amount_eur) for act in acts]
            sections.append(
                SectionAsOf(
                    label=str(section.label),
                    acts=acts,
                    ceiling=budget.ceiling(pairs) if pairs else Unknown("NO_AUTHORISATION"),
                    credits=credits_,
                    totals=budget.totals([credit_line(c) for c in credits_], year=day.year),
                )
            )
    return sections
