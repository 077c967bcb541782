"""The director's board: counters that are filters of the list, money, reviews, projects."""

from typing import cast

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from portfolio import moments
from portfolio.models import Organisation, Project, User
from portfolio.queries.board import board
from portfolio.queries.week import waiting_for

EVERYTHING = "tout"


@login_required
def board_page(request: HttpRequest) -> HttpResponse:
    """Of the reader's department and those below it, or of another one that the address names;
    `tout`, or a reader without a department: of all that they may see."""
    user = cast("User", request.user)
    department = _department(request, user)
    projects = Project.objects.visible_to(user)
    if department is not None:
        projects = projects.led_within(department.pk)
    asked = moments.asked_by(request.GET, now=timezone.now())
    departments = Organisation.objects.filter(kind=Organisation.Kind.DEPARTMENT)
    context = {
        "department": department,
        "departments": departments.order_by("name_fr"),
        "everything": EVERYTHING,
        "scope": f"lead={department.code}&" if department else "",
        "asked": asked,
        "back": moments.without(request.GET, request.path),
        "kept": [("lead", department.code if department else EVERYTHING)],
        "board": board(projects, today=timezone.localdate(), number=request.GET.get("page", 1)),
        "waiting_for_me": waiting_for(user),
        "today": timezone.localdate(),
    }
    return render(request, "portfolio/board/page.html", context)


def _department(request: HttpRequest, user: User) -> Organisation | None:
    """What cannot be read is the default: the reader's own."""
    code = request.GET.get("lead", "")
    if code == EVERYTHING:
        return None
    named = Organisation.objects.filter(kind=Organisation.Kind.DEPARTMENT, code=code).first()
    return named or user.organisation
