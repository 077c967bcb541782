"""The forms of a project's phases."""

from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from portfolio.forms.phases import (
    PhaseChoiceForm,
    PhaseForm,
    PhasesPlanForm,
    PhaseWithdrawForm,
)
from portfolio.models import Phase
from portfolio.roles import Part
from portfolio.views.editing import answer, editable, sent

BLOCK = "calendar"


@login_required
@transaction.atomic
def phase_choose(request: HttpRequest, code: str) -> HttpResponse:
    """Where the project stands, and in which set of phases."""
    form = PhaseChoiceForm(sent(request), project=editable(request, code, Part.SCHEDULE))
    return answer(request, form, block=BLOCK, title=_("Phase of the project"))


@login_required
@transaction.atomic
def phases_plan(request: HttpRequest, code: str) -> HttpResponse:
    """The first dates of the phases that have none."""
    form = PhasesPlanForm(sent(request), project=editable(request, code, Part.SCHEDULE))
    return answer(request, form, block=BLOCK, title=_("Dates of the phases"))


@login_required
@transaction.atomic
def phase_edit(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """One phase, given its dates, moved, begun or ended; `pk` is that of the phase."""
    project = editable(request, code, Part.SCHEDULE)
    phase = get_object_or_404(Phase, pk=pk, phase_set=project.phase_set_id)
    period = project.periods.current().filter(phase=phase).select_related("phase").first()
    form = PhaseForm(sent(request), project=project, phase=phase, period=period)
    return answer(request, form, block=BLOCK, title=_("Phase: %(name)s") % {"name": phase})


@login_required
@transaction.atomic
def phase_withdraw(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """The dates of a phase off the calendar, or back on it; `pk` is that of the dates."""
    project = editable(request, code, Part.SCHEDULE)
    period = get_object_or_404(project.periods.select_related("phase"), pk=pk)
    title = _("Bring back: %(name)s") if period.withdrawn_at else _("Withdraw: %(name)s")
    form = PhaseWithdrawForm(sent(request), project=project, period=period)
    return answer(request, form, block=BLOCK, title=title % {"name": period.phase})
