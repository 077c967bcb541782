"""The evidence as fragments: screens of the register load them, since it knows no measure."""

from collections import Counter
from datetime import date

from django.contrib.auth.decorators import login_required
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone

from indicators import queries
from indicators.models import Target
from indicators.queries.evaluations import published
from indicators.results import TargetView
from portfolio import moments
from portfolio.models import Programme, Project
from portfolio.moments import Asked
from portfolio.permissions import parts_of
from portfolio.roles import Part
from portfolio.views.filtering import FilteredProjects

TO_LOOK_AT = ("OFF_TRACK", "AT_RISK", "UNKNOWN")
STATUSES = ("OFF_TRACK", "AT_RISK", "ON_TRACK", "ACHIEVED", "TOO_EARLY", "UNKNOWN")
SHOWN = 10


@login_required
def project_effects(request: HttpRequest, code: str) -> HttpResponse:
    project = get_object_or_404(Project.objects.visible_to(request.user), code=code)
    then = asked(request)
    effects = queries.project_effects(project, today=_day(then), as_of=then.at)
    may_edit = not then.at and Part.FACTS in parts_of(request.user, project)
    context: dict[str, object] = {"project": project, "effects": effects, "asked": then}
    context |= {"may_edit": may_edit, "withdrawn": _withdrawn(project) if may_edit else ()}
    context |= {"evaluations": published(project, as_of=then.at)}
    return fragment(request, "project_effects", context)


def _withdrawn(project: Project) -> list[Target]:
    targets = Target.objects.filter(project=project).exclude(withdrawn_at=None)
    return list(targets.select_related("indicator", "zone", "group").order_by("indicator__code"))


@login_required
def my_effects(request: HttpRequest) -> HttpResponse:
    """Targets of the projects that I may change which are unknown, overdue or not on track."""
    mine = Project.objects.editable_by(request.user).filter(state="ACTIVE")
    then = asked(request)
    views = _views(request, mine, then)
    found = [view for view in views if view.status.code in TO_LOOK_AT or view.freshness.overdue]
    found.sort(key=_urgency)
    context = {"effects": found, "measured": len(views), "asked": then}
    return fragment(request, "my_effects", context)


@login_required
def project_status(request: HttpRequest, code: str) -> HttpResponse:
    """The effects of a project in one line: how many of each status."""
    project = get_object_or_404(Project.objects.visible_to(request.user), code=code)
    then = asked(request)
    counts = queries.status_counts(project, today=_day(then), as_of=then.at)
    return fragment(request, "project_status", {"counts": counts, "asked": then})


@login_required
def board_effects(request: HttpRequest) -> HttpResponse:
    """How many projects under way are measured, and how they go: those that the reader may see,
    within the department that the address names."""
    found = FilteredProjects(request.GET, request.user)
    then = asked(request)
    coverage = queries.coverage(found.projects.reviewable(), today=_day(then), as_of=then.at)
    return fragment(request, "board_effects", {"coverage": coverage, "asked": then})


@login_required
def programme_effects(request: HttpRequest, code: str) -> HttpResponse:
    """The effects of a programme's projects, by status; `measured` says how many have a figure."""
    programme = get_object_or_404(Programme, code=code)
    projects = Project.objects.visible_to(request.user).filter(
        programme__in=Programme.objects.within(programme), state="ACTIVE"
    )
    then = asked(request)
    views = _views(request, projects, then)
    found = sorted((view for view in views if view.status.code in TO_LOOK_AT), key=_urgency)
    counts = Counter(view.status.code for view in views)
    context = {
        "programme": programme,
        "projects": projects.count(),
        "measured": len({v.target.project_id for v in views if v.status.code != "UNKNOWN"}),
        "statuses": [(code, counts[code]) for code in STATUSES if counts[code]],
        "effects": found[:SHOWN],
        "asked": then,
    }
    return fragment(request, "programme_effects", context)


def asked(request: HttpRequest) -> Asked:
    """The instant whose knowledge the address asks for."""
    return moments.asked_by(request.GET, now=timezone.now())


def _day(then: Asked) -> date:
    return then.day(timezone.localdate())


def _views(request: HttpRequest, projects: QuerySet[Project], then: Asked) -> list[TargetView]:
    """The targets of these projects, those that the reader may see."""
    readable = Q(project__in=Project.objects.visible_to(request.user))
    targets = queries.targets_of(Q(project__in=projects) & readable, as_of=then.at)
    return queries.target_views(targets, today=_day(then), as_of=then.at)


def _urgency(view: TargetView) -> int:
    code = view.status.code
    return TO_LOOK_AT.index(code) if code in TO_LOOK_AT else len(TO_LOOK_AT)


def fragment(request: HttpRequest, name: str, context: dict[str, object]) -> HttpResponse:
    """The fragment alone for htmx; within a page for whoever follows the link."""
    template = f"indicators/fragments/{name}.html"
    context |= {"back": moments.without(request.GET, request.path)}
    if request.htmx:  # type: ignore[attr-defined]  # set by HtmxMiddleware
        return render(request, template, context)
    return render(request, "indicators/pages/fragment.html", {**context, "fragment": template})
