"""The board of missing and stale facts."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from portfolio.models import Project
from portfolio.queries import quality
from portfolio.views.project_export import spreadsheet

COLUMNS = ["department", "rule", "missing", "applicable"]


@login_required
def quality_board(request: HttpRequest) -> HttpResponse:
    """Of the active projects that I may read; each counter leads to its list."""
    readable = Project.objects.visible_to(request.user)
    found = quality.board(readable, timezone.localdate())
    return render(request, "portfolio/pages/quality.html", {"board": found})


@login_required
def quality_csv(request: HttpRequest) -> HttpResponse:
    """A line a department and rule."""
    readable = Project.objects.visible_to(request.user)
    found = quality.board(readable, timezone.localdate())
    lines = (
        [group.code, count.rule.code, count.missing, count.applicable]
        for group in found.departments
        for count in group.counts
    )
    return spreadsheet("qualite.csv", COLUMNS, lines)
