"""What a scenario gave: the programme, why, what money buys, another result beside it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.cache import cache
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render

from portfolio.analysis.arbitration import METHOD
from portfolio.analysis.arbitration.explaining import solved, why
from portfolio.models import SelectionResult
from portfolio.permissions import may
from portfolio.queries.selection_compare import compared
from portfolio.queries.selection_words import Words, missing
from portfolio.queries.selections import bubbles, explained, of_result
from portfolio.roles import Part
from portfolio.views.project_export import spreadsheet

WHY_KEPT_S = 30 * 24 * 3600
RESULTS_OFFERED = 50


@login_required
def selection_page(request: HttpRequest, pk: int) -> HttpResponse:
    """Who is in and out, gauges, territories; then what the worker has explained."""
    result = visible(request, pk)
    found = of_result(result)
    unweighed = result.inputs["unweighed"]
    said = Words(result.inputs)
    context = {
        "result": result,
        "scenario": result.scenario,
        "found": found,
        "explained": explained(result),
        "bubbles": bubbles(result.inputs, found),
        "unweighed": [(said.name(one["id"]), missing(one["reasons"])) for one in unweighed],
        "others": _others(request, result),
        "may_edit": may(request.user, Part.PRIORITIES),
    }
    return render(request, "portfolio/scenarios/result.html", context)


@login_required
def selection_progress(request: HttpRequest, pk: int) -> HttpResponse:
    """How far the explanation is; the whole page once it is there."""
    result = visible(request, pk)
    response = render(request, "portfolio/scenarios/progress.html", {"result": result})
    if result.job.state in {"DONE", "FAILED"}:
        response["HX-Refresh"] = "true"
    return response


@login_required
def selection_why(request: HttpRequest, pk: int, project: int) -> HttpResponse:
    """From which budget a project would be in: reckoned when it is asked for, then kept."""
    result = visible(request, pk)
    key = str(project)
    if key not in {one["id"] for one in result.inputs["candidates"]}:
        raise Http404
    told = _why(result, key)
    said = Words(result.inputs)
    context = {
        "result": result, "name": said.name(key), "sentences": said.why(key, told),
        "in_place": bool(request.headers.get("HX-Request")),
    }  # fmt: skip
    return render(request, "portfolio/scenarios/why.html", context)


@login_required
def selection_csv(request: HttpRequest, pk: int) -> HttpResponse:
    """A line a project: in or out, how, with which money each year, why."""
    result = visible(request, pk)
    years = [str(year) for year in result.inputs["years"]]
    columns = ["code", "name", "role", "in", "how", "value", "ap_eur", *years, "why"]
    return spreadsheet(f"scenario-{result.pk}.csv", columns, _lines(result, years))


@login_required
def frontier_csv(request: HttpRequest, pk: int) -> HttpResponse:
    """A line a budget."""
    found = explained(visible(request, pk))
    names = ["share", "budget", "value", "status", "gap"]
    rows = ([one[name] for name in names] for one in (found.points if found else ()))
    return spreadsheet(f"frontiere-{pk}.csv", names, rows)


@login_required
def selection_compare(request: HttpRequest, pk: int, other: int) -> HttpResponse:
    """From one result to another: who comes and goes, what moves, what it changes where."""
    one, beside = visible(request, pk), visible(request, other)
    context = {"before": one, "after": beside, "found": compared(one, beside)}
    return render(request, "portfolio/scenarios/comparison.html", context)


# ---------------------------------------------------------------- below


def visible(request: HttpRequest, pk: int) -> SelectionResult:
    found = SelectionResult.objects.visible_to(request.user)
    related = found.select_related("scenario", "explanation", "job", "computed_by")
    return get_object_or_404(related, pk=pk)


def _why(result: SelectionResult, key: str) -> dict[str, Any]:
    """The same inputs give the same reason: it is kept."""
    name = f"selection-why-{METHOD}-{result.inputs_sha256}-{key}"
    told: dict[str, Any] | None = cache.get(name)
    if told is None:
        told = why(solved(result.inputs), key, entry=True)
        cache.set(name, told, WHY_KEPT_S)
    return told


def _others(request: HttpRequest, result: SelectionResult) -> list[SelectionResult]:
    """Results that this one can be compared with, the latest first."""
    found = SelectionResult.objects.visible_to(request.user).light().exclude(pk=result.pk)
    known = found.exclude(value=None).select_related("scenario").order_by("-computed_at")
    return list(known[:RESULTS_OFFERED])


def _lines(result: SelectionResult, years: list[str]) -> Iterator[list[object]]:
    found = of_result(result)
    paid = {one["id"]: one["cp"] for one in result.outcome["chosen"]}
    for line in (*found.inside, *found.outside):
        cp = [paid.get(line.key, {}).get(year, 0) for year in years]
        yield [
            line.code, line.name, line.role, line.is_in, line.how, line.value, line.ap, *cp,
            " ".join(line.why),
        ]  # fmt: skip
