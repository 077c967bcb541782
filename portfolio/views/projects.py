"""The list of projects, one project, its form."""

from typing import cast

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _

from portfolio.forms.project import ProjectForm
from portfolio.models import Project
from portfolio.queries import as_of as as_of_queries
from portfolio.queries import projects as project_queries
from portfolio.queries import quality
from portfolio.querysets import ProjectQuerySet
from portfolio.views import as_of, project_export
from portfolio.views.blocks import BLOCKS, shown
from portfolio.views.editing import answer, editable, sent
from portfolio.views.filtering import FilteredProjects

PER_PAGE = 100


@login_required
def project_list(request: HttpRequest) -> HttpResponse:
    """What the filter of the address leaves of what I may read, with totals that follow."""
    found = FilteredProjects(request.GET, request.user)
    if day := as_of.day_asked(request):
        return as_of.list_as_of(request, found, day, per_page=PER_PAGE)
    page = Paginator(found.projects, PER_PAGE).get_page(request.GET.get("page"))
    shown = cast("ProjectQuerySet", page.object_list)
    context = {
        "found": found,
        "totals": project_queries.totals(found.projects),
        "page": page,
        "rows": project_queries.rows(shown),
    }
    return render(request, "portfolio/pages/projects.html", context)


@login_required
def project_csv(request: HttpRequest) -> HttpResponse:
    """The same list, as a file."""
    found = FilteredProjects(request.GET, request.user)
    if day := as_of.day_asked(request):
        at = as_of_queries.end_of(day)
        known = as_of_queries.known_at(found.projects, at)
        return project_export.csv_response(as_of_queries.rows(known, at))
    return project_export.csv_response(project_queries.rows(found.projects))


@login_required
def project_page(request: HttpRequest, code: str) -> HttpResponse:
    visible = Project.objects.visible_to(request.user).with_costs()
    related = visible.select_related("programme", "lead", "manager", "phase", "phase_set")
    project = get_object_or_404(related, code=code)
    if day := as_of.day_asked(request):
        return as_of.project_as_of(request, project, day)
    may_edit = Project.objects.editable_by(request.user).filter(pk=project.pk).exists()
    context = {
        "project": project,
        "may_edit": may_edit,
        "completeness": quality.completeness(project, timezone.localdate()),
        "blocks": [shown(request, project, block, may_edit=may_edit) for block in BLOCKS],
    }
    return render(request, "portfolio/pages/project.html", context)


@login_required
@transaction.atomic
def project_edit(request: HttpRequest, code: str) -> HttpResponse:
    """Names, summary, phase, visibility."""
    form = ProjectForm(sent(request), project=editable(request, code))
    return answer(request, form, block="facts", title=_("Change %(code)s") % {"code": code})
