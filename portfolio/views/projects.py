"""The list of projects, one project, its form."""

from typing import cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from portfolio.charts.maps.project import project_map
from portfolio.forms.project import ProjectForm
from portfolio.models import Project, User
from portfolio.queries import changes
from portfolio.queries import projects as project_queries
from portfolio.querysets import ProjectQuerySet
from portfolio.services import projects as project_services
from portfolio.views import project_export
from portfolio.views.filtering import FilteredProjects
from portfolio.views.money import money_block

PER_PAGE = 100


@login_required
def project_list(request: HttpRequest) -> HttpResponse:
    """What the filter of the address leaves of what I may read, with totals that follow."""
    found = FilteredProjects(request.GET, request.user)
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
    return project_export.csv_response(project_queries.rows(found.projects))


@login_required
def project_page(request: HttpRequest, code: str) -> HttpResponse:
    visible = Project.objects.visible_to(request.user).with_costs()
    related = visible.select_related("programme", "lead", "manager", "phase", "phase_set")
    project = get_object_or_404(related, code=code)
    context = {
        "project": project,
        "may_edit": Project.objects.editable_by(request.user).filter(pk=project.pk).exists(),
        "phases": project.phase_set.phases.order_by("rank"),
        "milestones": project_queries.milestones(project),
        "costs": project.cost_estimates.select_related("author", "phase").order_by("version"),
        "zones": project.project_zones.select_related("zone").order_by("zone__kind", "zone__name"),
        "map": project_map(project),
        "money": money_block(project, today=timezone.localdate()),
        "changes": changes.of_project(project),
        "today": timezone.localdate(),
    }
    return render(request, "portfolio/pages/project.html", context)


@login_required
@transaction.atomic
def project_edit(request: HttpRequest, code: str) -> HttpResponse:
    """The row is locked while it is compared with what its form was opened on."""
    editable = Project.objects.editable_by(request.user).select_for_update(of=("self",))
    project = get_object_or_404(editable, code=code)
    form = ProjectForm(request.POST if request.method == "POST" else None, instance=project)
    if request.method == "POST" and form.is_valid() and _saved(request, project, form):
        messages.success(request, _("Changes saved."))
        return redirect("portfolio:project", code=code)
    status = 422 if form.errors else 200
    context = {"form": form, "project": project}
    return render(request, "portfolio/pages/project_edit.html", context, status=status)


def _saved(request: HttpRequest, project: Project, form: ProjectForm) -> bool:
    try:
        project_services.update(
            project=project,
            changes=form.changes(),
            by=cast("User", request.user),
            reason=form.cleaned_data["reason"],
            at=timezone.now(),
        )
    except ValidationError as error:
        form.add_error(None, error)
        return False
    return True
