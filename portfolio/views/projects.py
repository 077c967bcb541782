"""The list of projects, one project, its form."""

from typing import cast

from django.contrib.auth.decorators import login_required
from django.contrib.auth.models import AnonymousUser
from django.core.paginator import Paginator
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from portfolio import moments
from portfolio.forms.project import ProjectForm
from portfolio.models import Project, SavedView, User
from portfolio.permissions import parts_of
from portfolio.queries import as_of as as_of_queries
from portfolio.queries import projects as project_queries
from portfolio.queries import quality
from portfolio.querysets import ProjectQuerySet
from portfolio.roles import Part
from portfolio.views import as_of, project_export
from portfolio.views.blocks import BLOCKS, shown
from portfolio.views.editing import answer, editable, sent
from portfolio.views.listing import ProjectListing

PER_PAGE = 100


@login_required
def project_list(request: HttpRequest) -> HttpResponse:
    """What the filter of the address leaves of what I may read, with totals that follow."""
    views = list(SavedView.objects.current().visible_to(request.user).order_by("name"))
    if not request.GET and (first := _opens_first(views, request.user)):
        return redirect(f"{reverse('portfolio:projects')}?{first.query}")
    found = ProjectListing(request.GET, request.user)
    if day := as_of.day_asked(request):
        return as_of.list_as_of(request, found, day, per_page=PER_PAGE)
    totals = project_queries.totals(found.projects)
    page = CountedPages(found.projects, PER_PAGE, totals.count).get_page(request.GET.get("page"))
    shown = cast("ProjectQuerySet", page.object_list)
    context = {
        "found": found,
        "columns": found.columns,
        "headings": found.headings,
        "totals": totals,
        "page": page,
        "rows": project_queries.rows(shown),
        "views": views,
        "map": _map(found),
        "today": timezone.localdate(),
    }
    return render(request, "portfolio/pages/projects.html", context)


class CountedPages(Paginator[Project]):
    """Pages of a list that the totals have counted already."""

    def __init__(self, projects: ProjectQuerySet, per_page: int, count: int) -> None:
        super().__init__(projects, per_page)
        self.count = count


def _opens_first(views: list[SavedView], user: User | AnonymousUser) -> SavedView | None:
    own = (view for view in views if view.owner_id == user.pk)
    return next((view for view in own if view.is_default and view.query), None)


def _map(found: ProjectListing) -> dict[str, str]:
    """The tiles of the same projects."""
    tiles = {
        layer: reverse("tile", args=[layer, 0, 0, 0]).replace("/0/0/0.pbf", "/{z}/{x}/{y}.pbf")
        for layer in ("communes", "projets")
    }
    projects = f"{tiles['projets']}?{found.filters}" if found.filters else tiles["projets"]
    return {"communes": tiles["communes"], "projects": projects, "envelope": found.extent}


@login_required
def project_csv(request: HttpRequest) -> HttpResponse:
    """The same list, as a file."""
    found = ProjectListing(request.GET, request.user)
    shown = [column.key for column in found.columns]
    if day := as_of.day_asked(request):
        at = moments.end_of(day)
        known = as_of_queries.known_at(found.projects, at)
        return project_export.csv_response(as_of_queries.rows(known, at), shown)
    return project_export.csv_response(project_queries.rows(found.projects), shown)


@login_required
def project_page(request: HttpRequest, code: str) -> HttpResponse:
    visible = Project.objects.visible_to(request.user).with_costs()
    related = visible.select_related("programme", "lead", "manager", "phase", "phase_set")
    project = get_object_or_404(related, code=code)
    if day := as_of.day_asked(request):
        return as_of.project_as_of(request, project, day)
    parts = parts_of(request.user, project)
    context = {
        "project": project,
        "may_edit": Part.FACTS in parts,
        "completeness": quality.completeness(project, timezone.localdate()),
        "blocks": [shown(request, project, block, parts=parts) for block in BLOCKS],
    }
    return render(request, "portfolio/pages/project.html", context)


@login_required
@transaction.atomic
def project_edit(request: HttpRequest, code: str) -> HttpResponse:
    """Names, summary, phase; visibility for those who decide on it."""
    project = editable(request, code)
    form = ProjectForm(sent(request), project=project, parts=parts_of(request.user, project))
    return answer(request, form, block="facts", title=_("Change %(code)s") % {"code": code})
