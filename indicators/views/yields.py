"""What did it yield? The page of one decision about a project, and its table."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone

from indicators.queries.yields import Yield, yield_of
from portfolio.models import Decision, Project
from portfolio.results import Unknown
from portfolio.views.project_export import spreadsheet

COLUMNS = ("decision", "about", "zone", "years_after", "on", "expected", "found", "unknown_because")


@login_required
def decision_yield(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    project, found = _found(request, code, pk)
    return render(request, "indicators/pages/yield.html", {"project": project, "found": found})


@login_required
def yield_csv(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """The same figures, exact, for a spreadsheet."""
    _project, found = _found(request, code, pk)
    return spreadsheet(f"decision-{found.decision.number}.csv", COLUMNS, list(_rows(found)))


def _found(request: HttpRequest, code: str, pk: int) -> tuple[Project, Yield]:
    project = get_object_or_404(Project.objects.visible_to(request.user), code=code)
    decisions = Decision.objects.visible_to(request.user).filter(project=project)
    decision = get_object_or_404(decisions.select_related("item__meeting__committee"), pk=pk)
    return project, yield_of(decision, project, today=timezone.localdate())


def _rows(found: Yield) -> list[tuple[object, ...]]:
    number, money, opening = found.decision.number, found.money, found.opening
    rows: list[tuple[object, ...]] = []
    for moment, cost in money.cells:
        rows.append((number, "cost_eur", "", moment.years, moment.on, money.then, *_told(cost)))
    for moment, on in opening.cells:
        rows.append(
            (number, "commissioning", "", moment.years, moment.on, opening.then, *_told(on))
        )
    for effect in found.effects:
        about = effect.frozen["indicator"], effect.frozen["zone"]
        rows += [
            (number, *about, c.moment.years, c.moment.on, c.expected, *_told(c.found))
            for c in effect.cells
        ]
    return rows


def _told(value: float | Decimal | date | Unknown) -> tuple[object, str]:
    return (None, value.reason) if isinstance(value, Unknown) else (value, "")
