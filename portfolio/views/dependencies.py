"""The dependencies of a project: their block and their forms."""

from typing import cast

from django.contrib.auth.decorators import login_required
from django.contrib.auth.models import AnonymousUser
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from portfolio.forms.dependencies import DependencyForm, DependencyWithdrawForm
from portfolio.models import Project, User
from portfolio.queries.dependencies import links_of
from portfolio.roles import Part
from portfolio.views.editing import answer, editable, sent

BLOCK = "dependencies"


def dependencies_block(project: Project, reader: User | AnonymousUser) -> dict[str, object]:
    return {"links": links_of(project, reader=reader)}


@login_required
@transaction.atomic
def dependency_add(request: HttpRequest, code: str) -> HttpResponse:
    project = editable(request, code, Part.DEPENDENCIES)
    form = DependencyForm(sent(request), project=project, reader=cast("User", request.user))
    return answer(request, form, block=BLOCK, title=_("Add a dependency"))


@login_required
@transaction.atomic
def dependency_withdraw(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """Off the record, or back on it; from the project that it was entered on."""
    project = editable(request, code, Part.DEPENDENCIES)
    dependency = get_object_or_404(project.dependencies, pk=pk)
    withdrawn = dependency.withdrawn_at is not None
    title = _("Bring the dependency back") if withdrawn else _("Withdraw the dependency")
    form = DependencyWithdrawForm(sent(request), project=project, dependency=dependency)
    return answer(request, form, block=BLOCK, title=title)
