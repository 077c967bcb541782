"""What needs me."""

from typing import cast

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from portfolio.models import Project, User
from portfolio.queries import attention, guide
from portfolio.queries import projects as project_queries


@login_required
def home(request: HttpRequest) -> HttpResponse:
    """Late milestones and overruns of the projects that I may change; the evidence follows."""
    mine = Project.objects.editable_by(request.user)
    context = {
        "late": attention.late_milestones(mine, timezone.localdate()),
        "overruns": attention.overruns(mine),
        "rows": project_queries.rows(mine.filter(state="ACTIVE").order_by("name_fr", "code")),
        "today": timezone.localdate(),
        "tour": guide.TOUR if cast("User", request.user).toured_at is None else (),
    }
    return render(request, "portfolio/pages/home.html", context)
