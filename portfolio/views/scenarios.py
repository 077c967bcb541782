"""Scenarios of arbitration: the list, one of them, its terms, its copies."""

from __future__ import annotations

from typing import cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Count, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_POST

from portfolio.after_commit import after_commit
from portfolio.forms.scenarios import ScenarioForm
from portfolio.machine_reasons import by_machine
from portfolio.models import ScenarioCondition, SelectionScenario, User
from portfolio.permissions import may
from portfolio.queries.scenario_history import changes_of
from portfolio.queries.scenario_inputs import content_of
from portfolio.queries.scenario_page import rows_of, sentences_of
from portfolio.roles import Part
from portfolio.services import scenarios, selections
from portfolio.tasks import explain_selection
from portfolio.views.editing import is_saved, sent

FORM = "portfolio/pages/reference_edit.html"
RESULTS_SHOWN = 10


@login_required
def scenario_list(request: HttpRequest) -> HttpResponse:
    """Those that I may read, the last changed first, each with its last answer."""
    visible = SelectionScenario.objects.visible_to(request.user)
    held = Count("candidates", filter=Q(candidates__withdrawn_at=None))
    found = visible.annotate(candidates_held=held).order_by("-updated_at", "-pk")
    context = {
        "rows": rows_of(found.current()),
        "withdrawn": found.exclude(withdrawn_at=None),
        "may_edit": may(request.user, Part.PRIORITIES),
    }
    return render(request, "portfolio/scenarios/list.html", context)


@login_required
def scenario_page(request: HttpRequest, pk: int) -> HttpResponse:
    """Envelopes, candidates with the figures of the register, conditions, answers."""
    scenario = visible(request, pk)
    return page(request, scenario)


def page(request: HttpRequest, scenario: SelectionScenario, refusal: str = "") -> HttpResponse:
    content = content_of(scenario)
    readers = SelectionScenario.objects.editable_by(request.user)
    results = scenario.results.light().select_related("computed_by", "job")
    context = {
        "scenario": scenario,
        "content": content,
        "conditions": sentences_of(content),
        "kinds": ScenarioCondition.Kind.choices,
        "results": results.order_by("-computed_at")[:RESULTS_SHOWN],
        "changes": changes_of(scenario)[:RESULTS_SHOWN],
        "may_edit": readers.filter(pk=scenario.pk).exists(),
        "refusal": refusal,
    }
    status = 422 if refusal else 200
    return render(request, "portfolio/scenarios/page.html", context, status=status)


@login_required
def scenario_add(request: HttpRequest) -> HttpResponse:
    if not may(request.user, Part.PRIORITIES):
        raise Http404
    return _terms(request, None)


@login_required
def scenario_edit(request: HttpRequest, pk: int) -> HttpResponse:
    return _terms(request, editable(request, pk))


@login_required
@require_POST
def scenario_copy(request: HttpRequest, pk: int) -> HttpResponse:
    """“What if”, in one click."""
    scenario = editable(request, pk)
    made = scenarios.copy(scenario=scenario, by=cast("User", request.user), at=timezone.now())
    messages.success(request, _("This is the copy: change what you like, the other one stays."))
    return redirect("portfolio:scenario", made.pk)


@login_required
@require_POST
def scenario_lock(request: HttpRequest, pk: int) -> HttpResponse:
    """Locked for good: what goes on goes on from a copy."""
    scenario, author = editable(request, pk), cast("User", request.user)
    try:
        scenarios.lock(
            scenario=scenario,
            by=author,
            reason=by_machine(gettext_noop("Locked")),
            at=timezone.now(),
        )
    except ValidationError as error:
        return page(request, scenario, " ".join(error.messages))
    messages.success(request, _("The scenario is locked."))
    return redirect("portfolio:scenario", pk)


@login_required
@require_POST
def scenario_withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Off the list, or back on it."""
    scenario, author = editable(request, pk), cast("User", request.user)
    if scenario.withdrawn_at:
        scenarios.bring_back(
            scenario=scenario, by=author, reason=by_machine(gettext_noop("Brought back"))
        )
    else:
        scenarios.withdraw(
            scenario=scenario,
            by=author,
            reason=by_machine(gettext_noop("Taken off")),
            at=timezone.now(),
        )
        messages.success(request, _("The scenario is off the list; it can be brought back."))
    return redirect("portfolio:scenarios")


@login_required
@require_POST
def scenario_compute(request: HttpRequest, pk: int) -> HttpResponse:
    """The answer at once; a worker then explains it."""
    scenario, author = editable(request, pk), cast("User", request.user)
    try:
        with transaction.atomic():
            result = selections.compute(scenario=scenario, by=author, at=timezone.now())
            after_commit(explain_selection.delay, result.pk)
    except ValidationError as error:
        return page(request, scenario, " ".join(error.messages))
    return redirect("portfolio:selection", result.pk)


# ---------------------------------------------------------------- below


def visible(request: HttpRequest, pk: int) -> SelectionScenario:
    return get_object_or_404(SelectionScenario.objects.visible_to(request.user), pk=pk)


def editable(request: HttpRequest, pk: int) -> SelectionScenario:
    return get_object_or_404(SelectionScenario.objects.editable_by(request.user), pk=pk)


def _terms(request: HttpRequest, scenario: SelectionScenario | None) -> HttpResponse:
    author, year = cast("User", request.user), timezone.localdate().year
    form = ScenarioForm(sent(request), scenario=scenario, reader=author, today_year=year)
    if form.is_bound and form.is_valid() and is_saved(request, form) and form.saved:
        messages.success(request, _("Changes saved."))
        return redirect("portfolio:scenario", form.saved.pk)
    back = reverse("portfolio:scenario", args=[scenario.pk]) if scenario else (
        reverse("portfolio:scenarios")
    )  # fmt: skip
    title = _("Change: %(name)s") % {"name": scenario} if scenario else _("New scenario")
    context = {
        "form": form, "title": title, "back": back,
        "back_label": scenario or _("Scenarios of arbitration"),
    }  # fmt: skip
    return render(request, FORM, context, status=422 if form.errors else 200)
