"""The calendar of all the projects that one may read: one line a project, on one scale."""

from dataclasses import dataclass
from datetime import date
from typing import cast

from django.contrib.auth.decorators import login_required
from django.core.paginator import Page, Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from portfolio.analysis.schedule import Slip, slip
from portfolio.charts.calendar_lanes import portfolio_lane
from portfolio.charts.gantt import DrawnLane, Lane, Strips, strips
from portfolio.models import Milestone, Project
from portfolio.queries.calendar import commissioning_of, periods_of
from portfolio.views.filtering import FilteredProjects
from portfolio.views.milestones import calendar_response

PER_PAGE = 200
AFTER_ALL = 2 * date.max.toordinal()
SORTS = ("ouverture", "retard", "nom")  # the addresses are in French, like the others


@dataclass(frozen=True)
class Row:
    """`late` is None where no commissioning is named."""

    project: Project
    commissioning: Milestone | None
    late: Slip | None
    lane: DrawnLane | None


@login_required
def calendar_page(request: HttpRequest) -> HttpResponse:
    found = FilteredProjects(request.GET, request.user)
    today, sort = timezone.localdate(), request.GET.get("tri", SORTS[0])
    sort = sort if sort in SORTS else SORTS[0]
    every = list(found.projects.select_related("phase"))
    serves = commissioning_of(project.pk for project in every)
    lates = {pk: _late(milestone, today) for pk, milestone in serves.items()}
    every.sort(key=lambda project: _rank(project, sort, serves, lates))
    page = Paginator(every, PER_PAGE).get_page(request.GET.get("page"))
    drawn = _drawn(page, serves, today)
    lanes = drawn.lanes if drawn else [None] * len(page.object_list)
    rows = [
        Row(project, serves.get(project.pk), lates.get(project.pk), lane)
        for project, lane in zip(page.object_list, lanes, strict=True)
    ]
    context = {
        "found": found, "page": page, "rows": rows, "strips": drawn, "today": today, "sort": sort,
        "count": len(every), "late": sum(1 for one in lates.values() if one.days > 0),
        "kept": _kept(request),
    }  # fmt: skip
    return render(request, "portfolio/pages/calendar.html", context)


@login_required
def calendar_ics(request: HttpRequest) -> HttpResponse:
    """The milestones of the same projects, for an agenda."""
    found = FilteredProjects(request.GET, request.user)
    return calendar_response(request, list(found.projects), name="jalons.ics")


def _late(milestone: Milestone, today: date) -> Slip:
    return slip(
        milestone.original_on,
        current=milestone.current_on,
        actual=milestone.actual_on,
        today=today,
    )


def _rank(
    project: Project, sort: str, serves: dict[int, Milestone], lates: dict[int, Slip]
) -> tuple[float, str]:
    """What is to come, then what is in service, the latest first; what is not known comes last."""
    milestone, late = serves.get(project.pk), lates.get(project.pk)
    if sort == "nom" or milestone is None or late is None:
        return (0 if sort == "nom" else float("inf"), project.name)
    if sort == "retard":
        return -late.days, project.name
    if milestone.actual_on is None:
        return milestone.current_on.toordinal(), project.name
    return AFTER_ALL - milestone.actual_on.toordinal(), project.name


def _drawn(page: Page[Project], serves: dict[int, Milestone], today: date) -> Strips | None:
    shown = cast("list[Project]", page.object_list)
    periods = periods_of(project.pk for project in shown)
    lanes: list[Lane] = [
        portfolio_lane(
            project,
            periods=periods.get(project.pk, []),
            commissioning=serves.get(project.pk),
            today=today,
        )
        for project in shown
    ]
    return strips(lanes, today=today)


def _kept(request: HttpRequest) -> str:
    """The filters of the address, for the links that change the order."""
    kept = request.GET.copy()
    for name in ("page", "tri"):
        kept.pop(name, None)
    return kept.urlencode()
