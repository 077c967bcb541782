"""The end of a year: what is carried over, what lapses."""

from dataclasses import dataclass

from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from portfolio.forms.carry_over import CarryOverForm
from portfolio.models import FinanceParameter, Project
from portfolio.queries.carry_over import CarryRow, unallocated, year_end
from portfolio.queries.money import parameters_on, value_of
from portfolio.roles import Part
from portfolio.views.editing import answer, editable, sent
from portfolio.views.money import SECTIONS, SLUGS

# What asks for something comes first.
FIRST = ["DIFFERS", "TO_BRING", "UNKNOWN", "BROUGHT", "NOTHING"]


@dataclass(frozen=True)
class CarryLine:
    """A row, the section in its address, and whether its reader may bring it on."""

    row: CarryRow
    slug: str
    may_edit: bool


@login_required
def carry_over_page(request: HttpRequest) -> HttpResponse:
    """What each project leaves at the end of a year, by default of last year."""
    today = timezone.localdate()
    readable = Project.objects.visible_to(request.user)
    year = _year(request, today.year - 1)
    delay = value_of(parameters_on(today), FinanceParameter.Code.LAPSE_YEARS)
    mine = set(Project.objects.editable_by(request.user, Part.MONEY).values_list("pk", flat=True))
    end = year_end(readable, year)
    lapses = unallocated(readable, today=today, lapse_years=delay)
    context = {
        "end": end,
        "lapses": lapses,
        "proposed": [row for row in lapses if row.lapses],
        "waiting": [row for row in lapses if not row.lapses],
        "delay": delay,
        "editable": mine,
        "lines": [
            CarryLine(row, SLUGS[row.credit.section], row.credit.project_id in mine)
            for row in sorted(end.rows, key=lambda row: FIRST.index(row.state))
        ],
        "is_over": year < today.year,
        "this_year": today.year,
    }
    return render(request, "portfolio/pages/carry_over.html", context)


@login_required
@transaction.atomic
def carry_over_bring(request: HttpRequest, code: str, section: str, year: int) -> HttpResponse:
    """Brings what one line leaves into the next year."""
    project = editable(request, code, Part.MONEY)
    if section not in SECTIONS:
        raise Http404
    credit = get_object_or_404(project.credits, section=SECTIONS[section], year=year)
    form = CarryOverForm(sent(request), project=project, credit=credit)
    words = {"before": year, "after": year + 1}
    title = _("Carry over from %(before)s to %(after)s") % words
    response = answer(request, form, block="money", title=title)
    if response.status_code == 302 and request.GET.get("back"):
        return redirect(f"{reverse('portfolio:carry-over')}?year={year}")
    return response


def _year(request: HttpRequest, default: int) -> int:
    text = request.GET.get("year", "")
    year = int(text) if text.isascii() and text.isdigit() and len(text) == 4 else 0
    return year if 1990 <= year <= 2100 else default
