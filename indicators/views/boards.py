"""The evidence of all projects: the matrix, what we do not know, how far we believed too much."""

from collections.abc import Iterator
from typing import Any, cast
from urllib.parse import urlencode

from django import forms
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from indicators.forms.evidence_filter import EvidenceFilterForm, MatrixFilterForm
from indicators.queries.gaps import KINDS, gaps
from indicators.queries.hindsight import Optimism, optimism
from indicators.queries.matrix import Matrix, evidence_matrix
from indicators.views.evidence import asked
from portfolio import moments
from portfolio.models import User
from portfolio.results import Unknown
from portfolio.views.filtering import chips_of
from portfolio.views.project_export import spreadsheet

Cells = list[object]
MATRIX_COLUMNS = (
    "project", "project_name", "indicator", "indicator_name", "targets", "status",
    "probability_on_target", "evaluation", "verdict", "grade", "is_exploratory",
)  # fmt: skip
GAP_COLUMNS = ("kind", "project", "project_name", "indicator", "reasons", "on", "evaluation")
OUTCOME_COLUMNS = (
    "project", "project_name", "department", "indicator", "zone", "due_on", "promised_change",
    "measured_change", "share", "reason", "expected_low", "expected_central", "expected_high",
)  # fmt: skip


@login_required
def matrix_page(request: HttpRequest) -> HttpResponse:
    """Projects × measures, each with its status, its chance and its grade."""
    form = MatrixFilterForm(request.GET)
    then = asked(request)
    context = _filtered(request, form) | {
        "matrix": _matrix(request, form), "asked": then,
        "back": moments.without(request.GET, request.path),
        "kept": [(moments.NAME, request.GET[moments.NAME])] if then.moment else [],
    }  # fmt: skip
    return render(request, "indicators/pages/matrix.html", context)


@login_required
def matrix_csv(request: HttpRequest) -> HttpResponse:
    """What the page shows, a cell a line."""
    found = _matrix(request, MatrixFilterForm(request.GET))
    return spreadsheet("preuves.csv", MATRIX_COLUMNS, _matrix_cells(found))


@login_required
def gaps_page(request: HttpRequest) -> HttpResponse:
    """Every question left open, with what would close it."""
    form, kind = EvidenceFilterForm(request.GET), _kind(request)
    found = gaps(form.projects(cast("User", request.user)), today=timezone.localdate(), kind=kind)
    filters = request.GET.copy()
    filters.pop("quoi", None)
    context = _filtered(request, form) | {
        "gaps": found, "kind": kind, "kept": [*_day(request), *([("quoi", kind)] if kind else [])],
        "filters": filters.urlencode(),
    }  # fmt: skip
    return render(request, "indicators/pages/gaps.html", context)


@login_required
def gaps_csv(request: HttpRequest) -> HttpResponse:
    projects = EvidenceFilterForm(request.GET).projects(cast("User", request.user))
    found = gaps(projects, today=timezone.localdate(), kind=_kind(request))
    rows: Iterator[Cells] = (
        [gap.kind, gap.project.code, gap.project.name, gap.indicator.code if gap.indicator else None,
         " ".join(gap.reasons), gap.on, gap.evaluation.pk if gap.evaluation else None]
        for gap in found.shown
    )  # fmt: skip
    return spreadsheet("ce-que-nous-ne-savons-pas.csv", GAP_COLUMNS, rows)


@login_required
def optimism_page(request: HttpRequest) -> HttpResponse:
    """What was promised first beside what was measured, by measure and by department."""
    form = EvidenceFilterForm(request.GET)
    context = _filtered(request, form) | {
        "found": _optimism(request, form), "kept": _day(request),
    }  # fmt: skip
    return render(request, "indicators/pages/optimism.html", context)


@login_required
def optimism_csv(request: HttpRequest) -> HttpResponse:
    """Every outcome, those that cannot be told too, with the reason."""
    found = _optimism(request, EvidenceFilterForm(request.GET))
    return spreadsheet("promis-et-mesure.csv", OUTCOME_COLUMNS, _outcome_cells(found))


def _matrix(request: HttpRequest, form: MatrixFilterForm) -> Matrix:
    projects = form.projects(cast("User", request.user))
    then = asked(request)
    told = form.cleaned_data if form.is_valid() else {}
    return evidence_matrix(
        projects, today=then.day(timezone.localdate()), as_of=then.at,
        status=told.get("status", ""), grade=told.get("grade", ""),
    )  # fmt: skip


def _optimism(request: HttpRequest, form: EvidenceFilterForm) -> Optimism:
    return optimism(form.projects(cast("User", request.user)), today=timezone.localdate())


def _kind(request: HttpRequest) -> str:
    """The kind of question that is asked for; all where it is none."""
    kind = request.GET.get("quoi", "")
    return kind if kind in KINDS else ""


def _filtered(request: HttpRequest, form: forms.Form) -> dict[str, Any]:
    return {
        "form": form, "chips": chips_of(request, form), "address": request.GET.urlencode(),
        "carried": carried(request),
    }  # fmt: skip


def _day(request: HttpRequest) -> list[tuple[str, str]]:
    """The day that another page of the evidence was read as of: a filter does not lose it."""
    day = request.GET.get(moments.NAME, "")
    return [(moments.NAME, day)] if day else []


def carried(request: HttpRequest) -> str:
    """What the pages of the evidence carry on to each other: the day, and the filters they share."""
    shared = (*EvidenceFilterForm.base_fields, moments.NAME)
    return urlencode([(name, request.GET[name]) for name in shared if request.GET.get(name)])


def _matrix_cells(found: Matrix) -> Iterator[Cells]:
    for project, cell in found.cells:
        plan = cell.judged.plan if cell.judged else None
        yield [
            project.code, project.name, cell.step.indicator.code, cell.step.indicator.name,
            len(cell.step.views), cell.status, cell.chance, plan.pk if plan else None,
            cell.verdict, cell.grade, plan.is_exploratory if plan else None,
        ]  # fmt: skip


def _outcome_cells(found: Optimism) -> Iterator[Cells]:
    for one in found.outcomes:
        unknown = isinstance(one.share, Unknown)
        yield [
            one.project.code, one.project.name, one.project.lead.code if one.project.lead else None,
            one.indicator.code, one.zone.code, one.due_on, one.promised, one.measured,
            None if unknown else one.share, one.share.reason if isinstance(one.share, Unknown) else "",
            *(one.expected or (None, None, None)),
        ]  # fmt: skip
