"""Who takes part in a project: the block on its page, and its forms."""

from datetime import date

from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from portfolio.forms.stakeholders import StakeholderForm, WithdrawalForm
from portfolio.models import Project, Stakeholder
from portfolio.queries.stakeholders import people_of
from portfolio.roles import Part
from portfolio.views.editing import answer, editable, sent


def people_block(project: Project, *, today: date) -> dict[str, object]:
    return {"people": people_of(project, today=today)}


@login_required
@transaction.atomic
def stakeholder_add(request: HttpRequest, code: str) -> HttpResponse:
    form = StakeholderForm(sent(request), project=editable(request, code, Part.PEOPLE))
    return answer(request, form, block="people", title=_("Add somebody"))


@login_required
@transaction.atomic
def stakeholder_edit(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    project, found = _found(request, code, pk)
    form = StakeholderForm(sent(request), project=project, stakeholder=found)
    return answer(request, form, block="people", title=_("Change “%s”") % found)


@login_required
@transaction.atomic
def stakeholder_move(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """Taken off, or brought back."""
    project, found = _found(request, code, pk)
    form = WithdrawalForm(sent(request), project=project, record=found)
    words = _("Bring back “%s”") if found.withdrawn_at else _("Take off “%s”")
    return answer(request, form, block="people", title=words % found)


def _found(request: HttpRequest, code: str, pk: int) -> tuple[Project, Stakeholder]:
    project = editable(request, code, Part.PEOPLE)
    return project, get_object_or_404(project.stakeholders.select_related("organisation"), pk=pk)
