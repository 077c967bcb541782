"""The candidates and conditions of a scenario, changed in place; without a script, on pages."""

from __future__ import annotations

from collections.abc import Callable
from typing import cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, ngettext
from django.views.decorators.http import require_POST

from portfolio.forms.scenario_conditions import ConditionForm
from portfolio.forms.scenarios import CandidateForm, CandidatesForm, VariantForm, projects_of
from portfolio.machine_reasons import by_machine
from portfolio.models import (
    Programme,
    Project,
    ScenarioCandidate,
    ScenarioCondition,
    ScenarioVariant,
    SelectionScenario,
    User,
)
from portfolio.queries.scenario_inputs import content_of
from portfolio.querysets import ProjectQuerySet
from portfolio.services import scenario_candidates, scenario_conditions
from portfolio.views.editing import is_saved, sent
from portfolio.views.scenarios import FORM, editable, page

TAKEN_OFF = gettext_noop("Taken off")
ITEM = "portfolio/scenarios/candidate.html"
ITEM_FORM = "portfolio/scenarios/candidate_form.html"


@login_required
def candidates_add(request: HttpRequest, pk: int) -> HttpResponse:
    """Every project that I may read and that is not there yet; of a programme if one is chosen."""
    scenario = editable(request, pk)
    code = request.GET.get("programme", "")
    form = CandidatesForm(sent(request), scenario=scenario, offered=_offered(request, scenario))
    if form.is_bound and form.is_valid() and is_saved(request, form):
        told = ngettext("%(n)s project added.", "%(n)s projects added.", form.added)
        messages.success(request, told % {"n": form.added})
        return redirect("portfolio:scenario", pk)
    programmes = Programme.objects.order_by("code")
    context = {"form": form, "scenario": scenario, "programmes": programmes, "chosen": code}
    status = 422 if form.errors else 200
    return render(request, "portfolio/scenarios/add_candidates.html", context, status=status)


@login_required
def candidate_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """What the scenario says of a project: its role, points, delays."""
    candidate = _candidate(request, pk)
    form = CandidateForm(sent(request), candidate=candidate)
    if form.is_bound and form.is_valid() and is_saved(request, form):
        return _item(request, candidate)
    return _open(request, form, candidate, _("Change: %(name)s") % {"name": candidate.project})


@login_required
def variant_add(request: HttpRequest, pk: int) -> HttpResponse:
    """Another way of doing it: smaller, or in phases."""
    candidate = _candidate(request, pk)
    form = VariantForm(sent(request), candidate=candidate)
    if form.is_bound and form.is_valid() and is_saved(request, form):
        return _item(request, candidate)
    title = _("Another way of doing: %(name)s") % {"name": candidate.project}
    return _open(request, form, candidate, title)


@login_required
def candidate_item(request: HttpRequest, pk: int) -> HttpResponse:
    """The line of a candidate, shown again by itself."""
    return _line(request, _candidate(request, pk))


@login_required
@require_POST
def candidate_withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    candidate = _candidate(request, pk)
    return _done(
        request,
        candidate.scenario,
        _refused(request, scenario_candidates.withdraw, candidate=candidate),
    )


@login_required
@require_POST
def variant_withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    variants = ScenarioVariant.objects.current().select_related("candidate__scenario")
    variant = get_object_or_404(variants, pk=pk)
    scenario = editable(request, variant.candidate.scenario_id)
    return _done(
        request, scenario, _refused(request, scenario_candidates.withdraw_variant, variant=variant)
    )


@login_required
def condition_add(request: HttpRequest, pk: int, kind: str) -> HttpResponse:
    """A condition of that kind."""
    scenario = editable(request, pk)
    if kind not in ScenarioCondition.Kind.values:
        raise Http404
    form = ConditionForm(sent(request), scenario=scenario, kind=kind)
    if form.is_bound and form.is_valid() and is_saved(request, form):
        messages.success(request, _("The condition is added."))
        return redirect("portfolio:scenario", pk)
    context = {
        "form": form, "title": form.kind.label.capitalize(), "back_label": scenario,
        "back": reverse("portfolio:scenario", args=[pk]),
    }  # fmt: skip
    return render(request, FORM, context, status=422 if form.errors else 200)


