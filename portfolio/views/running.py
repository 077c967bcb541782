"""What a project costs to run: its block on the project's page, and its forms."""

from dataclasses import dataclass
from datetime import date

from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from portfolio.forms.running import RunningCostForm, RunningTakeOffForm
from portfolio.models import Project, RunningCost
from portfolio.queries.money import parameters_on
from portfolio.queries.money_checks import Finding, impact_study
from portfolio.queries.running import Running, running_of
from portfolio.roles import Part
from portfolio.views.editing import answer, editable, sent


@dataclass(frozen=True)
class RunningBlock:
    """`study`: a study of the running costs goes with the project before the council."""

    running: Running
    study: Finding | None


def running_block(project: Project, *, today: date) -> RunningBlock:
    last = project.cost_estimates.order_by("version").last()
    due = impact_study(last.amount_eur, parameters_on(today)) if last else iter(())
    return RunningBlock(running_of(project), next(due, None))


def _line(project: Project, pk: int) -> RunningCost:
    cost: RunningCost = get_object_or_404(project.running_costs, pk=pk)
    return cost


@login_required
@transaction.atomic
def running_add(request: HttpRequest, code: str) -> HttpResponse:
    form = RunningCostForm(sent(request), project=editable(request, code, Part.MONEY), cost=None)
    return answer(request, form, block="running", title=_("Add a yearly amount"))


@login_required
@transaction.atomic
def running_edit(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    project = editable(request, code, Part.MONEY)
    cost = _line(project, pk)
    form = RunningCostForm(sent(request), project=project, cost=cost)
    title = _("Yearly amount: %(name)s") % {"name": cost.get_nature_display()}
    return answer(request, form, block="running", title=title)


@login_required
@transaction.atomic
def running_take_off(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """Takes a line off, or brings it back."""
    project = editable(request, code, Part.MONEY)
    cost = _line(project, pk)
    form = RunningTakeOffForm(sent(request), project=project, cost=cost)
    words = {"name": cost.get_nature_display()}
    title = _("Bring back: %(name)s") if cost.withdrawn_at else _("Take off: %(name)s")
    return answer(request, form, block="running", title=title % words)
