"""Programmes and policies: the tree, one of them, its texts."""

from typing import cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from portfolio import moments
from portfolio.charts.maps.programme import programme_map
from portfolio.forms.programme import ProgrammeForm
from portfolio.models import Programme, Project, User
from portfolio.permissions import may_edit_programme
from portfolio.queries import changes, programmes
from portfolio.queries import projects as project_queries
from portfolio.services import programmes as programme_services
from portfolio.views.listing import FIRST_COLUMNS

ROWS_SHOWN = 50


@login_required
def programme_tree(request: HttpRequest) -> HttpResponse:
    """Every programme, with what I may read of its projects."""
    found = programmes.tree(Project.objects.visible_to(request.user))
    return render(request, "portfolio/pages/programmes.html", {"tree": found})


@login_required
def programme_page(request: HttpRequest, code: str) -> HttpResponse:
    programme = get_object_or_404(Programme.objects.select_related("parent__parent"), code=code)
    projects = programmes.of_programme(Project.objects.visible_to(request.user), programme)
    today = timezone.localdate()
    rows = projects.once().order_by("name_fr", "code")
    context = {
        "programme": programme,
        "children": programme.children.order_by("code"),
        "found": programmes.roll_up(projects, today),
        "map": programme_map(projects, programme.name),
        "columns": [column.translated() for column in FIRST_COLUMNS],
        "rows": project_queries.rows(rows[:ROWS_SHOWN]),
        "changes": changes.of_record(programme, reader=request.user, limit=5),
        "may_edit": may_edit_programme(request.user, programme),
        "today": today,
        "asked": moments.asked_by(request.GET, now=timezone.now()),
        "back": moments.without(request.GET, request.path),
    }
    return render(request, "portfolio/pages/programme.html", context)


@login_required
@transaction.atomic
def programme_edit(request: HttpRequest, code: str) -> HttpResponse:
    programme = get_object_or_404(Programme.objects.select_for_update(of=("self",)), code=code)
    if not may_edit_programme(request.user, programme):
        raise Http404
    form = ProgrammeForm(request.POST if request.method == "POST" else None, programme=programme)
    if form.is_bound and form.is_valid() and _saved(request, form, programme):
        messages.success(request, _("Changes saved."))
        return redirect("portfolio:programme", code=code)
    context = {"form": form, "programme": programme}
    status = 422 if form.errors else 200
    return render(request, "portfolio/pages/programme_edit.html", context, status=status)


def _saved(request: HttpRequest, form: ProgrammeForm, programme: Programme) -> bool:
    try:
        programme_services.update(
            programme=programme,
            texts=form.texts,
            by=cast("User", request.user),
            reason=form.cleaned_data["reason"],
            at=timezone.now(),
        )
    except ValidationError as error:
        form.add_error(None, error)
        return False
    return True
