"""My week: what needs me, and why."""

from typing import cast

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from portfolio.models import Project, User
from portfolio.queries import attention, guide
from portfolio.queries import projects as project_queries
from portfolio.queries.week import week
from portfolio.views.listing import FIRST_COLUMNS

SHOWN = 100  # lines of a list; who steers more goes on in the list of projects


@login_required
def home(request: HttpRequest) -> HttpResponse:
    """What waits for me first, then what is late or dearer in the projects that I may change; the
    evidence follows."""
    today = timezone.localdate()
    mine = Project.objects.editable_by(request.user)
    steered = mine.filter(state="ACTIVE")
    context = {
        "week": week(cast("User", request.user), today=today),
        "late": attention.late_milestones(mine, today),
        "overruns": attention.overruns(mine),
        "columns": [column.translated() for column in FIRST_COLUMNS],
        "steered": steered.count(),
        "rows": project_queries.rows(steered.order_by("name_fr", "code")[:SHOWN]),
        "shown": SHOWN,
        "today": today,
        "tour": guide.TOUR if cast("User", request.user).toured_at is None else (),
    }
    return render(request, "portfolio/pages/home.html", context)
