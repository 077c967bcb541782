"""All that is known of the effects of a project, on one page: what is forecast, and how sure."""

from datetime import date

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone

from indicators import queries
from indicators.charts.path_table import csv_rows
from indicators.queries.by_group import by_group
from indicators.queries.evaluations import project_evaluations
from indicators.queries.evidence import evidence_of
from indicators.queries.hindsight import delivery_of, outcomes
from indicators.views.evidence import asked
from portfolio import moments
from portfolio.models import Project
from portfolio.moments import Asked
from portfolio.permissions import parts_of
from portfolio.roles import Part
from portfolio.views.project_export import spreadsheet


@login_required
def project_evidence(request: HttpRequest, code: str) -> HttpResponse:
    project = get_object_or_404(Project.objects.visible_to(request.user), code=code)
    then = asked(request)
    targets = evidence_of(project, today=_day(then), as_of=then.at)
    context = {
        "project": project,
        "targets": targets,
        "by_group": by_group(one.effect.view for one in targets),
        "evaluations": project_evaluations(project, request.user, as_of=then.at),
        "may_change": not then.at and Part.FACTS in parts_of(request.user, project),
        "asked": then,
        "back": moments.without(request.GET, request.path),
    }
    return render(request, "indicators/project_evidence/page.html", context)


@login_required
def project_hindsight(request: HttpRequest, code: str) -> HttpResponse:
    """Bilan ex post: what was promised first beside what was measured; cost, dates, effects."""
    project = get_object_or_404(Project.objects.visible_to(request.user), code=code)
    only = Project.objects.filter(pk=project.pk)
    evaluations = [one for one in project_evaluations(project, request.user) if one.result]
    context = {
        "project": project, "outcomes": outcomes(only, today=timezone.localdate()),
        "delivery": delivery_of(project), "evaluations": evaluations,
    }  # fmt: skip
    return render(request, "indicators/pages/hindsight.html", context)


@login_required
def forecast_csv(request: HttpRequest, code: str, target_id: int) -> HttpResponse:
    """What was measured of a target and what is forecast, as known at the same instant."""
    project = get_object_or_404(Project.objects.visible_to(request.user), code=code)
    then = asked(request)
    for effect in queries.project_effects(project, today=_day(then), as_of=then.at):
        if effect.view.target.pk == target_id:
            name = f"{project.code}-{effect.view.indicator.code}.csv"
            head, *rows = csv_rows(effect.view, effect.forecast)
            return spreadsheet(name, head, rows)
    raise Http404


def _day(then: Asked) -> date:
    return then.day(timezone.localdate())
