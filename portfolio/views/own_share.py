"""The minimum own share of a project: who leads, which derogations were granted."""

from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from portfolio.forms.own_share import DerogationForm, DerogationTakeOffForm, LeadForm
from portfolio.models import LeadAuthority
from portfolio.roles import Part
from portfolio.views.editing import answer, editable, sent


@login_required
@transaction.atomic
def lead_edit(request: HttpRequest, code: str) -> HttpResponse:
    project = editable(request, code, Part.MONEY)
    lead = LeadAuthority.objects.filter(project=project).first()
    form = LeadForm(sent(request), project=project, lead=lead)
    return answer(request, form, block="money", title=_("Lead authority (chef de file)"))


@login_required
@transaction.atomic
def derogation_add(request: HttpRequest, code: str) -> HttpResponse:
    form = DerogationForm(sent(request), project=editable(request, code, Part.MONEY))
    title = _("Derogation to the minimum own share")
    return answer(request, form, block="money", title=title)


@login_required
@transaction.atomic
def derogation_take_off(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """Takes a derogation off, or brings it back."""
    project = editable(request, code, Part.MONEY)
    derogation = get_object_or_404(project.share_derogations, pk=pk)
    form = DerogationTakeOffForm(sent(request), project=project, derogation=derogation)
    words = {"name": derogation.get_kind_display()}
    title = _("Bring back: %(name)s") if derogation.withdrawn_at else _("Take off: %(name)s")
    return answer(request, form, block="money", title=title % words)
