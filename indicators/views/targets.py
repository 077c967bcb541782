"""What a project promises to change: set, revised, taken off, brought back."""

from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _

from indicators.forms.targets import TargetForm, TargetMoveForm
from indicators.models import Target
from indicators.queries.hindsight import class_of
from portfolio.models import Project
from portfolio.views.editing import answer, editable, sent

BLOCK = "evidence"


@login_required
@transaction.atomic
def target_add(request: HttpRequest, code: str) -> HttpResponse:
    form = TargetForm(sent(request), project=editable(request, code))
    return answer(request, form, block=BLOCK, title=_("Add an expected effect"))


@login_required
@transaction.atomic
def target_revise(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """Another starting value, other dates, another expected effect: the history keeps the first."""
    project, target = _found(request, code, pk)
    readable = Project.objects.visible_to(request.user)
    like = class_of(target.indicator, readable, today=timezone.localdate())
    form = TargetForm(sent(request), project=project, target=target, reference=like)
    return answer(request, form, block=BLOCK, title=_("Revise “%s”") % target)


@login_required
@transaction.atomic
def target_move(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """Taken off, or brought back."""
    project, target = _found(request, code, pk)
    form = TargetMoveForm(sent(request), project=project, target=target)
    words = _("Bring back “%s”") if target.withdrawn_at else _("Take off “%s”")
    return answer(request, form, block=BLOCK, title=words % target)


def _found(request: HttpRequest, code: str, pk: int) -> tuple[Project, Target]:
    project = editable(request, code)
    targets = Target.objects.select_related("indicator", "zone", "group").filter(project=project)
    return project, get_object_or_404(targets, pk=pk)
