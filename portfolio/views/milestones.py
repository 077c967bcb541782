"""The calendar of a project: its blocks, the forms of its milestones, and its file."""

from datetime import date

from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _

from portfolio import calendar_file
from portfolio.charts.calendar_lanes import project_lanes
from portfolio.charts.gantt import gantt
from portfolio.forms.milestones import (
    MilestoneAddForm,
    MilestoneCompleteForm,
    MilestoneCorrectForm,
    MilestoneForm,
    MilestoneMoveForm,
    MilestoneWithdrawForm,
)
from portfolio.models import Milestone, Project
from portfolio.queries.calendar import calendar_of, milestones_of, withdrawn_milestones
from portfolio.roles import Part
from portfolio.views.editing import answer, editable, sent

Context = dict[str, object]


def calendar_block(project: Project, today: date) -> Context:
    """The drawing, the dates of the phases, and what is worth a word."""
    found = calendar_of(project, today=today)
    lanes = project_lanes(
        periods=found.dated,
        milestones=[one.milestone for one in found.milestones],
        procedures=found.procedures,
        today=today,
    )
    title = _("Calendar of %(name)s") % {"name": project.name}
    return {
        "calendar": found,
        "gantt": gantt(lanes, today=today, title=title),
        "lanes": lanes,
    }


def milestones_block(project: Project, today: date) -> Context:
    return {
        "milestones": milestones_of(project, today=today),
        "withdrawn": withdrawn_milestones(project),
    }


# ---------------------------------------------------------------- forms


@login_required
@transaction.atomic
def milestone_add(request: HttpRequest, code: str) -> HttpResponse:
    form = MilestoneAddForm(sent(request), project=editable(request, code, Part.SCHEDULE))
    return answer(request, form, block="milestones", title=_("Add a milestone"))


@login_required
@transaction.atomic
def milestone_move(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """Later or earlier."""
    return _answer(request, code, pk, MilestoneMoveForm, _("Move: %(name)s"))


@login_required
@transaction.atomic
def milestone_complete(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """It happened, on a day."""
    return _answer(request, code, pk, MilestoneCompleteForm, _("Reached: %(name)s"))


@login_required
@transaction.atomic
def milestone_correct(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    return _answer(request, code, pk, MilestoneCorrectForm, _("Change: %(name)s"))


@login_required
@transaction.atomic
def milestone_withdraw(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """Off the calendar, or back on it."""
    withdrawn = Milestone.objects.filter(pk=pk, withdrawn_at__isnull=False).exists()
    title = _("Bring back: %(name)s") if withdrawn else _("Withdraw: %(name)s")
    return _answer(request, code, pk, MilestoneWithdrawForm, title)


def _answer(
    request: HttpRequest, code: str, pk: int, form_class: type[MilestoneForm], title: str
) -> HttpResponse:
    project = editable(request, code, Part.SCHEDULE)
    milestone = get_object_or_404(project.milestones, pk=pk)
    form = form_class(sent(request), project=project, milestone=milestone)
    return answer(request, form, block="milestones", title=title % {"name": milestone})


# ---------------------------------------------------------------- file


@login_required
def project_ics(request: HttpRequest, code: str) -> HttpResponse:
    """The project's milestones, for an agenda."""
    project = get_object_or_404(Project.objects.visible_to(request.user), code=code)
    return calendar_response(request, [project], name=f"jalons-{project.code}.ics")


def calendar_response(request: HttpRequest, projects: list[Project], *, name: str) -> HttpResponse:
    """The milestones of `projects`, whose reader may see them."""
    milestones = Milestone.objects.current().filter(project__in=projects)
    content = calendar_file.milestones(
        milestones.select_related("project").order_by("current_on", "pk"),
        address=request.build_absolute_uri,
        at=timezone.now(),
    )
    response = HttpResponse(content, content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
