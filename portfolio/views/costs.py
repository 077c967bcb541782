"""What a project costs: its block on the project's page, and its forms."""

from dataclasses import dataclass
from datetime import date

from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from portfolio.analysis.prices import month_of
from portfolio.forms.costs import CompleteForm, EstimateForm
from portfolio.models import Project
from portfolio.queries.overrun import Overrun, overruns
from portfolio.queries.prices import EstimateRow, estimates
from portfolio.roles import Part
from portfolio.views.editing import answer, editable, sent


@dataclass(frozen=True)
class CostsBlock:
    """`month` is the one whose prices are wanted."""

    rows: tuple[EstimateRow, ...]
    overruns: tuple[Overrun, ...]
    month: date


def costs_block(project: Project, *, today: date) -> CostsBlock:
    rows = estimates(project, today=today)
    found = overruns(project, [row.estimate for row in rows])
    return CostsBlock(tuple(rows), tuple(found), month_of(today))


@login_required
@transaction.atomic
def estimate_add(request: HttpRequest, code: str) -> HttpResponse:
    """A new version of the cost; what was said before stays."""
    project = editable(request, code, Part.MONEY)
    last = project.cost_estimates.order_by("version").last()
    form = EstimateForm(sent(request), project=project, last=last)
    return answer(request, form, block="costs", title=_("New cost estimate"))


@login_required
@transaction.atomic
def estimate_complete(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """What a version left unsaid."""
    project = editable(request, code, Part.MONEY)
    version = get_object_or_404(project.cost_estimates, version=pk)
    form = CompleteForm(sent(request), project=project, version=version)
    title = _("Complete version %(version)s of the cost") % {"version": version.version}
    return answer(request, form, block="costs", title=title)
