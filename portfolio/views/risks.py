"""The risks of a project and of all projects."""

from typing import cast

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _

from portfolio.forms.risks import RiskFilterForm, RiskForm
from portfolio.forms.stakeholders import WithdrawalForm
from portfolio.models import Project, Risk, User
from portfolio.queries import changes
from portfolio.queries.risks import chosen_risks, risks_of
from portfolio.roles import Part
from portfolio.views.editing import answer, editable, sent
from portfolio.views.filtering import chips_of

PER_PAGE = 100


def risks_block(project: Project) -> dict[str, object]:
    return {"risks": risks_of(project)}


@login_required
def risk_list(request: HttpRequest) -> HttpResponse:
    """The risks under way of the projects I may read, the most critical first."""
    form = RiskFilterForm(request.GET)
    user = cast("User", request.user)
    found = chosen_risks(user, form.cleaned_data) if form.is_valid() else Risk.objects.none()
    kept = request.GET.copy()
    kept.pop("page", None)
    context = {
        "form": form,
        "chips": chips_of(request, form),
        "page": Paginator(found, PER_PAGE).get_page(request.GET.get("page")),
        "address": kept.urlencode(),
    }
    return render(request, "portfolio/pages/risks.html", context)


@login_required
def risk_page(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """One risk, with what it was."""
    project = get_object_or_404(Project.objects.visible_to(request.user), code=code)
    risk = get_object_or_404(project.risks.select_related("owner"), pk=pk)
    may_edit = Project.objects.editable_by(request.user, Part.RISKS).filter(pk=project.pk).exists()
    context = {
        "project": project,
        "risk": risk,
        "may_edit": may_edit,
        "changes": changes.of_record(risk, reader=request.user),
    }
    return render(request, "portfolio/pages/risk.html", context)


@login_required
@transaction.atomic
def risk_add(request: HttpRequest, code: str) -> HttpResponse:
    form = RiskForm(sent(request), project=editable(request, code, Part.RISKS))
    return answer(request, form, block="risks", title=_("Add a risk"))


@login_required
@transaction.atomic
def risk_edit(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """Rated, answered or closed again."""
    project, risk = _found(request, code, pk)
    form = RiskForm(sent(request), project=project, risk=risk)
    return answer(request, form, block="risks", title=_("Change “%s”") % risk)


@login_required
@transaction.atomic
def risk_move(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """Taken off, or brought back."""
    project, risk = _found(request, code, pk)
    form = WithdrawalForm(sent(request), project=project, record=risk)
    words = _("Bring back “%s”") if risk.withdrawn_at else _("Take off “%s”")
    return answer(request, form, block="risks", title=words % risk)


def _found(request: HttpRequest, code: str, pk: int) -> tuple[Project, Risk]:
    project = editable(request, code, Part.RISKS)
    return project, get_object_or_404(project.risks, pk=pk)