@login_required
@require_POST
def conditions_propose(request: HttpRequest, pk: int) -> HttpResponse:
    """From the dependencies of the candidates, as the register has them."""
    scenario, author = editable(request, pk), cast("User", request.user)
    try:
        added = scenario_conditions.propose(scenario=scenario, by=author, at=timezone.now())
    except ValidationError as error:
        return page(request, scenario, " ".join(error.messages))
    told = ngettext("%(n)s condition proposed.", "%(n)s conditions proposed.", added)
    messages.success(request, told % {"n": added} if added else _("Nothing new to propose."))
    return redirect("portfolio:scenario", pk)


@login_required
@require_POST
def condition_withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    found = ScenarioCondition.objects.current().select_related("scenario")
    condition = get_object_or_404(found, pk=pk)
    scenario = editable(request, condition.scenario_id)
    return _done(
        request, scenario, _refused(request, scenario_conditions.withdraw, condition=condition)
    )


# ---------------------------------------------------------------- below


def _offered(request: HttpRequest, scenario: SelectionScenario) -> ProjectQuerySet:
    held = scenario.candidates.current().values("project")
    readable = Project.objects.visible_to(request.user).exclude(pk__in=held)
    active = readable.exclude(state="ABANDONED").order_by("name_fr", "code")
    try:
        return projects_of(request.GET.get("programme", ""), active)
    except ValidationError as error:
        raise Http404 from error


def _candidate(request: HttpRequest, pk: int) -> ScenarioCandidate:
    found = ScenarioCandidate.objects.current().select_related("scenario", "project")
    candidate = get_object_or_404(found, pk=pk)
    editable(request, candidate.scenario_id)
    return candidate


def _item(request: HttpRequest, candidate: ScenarioCandidate) -> HttpResponse:
    """After a change: the line for a script, else its place on the page."""
    if request.headers.get("HX-Request"):
        return _line(request, candidate)
    address = reverse("portfolio:scenario", args=[candidate.scenario_id])
    return redirect(f"{address}#candidate-{candidate.pk}")


def _line(request: HttpRequest, candidate: ScenarioCandidate) -> HttpResponse:
    content = content_of(candidate.scenario)
    one = next(each for each in content.candidacies if each.candidate.pk == candidate.pk)
    context = {"candidacy": one, "scenario": candidate.scenario, "may_edit": True}
    return render(request, ITEM, context)


def _open(
    request: HttpRequest,
    form: CandidateForm | VariantForm,
    candidate: ScenarioCandidate,
    title: str,
) -> HttpResponse:
    back = reverse("portfolio:scenario", args=[candidate.scenario_id])
    context = {
        "form": form, "candidate": candidate, "title": title, "back": back,
        "back_label": candidate.scenario,
    }  # fmt: skip
    template = ITEM_FORM if request.headers.get("HX-Request") else FORM
    return render(request, template, context, status=422 if form.errors else 200)


def _done(request: HttpRequest, scenario: SelectionScenario, refusal: str) -> HttpResponse:
    if refusal:
        return page(request, scenario, refusal)
    messages.success(request, _("Taken off the scenario."))
    return redirect("portfolio:scenario", scenario.pk)


def _refused(request: HttpRequest, verb: Callable[..., object], **record: object) -> str:
    """What a service says no with; empty where it was done."""
    author, now = cast("User", request.user), timezone.now()
    try:
        verb(**record, by=author, reason=by_machine(TAKEN_OFF), at=now)
    except ValidationError as error:
        return " ".join(error.messages)
    return ""
