"""The legal procedures of a project: their block and their forms."""

from datetime import date

from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from portfolio.forms.procedures import ProcedureForm, ProcedureWithdrawForm
from portfolio.models import Project
from portfolio.queries.calendar import procedures_of
from portfolio.roles import Part
from portfolio.views.editing import answer, editable, sent

BLOCK = "procedures"


def procedures_block(project: Project, today: date) -> dict[str, object]:
    withdrawn = project.procedures.filter(withdrawn_at__isnull=False).select_related("kind")
    return {"procedures": procedures_of(project), "withdrawn": withdrawn.order_by("pk")}


@login_required
@transaction.atomic
def procedure_add(request: HttpRequest, code: str) -> HttpResponse:
    form = ProcedureForm(
        sent(request), project=editable(request, code, Part.SCHEDULE), procedure=None
    )
    return answer(request, form, block=BLOCK, title=_("Add a procedure"))


@login_required
@transaction.atomic
def procedure_edit(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    project = editable(request, code, Part.SCHEDULE)
    current = project.procedures.current().select_related("kind")
    procedure = get_object_or_404(current, pk=pk)
    form = ProcedureForm(sent(request), project=project, procedure=procedure)
    return answer(request, form, block=BLOCK, title=str(procedure))


@login_required
@transaction.atomic
def procedure_withdraw(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """Off the record, or back on it."""
    project = editable(request, code, Part.SCHEDULE)
    procedure = get_object_or_404(project.procedures.select_related("kind"), pk=pk)
    title = _("Bring back: %(name)s") if procedure.withdrawn_at else _("Withdraw: %(name)s")
    form = ProcedureWithdrawForm(sent(request), project=project, procedure=procedure)
    return answer(request, form, block=BLOCK, title=title % {"name": procedure})
